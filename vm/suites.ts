import { globSync } from "node:fs";

/** Test files that run in the machine. */
export interface Suite {
  readonly name: string;
  /** Globs below the checkout. */
  readonly files: readonly string[];
  readonly why: string;
}

/** Everything whose outcome depends on the kernel. Pure code is the same in every kernel: `npm test` runs it. */
export const SUITES: readonly Suite[] = [
  { name: "kernel", files: ["src/kernel/**/*.test.ts"], why: "probes, eBPF objects, ring buffer, pidfd, refusals" },
  {
    name: "senses",
    files: ["src/senses/**/*.test.ts"],
    why: "events of every call, run-queue delay and readings from live processes; evasions",
  },
  { name: "guard", files: ["src/guard/**/*.test.ts"], why: "actuators on live groups, leases, restore" },
  {
    name: "warden",
    files: ["src/warden/{kill,room,capabilities,code-cache,control}.test.ts"],
    why: "kill -9 of each process; the hive's mount namespace; what is left of root, and who may ask it",
  },
  { name: "vm", files: ["vm/tests/*.test.ts"], why: "what the usual development machine lacks" },
];

const COMPILES = "asks the compiler and its headers; the kernel that runs does not matter";

const PURE =
  "thousands of made-up cases without a kernel in them: minutes under an emulated CPU, seconds in `npm test`";

const LAUNCHER = "starts the command by its launcher, which sets up a development machine";

/** Files that need another treatment than the rest of their suite. */
export const EXCEPTIONS: Readonly<Record<string, { readonly run: "alone" | "never"; readonly why: string }>> = {
  "src/guard/sentinel.test.ts": { run: "alone", why: "sends signals to its own process" },
  "src/guard/guard.property.test.ts": {
    run: "never",
    why: "360 simulated histories on fixture trees: no kernel in it, and minutes under an emulated CPU",
  },
  "src/guard/framing.test.ts": { run: "never", why: PURE },
  "src/guard/framing.property.test.ts": { run: "never", why: PURE },
  "src/guard/framing-approval.test.ts": { run: "never", why: PURE },
  "src/guard/journal/rotation.property.test.ts": { run: "never", why: PURE },
  "src/guard/journal/damage.property.test.ts": { run: "never", why: PURE },
  "src/senses/decode.test.ts": { run: "never", why: PURE },
  "src/senses/calls/decode-call.test.ts": { run: "never", why: PURE },
  "src/cli/main.test.ts": { run: "never", why: LAUNCHER },
  "src/cli/record.test.ts": { run: "never", why: LAUNCHER },
  "src/lab/live.test.ts": { run: "never", why: "measures: nothing measured in an emulated machine is a figure" },
  "src/kernel/bpf-build.test.ts": { run: "never", why: COMPILES },
  "src/senses/records.test.ts": { run: "never", why: COMPILES },
  "src/senses/group-counts.test.ts": { run: "never", why: COMPILES },
  "src/senses/calls/records.test.ts": { run: "never", why: COMPILES },
  "src/senses/calls/call-table.test.ts": { run: "never", why: COMPILES },
};

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
