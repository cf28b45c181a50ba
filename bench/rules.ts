import { build } from "./rules/build.ts";
import { calls } from "./rules/calls.ts";
import { memory } from "./rules/memory.ts";
import { quiet } from "./rules/quiet.ts";
import { speed } from "./rules/speed.ts";
import { runParts } from "./senses/run-parts.ts";

/*
 * What rules take and what they say: Falco's stable ones, where their file is there (SWARMS_DATA or ../shared/data), and our own. On
 * generated traffic, and as root on real processes at ordinary work, recorded at the beginning. `--part=NAME` runs one alone.
 */

await runParts("rules", [speed, quiet, memory, calls, build], [calls, build]);
