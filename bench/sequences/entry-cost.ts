import type { ProfileMode, ProfileState } from "../../src/core/sequence-profile.ts";
import { BpfObject } from "../../src/kernel/bpf-object.ts";
import { spreadOf } from "../../src/lab/spread.ts";
import { profileFileOf } from "../../src/senses/sequences/profile-file.ts";
import { atMost, type Figure, ratios } from "../harness.ts";
import { startSenses } from "../senses/call-conditions.ts";
import { differences, medianInterval, says } from "../senses/interval.ts";
import { type Bench, inTurn, type Part } from "../senses/part.ts";

const CALLS = 200_000;
const BARE = "nothing attached";
const EMPTY = "an empty program at the entry";
const UNPROFILED = "sequences, executable without a profile";
const LEARNING = "sequences, learning";
const CHECKING = "sequences, checking";
/** Shrunk to nothing, told of nothing: what is measured is the check, not the telling. */
const ORDER = { limit: 65_535, share: 0, windows: 64 } as const;

type Undo = () => Promise<void>;

/** What one system call costs who makes nothing but system calls, all of them known. */
export const entryCost: Part = {
  name: "entry",
  title: "entry: what a system call costs who makes it, CPU time of its own thread",
  needs: ["root", "gcc"],
  run,
};

async function run(bench: Bench): Promise<readonly Figure[]> {
  const conditions: Readonly<Record<string, () => Promise<Undo>>> = {
    [BARE]: async () => async () => undefined,
    [EMPTY]: () => emptyProgram(bench),
    [UNPROFILED]: () => sequences(bench, undefined),
    [LEARNING]: () => sequences(bench, "learn"),
    [CHECKING]: () => sequences(bench, "check"),
  };
  const cases = Object.entries(conditions).map(([name, begin]) => ({ name, run: () => measure(bench, begin) }));
  const took = await inTurn(bench, cases, 16);
  const added = (name: string): number[] => differences(took.get(name) ?? [], took.get(BARE) ?? []);
  for (const { name } of cases)
    if (name !== BARE) bench.note(`added by ${name}: ${says(medianInterval(added(name)), "ns", 1)}`);
  const ratio = ratios(added(CHECKING), added(EMPTY));
  bench.note(`checking against empty: ${says(medianInterval(ratios0(added(CHECKING), added(EMPTY))), "times")}`);
  return [
    ...cases.map(({ name }) => ({ name, spread: spreadOf(took.get(name) ?? []), unit: "ns" })),
    { name: "checking, against an empty program", spread: ratio, unit: "times its cost", limit: atMost(1.5) },
    { name: "learning, against an empty program", spread: ratios(added(LEARNING), added(EMPTY)), unit: "times" },
    { name: "no profile, against an empty program", spread: ratios(added(UNPROFILED), added(EMPTY)), unit: "times" },
  ];
}

function ratios0(of: readonly number[], to: readonly number[]): number[] {
  return of.map((value, round) => value / (to[round] ?? Number.NaN));
}

async function measure(bench: Bench, begin: () => Promise<Undo>): Promise<number> {
  const undo = await begin();
  try {
    return await loop(bench, bench.quick ? 9 : 31, CALLS);
  } finally {
    await undo();
  }
}

async function loop(bench: Bench, chunks: number, calls: number): Promise<number> {
  const args = [String(chunks), String(calls)];
  const { ns } = await bench.children.json<{ ns: number }>(bench.programs.program("mixed-calls"), args, 60_000);
  return ns;
}

async function emptyProgram(bench: Bench): Promise<Undo> {
  const opened = BpfObject.open(bench.programs.bpf("empty-entry"), "empty-entry");
  if (!opened.ok) throw new Error(opened.says);
  const object = opened.value;
  const loaded = object.load();
  const attached = loaded.ok ? object.attach("on_entry") : loaded;
  if (!attached.ok) throw new Error(attached.says);
  return async () => object.close();
}

/** Learned by a short run of its own where it is to be checked. */
async function sequences(bench: Bench, mode: ProfileMode | undefined): Promise<Undo> {
  const senses = startSenses(["sequence"], false);
  const file = profileFileOf(bench.programs.program("mixed-calls"));
  if (file === undefined) throw new Error("the program is gone");
  if (mode !== undefined) senses.followProfiles([{ file, ...ORDER, mode: "learn" }]);
  if (mode === "check") {
    await loop(bench, 3, CALLS);
    senses.followProfiles([{ file, ...ORDER, mode }]);
  }
  return async () => {
    const state = senses.profiles().states[0];
    await senses.close();
    if (mode !== undefined) mustHaveWorked(mode, state);
  };
}

/** A sensor that saw nothing would be cheap. */
function mustHaveWorked(mode: ProfileMode, state: ProfileState | undefined): void {
  if (state === undefined || state.windows < CALLS || state.fill === 0)
    throw new Error(`the sensor was to ${mode}, and saw ${state?.windows ?? 0} windows`);
}
