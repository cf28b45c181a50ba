import { mkdirSync } from "node:fs";
import { join } from "node:path";
import type { Child } from "./children.ts";
import type { Bench } from "./part.ts";

/** Events a second, as in programs/paced-load.c. */
export interface Mix {
  readonly opens: number;
  readonly writes: number;
  readonly fails: number;
  readonly connects: number;
  /** Three events each: fork, exec, exit. */
  readonly spawns: number;
  /** So many files in turn. */
  readonly files: number;
  /** So many addresses and ports in turn. */
  readonly endpoints: number;
}

export type Done = Record<"opens" | "writes" | "fails" | "connects" | "spawns" | "seconds", number>;

export const QUIET: Mix = { opens: 0, writes: 0, fails: 0, connects: 0, spawns: 0, files: 1, endpoints: 4096 };

export function eventsOf({ opens, writes, fails, connects, spawns }: Omit<Mix, "files" | "endpoints">): number {
  return opens + writes + fails + connects + 3 * spawns;
}

export interface Load {
  readonly child: Child;
  done(): Promise<Done>;
}

/** Resolves when the load has begun. `program`: a copy of paced-load, which is what it spawns too. `folder`: of its files. */
export async function startLoad(
  bench: Bench,
  mix: Mix,
  seconds: number,
  { program, folder = join(bench.folder, "files") }: { readonly program?: string; readonly folder?: string } = {},
): Promise<Load> {
  mkdirSync(folder, { recursive: true });
  const { opens, writes, fails, connects, spawns, files, endpoints } = mix;
  const numbers = [seconds, opens, writes, fails, connects, spawns, files, endpoints].map(String);
  const child = bench.children.start(program ?? bench.programs.program("paced-load"), [...numbers, folder]);
  if ((await child.line()) !== "ready") throw new Error("the load did not begin");
  return {
    child,
    done: async () => {
      const [line] = await Promise.all([child.line(), child.ended(seconds * 1000 + 30_000)]);
      return JSON.parse(line) as Done;
    },
  };
}
