import type { ActionKind } from "../../core/action.ts";
import type { Controller } from "../../kernel/cgroup-fs.ts";

/** One knob that is one text in one file, and whose values tell who wrote them: those of the layer and of others never meet. */
export interface TextKnob {
  readonly kind: ActionKind;
  readonly controller: Controller;
  readonly file: Readonly<Record<1 | 2, string | undefined>>;
  /** What the layer is asked for, and the text that it means by version. */
  readonly asks: Readonly<Record<number, Readonly<Record<1 | 2, string>>>>;
  /** What an administrator writes: first before the layer's start, then under it. */
  readonly others: Readonly<Record<1 | 2, readonly string[]>>;
  /** The part of the file that is the knob. */
  readonly part?: RegExp;
}

const MIB = 1 << 20;
const mib = (value: number): Record<1 | 2, string> => ({ 1: String(value * MIB), 2: String(value * MIB) });
const both = (text: string): Record<1 | 2, string> => ({ 1: text, 2: text });
const others = (texts: readonly string[]): Record<1 | 2, readonly string[]> => ({ 1: texts, 2: texts });

/** Of groups. cpu.idle and freeze are flags: there the layer and others write the same. */
export const TEXT_KNOBS: readonly TextKnob[] = [
  {
    kind: "cpu.weight",
    controller: "cpu",
    file: { 1: "cpu.shares", 2: "cpu.weight" },
    // 1024 shares are a weight of 100.
    asks: { 10: { 1: "102", 2: "10" }, 20: { 1: "205", 2: "20" }, 50: { 1: "512", 2: "50" } },
    others: others(["333", "401", "402", "403"]),
  },
  {
    kind: "cpu.max",
    controller: "cpu",
    file: { 1: "cpu.cfs_quota_us", 2: "cpu.max" },
    asks: { 50: { 1: "50000", 2: "50000 100000" }, 80: { 1: "80000", 2: "80000 100000" } },
    others: {
      1: ["200000", "71000", "72000", "73000"],
      2: ["200000 100000", "71000 100000", "72000 100000", "73000 100000"],
    },
  },
  {
    kind: "memory.high",
    controller: "memory",
    file: { 1: "memory.soft_limit_in_bytes", 2: "memory.high" },
    asks: { 500: mib(500), 700: mib(700) },
    others: others(["838860800", "629145600", "734003201"]),
  },
  {
    kind: "memory.low",
    controller: "memory",
    file: { 1: undefined, 2: "memory.low" },
    asks: { 40: mib(40), 90: mib(90) },
    others: others(["67108864", "62914560", "68157440"]),
  },
  {
    kind: "io.weight",
    controller: "io",
    file: { 1: "blkio.bfq.weight", 2: "io.weight" },
    asks: { 10: both("10"), 50: both("50") },
    others: others(["100", "77", "78"]),
    part: /^(?:default )?(\d+)/,
  },
];

/** Settings of the host. */
export const HOST_KNOBS: readonly TextKnob[] = [
  {
    kind: "sysctl.vm.swappiness",
    controller: "host",
    file: { 1: "vm/swappiness", 2: "vm/swappiness" },
    asks: { 30: both("30"), 40: both("40") },
    others: others(["60", "61", "62"]),
  },
  {
    kind: "sysctl.net.core.somaxconn",
    controller: "host",
    file: { 1: "net/core/somaxconn", 2: "net/core/somaxconn" },
    asks: { 3000: both("3000"), 5000: both("5000") },
    others: others(["4096", "4097", "4098"]),
  },
];

/** Numbers that each task of a group has for itself: asked for in units of ACTIONS, kept in those of the schedule. */
export const TASK_KNOBS = [
  { kind: "sched.nice", field: "nice", asks: { 5: 5, 9: 9 }, begins: 0, other: 3 },
  { kind: "sched.slice", field: "sliceNs", asks: { 1000: 1e6, 5000: 5e6 }, begins: 2_800_000, other: 4_100_000 },
] as const;

/** What one process has the kernel enforce for a group. */
export const ENFORCED = ["net.deny", "exec.deny", "exec.kill"] as const satisfies ActionKind[];

/** Done once. */
export const ONCE = ["thaw", "kill.process", "kill.cgroup", "memory.reclaim"] as const satisfies ActionKind[];

/** Kinds that wait for a person here, and for how many. */
export const ADVISED: Readonly<Partial<Record<ActionKind, number>>> = {
  "memory.low": 1,
  "net.deny": 1,
  "kill.process": 2,
};

/** Kernel's own weight of a group that stops being idle, by version. */
export const DEFAULT_WEIGHT = { 1: "1024", 2: "100" } as const;
