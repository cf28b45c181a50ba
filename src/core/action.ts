import { BALANCE_ACTIONS } from "./actions-balance.ts";
import { IMMUNE_ACTIONS } from "./actions-immune.ts";
import { SYSCTL_ACTIONS } from "./actions-sysctl.ts";
import { isPluginKind, PLUGIN_KNOB, type PluginKind } from "./actions-plugin.ts";
import type { EntityKey, FileRef } from "./entity.ts";

export type Colony = "balance" | "immune";

export interface ActionSpec {
  readonly colony: Colony;
  readonly unit: string;
  readonly min: number;
  readonly max: number;
  /** The new value may differ from the current by at most this factor (1 for switches). */
  readonly maxStepFactor: number;
  /** The new value may differ from the current by at most so much, where a factor says nothing. */
  readonly maxStep?: number;
  /** Changes of this kind in a minute, over all targets; renewals do not count. */
  readonly perMinute: number;
  readonly maxLeaseMs: number;
  /** Counts against the hourly containment budget. */
  readonly containment: boolean;
  /** Only observed unless the configuration names this very kind under `actions`. */
  readonly byName?: true;
  /** Done once, with nothing to take back: no lease is kept. */
  readonly once?: true;
  /** What one action touches: a whole group where left out. */
  readonly reach?: "process" | "host";
  readonly says: string;
}

/** Every kind of action there is, with its bounds. Configuration can only narrow them. */
export const ACTIONS = {
  "cpu.weight": {
    colony: "balance",
    unit: "weight",
    min: 1,
    max: 10000,
    maxStepFactor: 100,
    perMinute: 60,
    maxLeaseMs: 60_000,
    containment: false,
    says: "share of the CPU relative to sibling groups (cgroup v2 scale, default 100)",
  },
  "cpu.idle": {
    colony: "balance",
    unit: "flag",
    min: 0,
    max: 1,
    maxStepFactor: 1,
    perMinute: 60,
    maxLeaseMs: 60_000,
    containment: false,
    says: "run the group only when no other task wants the CPU (SCHED_IDLE)",
  },
  freeze: {
    colony: "immune",
    unit: "flag",
    min: 1,
    max: 1,
    maxStepFactor: 1,
    perMinute: 10,
    maxLeaseMs: 3_600_000,
    containment: true,
    says: "stop every task of the group without ending it (cgroup freezer)",
  },
  ...BALANCE_ACTIONS,
  ...IMMUNE_ACTIONS,
  ...SYSCTL_ACTIONS,
} as const satisfies Record<string, ActionSpec>;

export type BuiltInKind = keyof typeof ACTIONS;
export type ActionKind = BuiltInKind | PluginKind;
export const ACTION_KINDS = Object.keys(ACTIONS) as BuiltInKind[];

/** Whether there can be such a kind: one of the table above, or one that a plugin's table may have. */
export function isActionKind(kind: unknown): kind is ActionKind {
  return typeof kind === "string" && (Object.hasOwn(ACTIONS, kind) || isPluginKind(kind));
}

/** Of a plugin's knob, what holds for all of them: its table narrows that, where it is at hand (guard/plugin-knobs.ts). */
export function specOf(kind: ActionKind): ActionSpec {
  return Object.hasOwn(ACTIONS, kind) ? ACTIONS[kind as BuiltInKind] : PLUGIN_KNOB;
}

/** The same of what a journal names, which may be of a later version. */
export function knownSpec(kind: string): ActionSpec | undefined {
  return isActionKind(kind) ? specOf(kind) : undefined;
}

/** Why something was noticed: by whom, of what kind, how strongly, in a sentence. */
export interface Evidence {
  readonly atMs: number;
  readonly agent: string;
  /** Independent kinds are what a quorum counts: "lineage", "fresh-file", "destination", "pressure", ... */
  readonly kind: string;
  readonly entity: EntityKey;
  /** Concentration deposited. */
  readonly weight: number;
  /** One sentence for a person, printable. */
  readonly says: string;
  readonly numbers: Readonly<Record<string, number>>;
  /** What it may be a step of, in MITRE ATT&CK's numbers (core/techniques.ts); at most 8. */
  readonly techniques?: readonly string[];
  /** Names of what was done that it speaks of, so that two words about one deed are known as such; kept by the hive, never sent. */
  readonly deeds?: readonly string[];
  /** It sums up several facts, of which each speaks of one of the deeds; else one fact speaks of them all. */
  readonly bundled?: boolean;
}

/** A typed action that an agent asks for. Only the guard decides. */
export interface Proposal {
  /** Chosen by the proposer, unique in its session; a repeated target + kind + value renews the lease. */
  readonly id: string;
  readonly agent: string;
  readonly kind: ActionKind;
  /**
   * A workload, or a process: the guard itself resolves a process to the cgroup that holds it. For settings
   * of the whole host, "host".
   */
  readonly target: EntityKey;
  /** For exec.deny and exec.kill: the executable; that of the target process where left out. */
  readonly file?: FileRef;
  readonly value: number;
  readonly leaseMs: number;
  readonly reason: string;
  readonly evidence: readonly Evidence[];
  /** The incident it belongs to, where there is one. */
  readonly incident?: string;
}

export type Mode = "observe" | "advise" | "enforce";

/**
 * applied: written and read back. renewed: same change again, lease extended. observed: would have
 * been applied, but the mode is observe. advised: waits for a person. refused: see code.
 */
export type Outcome = "applied" | "renewed" | "observed" | "advised" | "refused";

export interface Decision {
  readonly proposal: string;
  /** Name of the change in the journal, `swarms explain` and `swarms undo`; "" where nothing was changed or would be. */
  readonly action: string;
  readonly outcome: Outcome;
  readonly kind: ActionKind;
  /** The cgroup path that was resolved; "" where it could not be. */
  readonly cgroup: string;
  readonly from: string;
  readonly to: string;
  readonly untilMs: number;
  /** Error code where refused, else "". */
  readonly code: string;
  readonly says: string;
  /** Where it waits for people: what they type after `swarms approve`. */
  readonly approval?: string;
}

/** A lease as the warden holds it: what changed, from what, why, until when, and how to undo. */
export interface LeaseInfo {
  readonly action: string;
  readonly kind: ActionKind;
  readonly cgroup: string;
  readonly from: string;
  readonly to: string;
  readonly sinceMs: number;
  readonly untilMs: number;
  readonly agent: string;
  readonly reason: string;
  readonly incident?: string;
}

export type RevertCause =
  | "expired"
  | "undo"
  | "yield"
  | "hive-lost"
  | "sentinel-lost"
  | "warden-lost"
  | "shutdown"
  | "restore"
  | "recovery"
  | "policy"
  | "limit";

export interface Reverted {
  readonly action: string;
  readonly cause: RevertCause;
  /** False where somebody else had written the knob since (it was left alone) or it is gone with its group. */
  readonly written: boolean;
  readonly says: string;
}
