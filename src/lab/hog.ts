import { WorkCounter } from "./work-counter.ts";

/**
 * A batch job without end: pure computation, counted in completed units. Run as a program; the first
 * argument names the file of its count. Ends when the lab that started it is gone.
 */
const [, , counterPath = ""] = process.argv;

/** About 0.3 ms of a 3 GHz core: fine enough for a round of seconds, coarse enough to count cheaply. */
const STEPS_PER_UNIT = 200_000;
const UNITS_PER_REPORT = 16;

const counter = new WorkCounter(counterPath);
const parent = process.ppid;
let state = 0x2545f491;
for (let units = 0; process.ppid === parent; units += UNITS_PER_REPORT) {
  counter.publish(units);
  for (let unit = 0; unit < UNITS_PER_REPORT; unit++) state = work(state);
}

/** xorshift32 (Marsaglia 2003): each step needs the one before, so that the compiler cannot leave it out. */
function work(seed: number): number {
  let x = seed;
  for (let step = 0; step < STEPS_PER_UNIT; step++) {
    x ^= x << 13;
    x ^= x >>> 17;
    x ^= x << 5;
  }
  return x;
}
