import { build } from "./senses/build.ts";
import { calls } from "./senses/calls.ts";
import { decode } from "./senses/decode.ts";
import { flood } from "./senses/flood.ts";
import { latency } from "./senses/latency.ts";
import { rate } from "./senses/rate.ts";
import { ring } from "./senses/ring.ts";
import { runParts } from "./senses/run-parts.ts";

/*
 * What sensing costs, each part beside a named peer or the bare host in the same run, in turn. `--part=NAME` runs one
 * alone; it can be given again.
 */

await runParts("senses", [ring, decode, rate, calls, build, flood, latency], [build]);
