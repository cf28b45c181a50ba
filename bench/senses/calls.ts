import { join } from "node:path";
import { mkdirSync } from "node:fs";
import { spreadOf } from "../../src/lab/spread.ts";
import { atMost, type Figure, ratios } from "../harness.ts";
import {
  BARE,
  type Call,
  type Condition,
  CONDITIONS,
  COUNTING,
  DEFAULT,
  FILTERED,
  startSenses,
  UNWANTED,
} from "./call-conditions.ts";
import { defaultWants } from "./default-wants.ts";
import { differences, medianInterval, says } from "./interval.ts";
import { type Bench, inTurn, type Part } from "./part.ts";

/** Calls in a chunk; an open and close takes ten times as long as getppid. */
const CALLS: Readonly<Record<Call, number>> = { getppid: 200_000, open: 20_000, distinct: 20_000 };

/** What one system call costs the program that makes it, with and without somebody who listens. */
export const calls: Part = {
  name: "calls",
  title: "calls: what a system call costs who makes it, CPU time of its own thread",
  needs: ["root", "gcc", "bpftrace", "unshare"],
  run,
};

async function run(bench: Bench): Promise<readonly Figure[]> {
  const cases = CONDITIONS.map((condition) => ({ name: nameOf(condition), run: () => measure(bench, condition) }));
  const took = await inTurn(bench, cases, 12);
  const of = (name: string, call: Call): readonly number[] => took.get(`${name}: ${call}`) ?? [];
  const added = (name: string, call: Call): number[] => differences(of(name, call), of(BARE, call));
  for (const condition of CONDITIONS) {
    if (condition.name === BARE) continue;
    const interval = medianInterval(added(condition.name, condition.call));
    bench.note(`added to ${condition.call} by ${condition.name}: ${says(interval, "ns", 1)}`);
  }
  return [
    ...CONDITIONS.map((condition) => ({
      name: nameOf(condition),
      spread: spreadOf(took.get(nameOf(condition)) ?? []),
      unit: "ns",
    })),
    ...(["getppid", "open"] as const).map((call) => nothingAdded(bench, call, added(DEFAULT, call))),
    await tracepoints(),
    aQuarter("filtered by number", ratios(added(UNWANTED, "getppid"), added(COUNTING, "getppid"))),
    aQuarter("filtered by result", ratios(added(FILTERED, "open"), added(COUNTING, "open"))),
  ];
}

function nameOf({ name, call }: Condition): string {
  return `${name}: ${call}`;
}

async function measure(bench: Bench, condition: Condition): Promise<number> {
  const folder = join(bench.folder, "opened");
  mkdirSync(folder, { recursive: true });
  const undo = await condition.begin(bench);
  try {
    const args = [condition.call, bench.quick ? "9" : "31", String(CALLS[condition.call]), folder];
    const { ns } = await bench.children.json<{ ns: number }>(bench.programs.program("call-loop"), args, 60_000);
    return ns;
  } finally {
    await undo();
  }
}

/** Held where the interval reaches down to nothing; its other end says how much could hide in the noise. Of one round there is none. */
function nothingAdded(bench: Bench, call: Call, added: readonly number[]): Figure {
  const { low, high } = medianInterval(added);
  const name = `default agents, added to ${call}: low end of the interval`;
  return { name, spread: { median: low, min: low, max: high }, unit: "ns", ...(!bench.quick && { limit: atMost(0) }) };
}

function aQuarter(name: string, spread: Figure["spread"]): Figure {
  return { name: `${name}, against bpftrace counting`, spread, unit: "of its cost", limit: atMost(0.25) };
}

/** How many programs of the default agents sit where every system call passes. */
async function tracepoints(): Promise<Figure> {
  const senses = startSenses(defaultWants(), true);
  const names = senses.attached().filter((name) => /call|sys_/.test(name));
  await senses.close();
  const name = "programs on the path of every system call, default agents";
  return { name, spread: spreadOf([names.length]), unit: "programs", limit: atMost(0) };
}
