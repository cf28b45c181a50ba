import { parseArgs } from "node:util";

export interface BalanceOptions {
  /** Ids in upper case; empty: all. */
  readonly scenarios: readonly string[];
  readonly rounds: number;
  readonly quick: boolean;
  readonly json: boolean;
  readonly check: boolean;
  readonly report: string | undefined;
}

const USAGE = `usage: npm run bench:balance -- [--scenario=S1,S2] [--rounds=10] [--quick] [--json] [--check] [--report=FILE.html]
  --scenario   only these, in this order (S1 to S7)
  --rounds     of each arm
  --quick      S1 in less than a minute, rough
  --json       everything that was measured, as one document
  --check      exit status 1 where a bar is missed
  --report     where the page with the plots goes (default: .cache/bench/balance.html)
`;
/** sysexits(3). */
const EX_USAGE = 64;
const DEFAULT_ROUNDS = 10;
const QUICK_ROUNDS = 2;

/** Undefined, with a word on stderr and the exit code set, where the arguments are not understood. */
export function balanceOptions(args: readonly string[], known: readonly string[]): BalanceOptions | undefined {
  const flag = { type: "boolean", default: false } as const;
  const text = { type: "string" } as const;
  try {
    const { values } = parseArgs({
      args: [...args],
      options: { quick: flag, json: flag, check: flag, scenario: text, rounds: text, report: text },
    });
    const { quick, json, check, report } = values;
    const scenarios = (values.scenario ?? (quick ? "S1" : "")).toUpperCase().split(",").filter(Boolean);
    const unknown = scenarios.filter((id) => !known.includes(id));
    if (unknown.length > 0) throw new Error(`no scenario ${unknown.join(", ")}: there are ${known.join(", ")}`);
    const rounds = values.rounds === undefined ? (quick ? QUICK_ROUNDS : DEFAULT_ROUNDS) : Number(values.rounds);
    if (!Number.isInteger(rounds) || rounds < 1 || rounds > 100) throw new Error("--rounds: give 1 to 100");
    return { scenarios, rounds, quick, json, check, report };
  } catch (error) {
    process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n${USAGE}`);
    process.exitCode = EX_USAGE;
    return undefined;
  }
}
