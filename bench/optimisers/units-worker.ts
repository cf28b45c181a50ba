import { parentPort } from "node:worker_threads";
import { runUnit, type Unit } from "./trial.ts";

/** One unit at a time, beside the process that keeps the book. */
// A worker thread has no origin.
// oxlint-disable-next-line unicorn/require-post-message-target-origin
parentPort?.on("message", (unit: Unit) => parentPort?.postMessage(runUnit(unit)));
