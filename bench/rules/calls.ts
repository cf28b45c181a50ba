import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { spreadOf } from "../../src/lab/spread.ts";
import type { Figure } from "../harness.ts";
import { BARE, type Call, startSenses } from "../senses/call-conditions.ts";
import { differences, medianInterval, says } from "../senses/interval.ts";
import { type Bench, inTurn, type Part } from "../senses/part.ts";
import { engineOf, ownRules } from "./rules-of.ts";

const RULES = "own rules";
/** Calls in a chunk. */
const CALLS: Readonly<Record<Call, number>> = { getppid: 200_000, open: 20_000, distinct: 20_000 };
const SAYS: Readonly<Record<Call, string>> = {
  getppid: "getppid, that no rule is about",
  open: "an open of the same file again, counted",
  distinct: "an open of another file, told",
};

/** What system calls cost who makes them where the layer's own rules are in force. */
export const calls: Part = {
  name: "calls",
  title: "calls: what own rules add to a system call, CPU time of the caller's own thread",
  needs: ["root", "gcc"],
  run,
};

async function run(bench: Bench): Promise<readonly Figure[]> {
  const wants = engineOf(ownRules()).wants();
  const each = Object.keys(SAYS) as Call[];
  const cases = each.flatMap((call) => [
    { name: `${BARE}: ${call}`, run: () => measure(bench, call) },
    {
      name: `${RULES}: ${call}`,
      run: async () => {
        const senses = startSenses(wants, false);
        try {
          return await measure(bench, call);
        } finally {
          await senses.close();
        }
      },
    },
  ]);
  const took = await inTurn(bench, cases, 12);
  return each.flatMap((call) => {
    const added = differences(took.get(`${RULES}: ${call}`) ?? [], took.get(`${BARE}: ${call}`) ?? []);
    bench.note(`added to ${SAYS[call]}: ${says(medianInterval(added), "ns", 1)}`);
    return [
      { name: `${SAYS[call]}: bare`, spread: spreadOf(took.get(`${BARE}: ${call}`) ?? []), unit: "ns" },
      { name: `${SAYS[call]}: added by own rules`, spread: spreadOf(added), unit: "ns" },
    ];
  });
}

async function measure(bench: Bench, call: Call): Promise<number> {
  const folder = join(bench.folder, "opened");
  mkdirSync(folder, { recursive: true });
  const args = [call, bench.quick ? "9" : "31", String(CALLS[call]), folder];
  const { ns } = await bench.children.json<{ ns: number }>(bench.programs.program("call-loop"), args, 60_000);
  return ns;
}
