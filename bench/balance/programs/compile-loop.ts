import { spawn } from "node:child_process";
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { seededRandom } from "../../../src/core/random.ts";
import { WorkCounter } from "../../../src/lab/work-counter.ts";
import { cSource } from "../c-source.ts";

/*
 * `make -jN` without end: compiles the files of a generated C project one after the other, N at a time, and counts them. Arguments:
 * folder, N, the file of its count. Ends when the bench that started it is gone.
 */
const [, , folder = "", parallel = "1", counterPath = ""] = process.argv;
const FILES = 32;
const SEED = 5;

const random = seededRandom(SEED);
mkdirSync(folder, { recursive: true });
const sources = Array.from({ length: FILES }, (_, i) => {
  const path = join(folder, `part${i}.c`);
  writeFileSync(path, cSource(i, random));
  return path;
});
const counter = new WorkCounter(counterPath);
const parent = process.ppid;
let started = 0;
let compiled = 0;
for (let lane = 0; lane < Number(parallel); lane++) next(lane);

function next(lane: number): void {
  if (process.ppid !== parent) return;
  const source = sources[started++ % sources.length] ?? "";
  const gcc = spawn("gcc", ["-O2", "-c", source, "-o", join(folder, `lane${lane}.o`)], { stdio: "ignore" });
  gcc.once("error", () => process.exit(1));
  gcc.once("exit", (status) => {
    if (status !== 0) process.exit(1);
    counter.publish(++compiled);
    next(lane);
  });
}
