import { globSync } from "node:fs";

/** Test files that run in the machine. */
export interface Suite {
  readonly name: string;
  /** Globs below the checkout. */
  readonly files: readonly string[];
  readonly why: string;
}

/**
 * Everything whose outcome depends on the kernel, and nothing else: pure code is the same in every kernel, `npm test` runs it,
 * and an emulated CPU takes ten times as long for it. vm/suites.test.ts holds that no test of a kernel is missing.
 */
export const SUITES: readonly Suite[] = [
  { name: "kernel", files: ["src/kernel/**/*.test.ts"], why: "probes, eBPF objects, ring buffer, pidfd, refusals" },
  {
    name: "senses",
    files: [
      "src/senses/kernel-senses*.test.ts",
      "src/senses/calls/calls-live.test.ts",
      "src/senses/evasion-*.test.ts",
      "src/senses/*-live.test.ts",
      "src/senses/sequences/*-live.test.ts",
      "src/senses/{flood,snapshot}.test.ts",
    ],
    why: "events of every call, run-queue delay and readings from live processes; evasions; a flood",
  },
  {
    name: "guard",
    files: [
      "src/guard/live*.test.ts",
      "src/guard/*-live.test.ts",
      "src/guard/sentinel.test.ts",
      "src/guard/actuators/actuator.test.ts",
      "src/tune/own-group.test.ts",
    ],
    why: "each actuator on a live group, leases, what a dead warden leaves",
  },
  {
    name: "warden",
    files: [
      "src/warden/{kill,room,room-held,capabilities,code-cache,control,hive-door,hive-lines,hostile-hive,prober-keeper}.test.ts",
    ],
    why: "kill -9 of each process; the hive's mount namespace; what is left of root, and who may ask it",
  },
  { name: "hive", files: ["src/hive/*-live.test.ts"], why: "agents with the kernel's own events" },
  { name: "vm", files: ["vm/tests/*.test.ts"], why: "what the usual development machine lacks" },
];

const LAUNCHER = "starts the command by its launcher, which sets up a development machine";

/** Files that need another treatment than the rest, though they look at the kernel or lie in a suite. */
export const EXCEPTIONS: Readonly<Record<string, { readonly run: "alone" | "never"; readonly why: string }>> = {
  "src/guard/sentinel.test.ts": { run: "alone", why: "sends signals to its own process" },
  "src/cli/restore.test.ts": { run: "never", why: LAUNCHER },
  "src/cli/record.test.ts": { run: "never", why: LAUNCHER },
  "src/cli/plugins.test.ts": { run: "never", why: LAUNCHER },
  "src/outputs/file.test.ts": { run: "never", why: "rotated and full files are alike in every kernel" },
  "src/warden/prober-names.test.ts": {
    run: "never",
    why: "names are looked up alike in every kernel; the prober's room is tried by prober-keeper.test.ts, its unit by vm/systemd",
  },
  "src/cli/names-live.test.ts": { run: "never", why: "a whole layer: too much for an emulated processor" },
  "src/warden/tell-actions.test.ts": {
    run: "never",
    why: "what is told of a freeze is made by the layer; the freeze itself is in the guard's suite",
  },
  "src/warden/tell-live.test.ts": {
    run: "never",
    why: "servers that hang and senders that are killed and begin anew: too much for an emulated processor",
  },
  "src/lab/falco/live.test.ts": {
    run: "never",
    why: "starts hundreds of programs in rooms of their own; the calls themselves are told by the suite of calls",
  },
  "src/lab/attack/live.test.ts": {
    run: "never",
    why: "a layer, its attackers and half a minute of learning: too much for an emulated processor",
  },
  "src/lab/live.test.ts": { run: "never", why: "measures: nothing measured in an emulated machine is a figure" },
  "src/kernel/bpf-build.test.ts": { run: "never", why: "compiles; the kernel that runs does not matter" },
};

/** Cases that a shared suite runs on fixture trees of each shape, which are pure, besides on the kernel. */
export const ON_FIXTURE_TREES = / on (v1|v2|hybrid): /;

/** Files of one run of the test runner. */
export interface Batch {
  readonly isolation: "none" | "process";
  readonly files: readonly string[];
}

/** The files of the suites, split by how they run. `names` are suites or files; none means every suite. */
export function planBatches(checkout: string, names: readonly string[]): Batch[] {
  const suites = SUITES.filter(({ name }) => names.length === 0 || names.includes(name));
  const patterns = [
    ...suites.flatMap(({ files }) => files),
    ...names.filter((name) => !SUITES.some((suite) => suite.name === name)),
  ];
  const files = [...new Set(patterns.flatMap((pattern) => globSync(pattern, { cwd: checkout }).toSorted()))];
  const of = (run: "alone" | undefined): string[] => files.filter((file) => EXCEPTIONS[file]?.run === run);
  const batches: Batch[] = [
    { isolation: "none", files: of(undefined) },
    { isolation: "process", files: of("alone") },
  ];
  return batches.filter((batch) => batch.files.length > 0);
}
