import { runParts } from "./senses/run-parts.ts";
import { buildCost } from "./sequences/build-cost.ts";
import { entryCost } from "./sequences/entry-cost.ts";

/*
 * What checking the order of system calls costs those who make them: beside nothing at all, and beside a program at the same place
 * that does nothing, in the same run, in turn. `--part=NAME` runs one alone.
 */

await runParts("sequences", [entryCost, buildCost]);
