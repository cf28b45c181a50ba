import { programArgv } from "../../src/lab/program.ts";
import { CountedJob } from "./jobs.ts";
import type { Stage } from "./scenario.ts";

/** Pure computation without end. */
export function hogs(stage: Stage, group: string, processes: number): CountedJob {
  return new CountedJob(stage, group, processes, (counter) => programArgv("hog", counter));
}
