import { accessSync, constants } from "node:fs";
import { FaultRun } from "./run.fixture.ts";

/** What is synced and lost is counted, not left to a real disk: in memory a run takes a fifth of the time. */
const MEMORY = "/dev/shm";

export interface Campaign {
  readonly runs: number;
  readonly steps: number;
  /** How often each kind of action had each outcome. */
  readonly counts: ReadonlyMap<string, number>;
  readonly failures: readonly string[];
}

export interface FaultsAsked {
  readonly runs: number;
  readonly seed: number;
  /** After each run: how many were done. */
  onRun?(done: number): void;
}

const MAX_FAILURES = 5;

try {
  accessSync(MEMORY, constants.W_OK);
  process.env["TMPDIR"] ??= MEMORY;
} catch {
  // The usual folder, then.
}

/** Runs `runs` runs; the first has `seed`, the next `seed + 1`, so that each can be had again by itself. */
export function runFaults({ runs, seed, onRun }: FaultsAsked): Campaign {
  const counts = new Map<string, number>();
  const failures: string[] = [];
  let [done, steps] = [0, 0];
  for (; done < runs && failures.length < MAX_FAILURES; done++) {
    const run = new FaultRun(seed + done);
    const length = 10 + run.random.below(50);
    steps += length;
    try {
      run.run(length);
    } catch (error) {
      const says = error instanceof Error ? (error.stack ?? error.message) : String(error);
      failures.push(`seed ${seed + done}: ${says}\n  ${run.trace.slice(-40).join("\n  ")}`);
    } finally {
      run.layer.end();
      run.stage.host.remove();
    }
    for (const [what, count] of run.ledger.counts) counts.set(what, (counts.get(what) ?? 0) + count);
    onRun?.(done + 1);
  }
  return { runs: done, steps, counts, failures };
}
