import { constants, setPriority } from "node:os";
import { performance } from "node:perf_hooks";
import { Worker } from "node:worker_threads";
import type { Progress } from "./progress.ts";
import type { Unit, UnitResult } from "./trial.ts";

export interface RunLimits {
  /** Worker threads. */
  readonly workers: number;
  readonly minutes: number;
  /** After each unit. */
  readonly said: (done: number, total: number) => void;
}

/** Runs what is not known yet, at the lowest priority; gives the number of units that time did not suffice for. */
export async function runUnits(plan: readonly Unit[], progress: Progress, limits: RunLimits): Promise<number> {
  setPriority(constants.priority.PRIORITY_LOW);
  const waiting = plan.filter((unit) => !progress.has(unit));
  const start = performance.now();
  const total = waiting.length;
  let done = 0;
  const left = (): boolean => waiting.length > 0 && performance.now() - start < limits.minutes * 60_000;
  const work = async (): Promise<void> => {
    const worker = new Worker(new URL("units-worker.ts", import.meta.url));
    try {
      while (left()) {
        const unit = waiting.shift();
        if (unit === undefined) break;
        progress.add(await answer(worker, unit));
        limits.said(++done, total);
      }
    } finally {
      await worker.terminate();
    }
  };
  await Promise.all(Array.from({ length: limits.workers }, work));
  return waiting.length;
}

function answer(worker: Worker, unit: Unit): Promise<UnitResult> {
  return new Promise((resolve, reject) => {
    worker.once("error", reject);
    worker.once("message", (result: UnitResult) => {
      worker.off("error", reject);
      resolve(result);
    });
    // A worker thread has no origin.
    // oxlint-disable-next-line unicorn/require-post-message-target-origin
    worker.postMessage(unit);
  });
}
