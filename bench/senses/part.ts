import type { Figure } from "../harness.ts";
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
