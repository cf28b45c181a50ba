import { parentPort, workerData } from "node:worker_threads";
import { seededRandom } from "../core/random.ts";
import { monotonicUs } from "./monotonic.ts";
import { poissonArrivals } from "./poisson.ts";

export interface Pace {
  readonly ratePerSecond: number;
  readonly seed: number;
}

/**
 * Says when each request is due. A thread of its own, because the event loop's timers are whole
 * milliseconds, while a futex wait is as exact as the kernel's high-resolution timers.
 */
if (parentPort !== null) run(workerData as Pace);

function run(pace: Pace): void {
  const next = poissonArrivals(seededRandom(pace.seed), pace.ratePerSecond, monotonicUs());
  const sleeper = new Int32Array(new SharedArrayBuffer(4));
  for (;;) {
    const dueUs = next();
    const waitMs = (dueUs - monotonicUs()) / 1000;
    if (waitMs > 0) Atomics.wait(sleeper, 0, 0, waitMs);
    parentPort?.postMessage(dueUs, []);
  }
}
