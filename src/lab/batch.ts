import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { failed, ok, type Result } from "../core/errors.ts";
import type { Crew, Placement } from "./crew.ts";
import { programArgv } from "./program.ts";
import { readWork } from "./work-counter.ts";

/** The batch jobs, and what they have done so far in completed units. */
export interface Batch {
  readonly hogs: number;
  work(): number;
}

const START_MS = 10_000;

export async function startBatch(
  crew: Crew,
  folder: string,
  placement: Placement & { readonly hogs: number },
): Promise<Result<Batch>> {
  const counters = Array.from({ length: placement.hogs }, (_, i) => join(folder, `hog-${i}.count`));
  const children = counters.map((counter) =>
    crew.start({ name: "hog", argv: programArgv("hog", counter), groups: placement.groups, cpus: placement.cpus }),
  );
  const deadline = Date.now() + START_MS;
  while (Date.now() < deadline && children.every((child) => child.exitCode === null)) {
    if (counters.every((counter) => readWork(counter) > 0))
      return ok({ hogs: placement.hogs, work: () => counters.reduce((sum, counter) => sum + readWork(counter), 0) });
    await sleep(50);
  }
  return failed("SW-LAB", "the batch jobs did not start");
}
