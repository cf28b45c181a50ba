import { type Case, type Figure, interleaved } from "../harness.ts";
import type { Children } from "./children.ts";
import type { ToolName } from "./tools.ts";
import type { Programs } from "./programs.ts";

/** What every part works with. */
export interface Bench {
  /** All parts together in about a minute: fewer and shorter rounds. */
  readonly quick: boolean;
  /** A folder of this run, removed at its end. */
  readonly folder: string;
  readonly programs: Programs;
  readonly children: Children;
  /** A line for people: what a figure alone does not say. */
  note(line: string): void;
}

export interface Part {
  /** As in `--part=NAME`. */
  readonly name: string;
  readonly title: string;
  /** Left out, with a word, where one of them is missing. */
  readonly needs: readonly ToolName[];
  run(bench: Bench): Promise<readonly Figure[]>;
}

/** As the harness does it; where it must be quick, each case once, cold. */
export async function inTurn(
  bench: Bench,
  cases: readonly Case[],
  repeats: number,
): Promise<ReadonlyMap<string, readonly number[]>> {
  if (!bench.quick) return interleaved(cases, repeats);
  const figures = new Map<string, number[]>();
  for (const { name, run } of cases) figures.set(name, [await run()]);
  return figures;
}

/** Of what a case kept of all its repeats, those that count: the first was a warm-up, but where it must be quick. */
export function counted<T>(bench: Bench, repeats: readonly T[]): readonly T[] {
  return bench.quick ? repeats : repeats.slice(1);
}
