import { parseArgs } from "node:util";
import { OPTIMISERS, type OptimiserName } from "../../src/swarm/optimisers/index.ts";
import type { BenchOptions } from "../harness.ts";

export interface OptimiserBenchOptions extends BenchOptions {
  readonly functions: readonly number[];
  readonly dimensions: readonly number[];
  readonly optimisers: readonly OptimiserName[];
  /** Evaluations for each dimension, in place of the plan's. */
  readonly budget: number | undefined;
  /** After so many minutes no further unit is begun. */
  readonly minutes: number;
  /** Threads that run units. */
  readonly workers: number;
  /** Where finished units are kept, and taken from. */
  readonly resume: string | undefined;
  /** The page to be written. */
  readonly report: string | undefined;
  /** The text whose marked tables are to be written anew, with plots beside it. */
  readonly tables: string | undefined;
}

const USAGE = `usage: bench optimisers [--quick] [--json] [--check] [--functions=1-24,101-130] [--dimensions=2,5,10,20]
  [--optimisers=cma,pso] [--budget=EVALUATIONS_PER_DIMENSION] [--minutes=N] [--workers=N] [--resume=FILE] [--report=FILE.html]
  [--tables=FILE.md]`;
/** sysexits(3). */
const EX_USAGE = 64;

const names = Object.keys(OPTIMISERS) as OptimiserName[];

/** Undefined, with a word on stderr and the exit code set, where the arguments are not understood. */
export function optimiserBenchOptions(args: readonly string[]): OptimiserBenchOptions | undefined {
  const flag = { type: "boolean", default: false } as const;
  const text = { type: "string" } as const;
  try {
    const { values } = parseArgs({
      args: [...args],
      options: {
        quick: flag,
        json: flag,
        check: flag,
        functions: text,
        dimensions: text,
        optimisers: text,
        budget: text,
        minutes: text,
        workers: text,
        resume: text,
        report: text,
        tables: text,
      },
    });
    return {
      quick: values.quick,
      json: values.json,
      check: values.check,
      functions: numbers(values.functions ?? (values.quick ? "1,8,10,15,17,21" : "1-24,101-130"), 1, 130),
      dimensions: numbers(values.dimensions ?? (values.quick ? "2,5" : "2,5,10,20"), 2, 40),
      optimisers: (values.optimisers?.split(",") ?? names).map(nameOf),
      budget: values.budget === undefined ? (values.quick ? 2000 : undefined) : Number(values.budget),
      minutes: Number(values.minutes ?? (values.quick ? 0.5 : 600)),
      workers: Math.max(1, Math.min(64, Number(values.workers ?? 1) || 1)),
      resume: values.resume,
      report: values.report,
      tables: values.tables,
    };
  } catch (error) {
    process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n${USAGE}\n`);
    process.exitCode = EX_USAGE;
    return undefined;
  }
}

/** "1-3,7" */
function numbers(text: string, least: number, most: number): number[] {
  return text.split(",").flatMap((part) => {
    const [first = Number.NaN, last = first] = part.split("-").map(Number);
    if (!(first >= least && last <= most && first <= last)) throw new RangeError(`${part}: ${least} to ${most}`);
    return Array.from({ length: last - first + 1 }, (_, at) => first + at);
  });
}

function nameOf(text: string): OptimiserName {
  const found = names.find((name) => name === text);
  if (found === undefined) throw new RangeError(`${text}: one of ${names.join(", ")}`);
  return found;
}
