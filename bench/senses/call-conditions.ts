import type { EventKind } from "../../src/core/event-kinds.ts";
import { type KernelSenses, startKernelSenses } from "../../src/senses/kernel-senses.ts";
import { endBpftrace, startBpftrace } from "./bpftrace.ts";
import { defaultWants } from "./default-wants.ts";
import type { Bench } from "./part.ts";

/** As in programs/call-loop.c. */
export type Call = "getppid" | "open" | "distinct";

/** Ends what was set up. */
type Undo = () => Promise<void>;

export interface Condition {
  readonly name: string;
  readonly call: Call;
  begin(bench: Bench): Promise<Undo>;
}

const RING_BYTES = 4 << 20;
/** System calls by number differ between architectures (asm/unistd.h). */
const NUMBERS: Readonly<Record<string, { readonly getppid: number; readonly openat: number }>> = {
  x64: { getppid: 110, openat: 257 },
  arm64: { getppid: 173, openat: 56 },
};

export const BARE = "nothing attached";
export const DEFAULT = "default agents";
export const UNWANTED = "call sensor, another call wanted";
export const FILTERED = "only failed opens wanted, this one succeeds";
export const MERGED = "opens wanted, the same again: counted";
export const EMITTED = "opens wanted, each another file: told";
export const COUNTING = "bpftrace counting the call";
export const BY_NAME = "bpftrace counting the call by process name";

/** Each of them is measured in every round. */
export const CONDITIONS: readonly Condition[] = [
  ...(["getppid", "open", "distinct"] as const).map((call) => ({ name: BARE, call, begin: async () => none })),
  { name: DEFAULT, call: "getppid", begin: () => sensing(defaultWants(), true) },
  { name: DEFAULT, call: "open", begin: () => sensing(defaultWants(), true) },
  { name: UNWANTED, call: "getppid", begin: () => sensing([...defaultWants(), "module"], false) },
  { name: FILTERED, call: "open", begin: () => sensing([...defaultWants(), "open.failed"], false) },
  { name: MERGED, call: "open", begin: () => sensing([...defaultWants(), "open.read"], false) },
  { name: EMITTED, call: "distinct", begin: () => sensing([...defaultWants(), "open.read"], false) },
  { name: COUNTING, call: "getppid", begin: (bench) => counting(bench, "getppid") },
  { name: COUNTING, call: "open", begin: (bench) => counting(bench, "openat") },
  { name: BY_NAME, call: "getppid", begin: (bench) => counting(bench, "getppid", "[comm]") },
];

const none: Undo = async () => undefined;

async function sensing(wants: readonly EventKind[], runq: boolean): Promise<Undo> {
  const senses = startSenses(wants, runq);
  return () => senses.close();
}

export function startSenses(wants: readonly EventKind[], runq: boolean): KernelSenses {
  const started = startKernelSenses({
    wants,
    runq,
    ringBytes: RING_BYTES,
    onRecords: () => undefined,
    onTrouble: (code, says) => {
      throw new Error(`${code}: ${says}`);
    },
  });
  if (!started.ok) throw new Error(started.says);
  return started.value;
}

async function counting(bench: Bench, call: "getppid" | "openat", by = ""): Promise<Undo> {
  const number = NUMBERS[process.arch]?.[call] ?? -1;
  const program = `tracepoint:raw_syscalls:sys_enter /args->id == ${number}/ { @${by} = count(); }`;
  const child = await startBpftrace(bench, program);
  return () => endBpftrace(child);
}
