import type { ActionSpec } from "./action.ts";

/**
 * A file of a group that a plugin's knob table names. The kind says all that is needed to take a change back, so that a journal suffices
 * for it after the plugin is gone.
 */
export type PluginKind = `knob.${string}`;

/** One row of a plugin's knob table, as core/plugin-knobs.ts has checked it. */
export interface PluginKnob {
  readonly file: string;
  /** Whose groups it is turned of. */
  readonly of: "latency" | "batch";
  readonly says: string;
  readonly unit: string;
  readonly min: number;
  readonly max: number;
  /** What the search tries, from the mildest; leaving the knob alone comes before the first. */
  readonly levels: readonly number[];
  /** From one value to the next at most this factor, or this difference. */
  readonly largestFactor: number;
  readonly largestStep?: number;
  readonly perMinute: number;
  /** From a change until readings show what it does. */
  readonly settleSeconds: number;
  /** It takes something from its group, so that nothing is won by it as long as CPU time is all that is measured. */
  readonly restrains: boolean;
}

export function kindOf({ file }: Pick<PluginKnob, "file">): PluginKind {
  return `knob.${file}`;
}

/** Files with one number, or "max", that a controller keeps for a group (admin-guide/cgroup-v2.rst). Those of cpuset are lists. */
const FILE = /^(?:cpu|hugetlb|io|memory|misc|pids)\.[a-zA-Z0-9_]+(?:\.[a-zA-Z0-9_]+){0,3}$/;

/** Files that no table may name, each with the reason. */
export const REFUSED_FILES: Readonly<Record<string, string>> = {
  "cpu.weight": "is a kind of action itself",
  "cpu.weight.nice": "is cpu.weight under another name",
  "cpu.idle": "is a kind of action itself",
  "cpu.max": "is a kind of action itself, and more than one number",
  "memory.high": "is a kind of action itself",
  "memory.low": "is a kind of action itself",
  "memory.reclaim": "cannot be taken back",
  "memory.max": "makes the kernel end processes",
  "memory.oom.group": "decides which processes the kernel ends",
  "memory.force_empty": "cannot be taken back",
  "memory.peak": "cannot be taken back",
  "memory.swap.peak": "cannot be taken back",
  "io.weight": "is a kind of action itself",
  "io.bfq.weight": "is a kind of action itself",
  "io.max": "is a kind of action itself",
};

/** What holds for each knob of a plugin; its table narrows it. Observed only until the configuration names the kind. */
export const PLUGIN_KNOB: ActionSpec = {
  colony: "balance",
  unit: "",
  min: 0,
  max: Number.MAX_SAFE_INTEGER,
  maxStepFactor: 1,
  perMinute: 60,
  maxLeaseMs: 60_000,
  containment: false,
  byName: true,
  says: "a knob that a plugin's table names",
};

/** Of whatever a journal holds: a damaged record's kind may be anything. */
export function isPluginKind(kind: unknown): kind is PluginKind {
  return typeof kind === "string" && kind.startsWith("knob.") && isPluginFile(kind.slice("knob.".length));
}

export function isPluginFile(file: string): boolean {
  return file.length <= 64 && FILE.test(file) && !Object.hasOwn(REFUSED_FILES, file);
}

/** The file of the group that it is. */
export function fileOfKind(kind: PluginKind): string {
  return kind.slice("knob.".length);
}
