import { setTimeout as pause } from "node:timers/promises";
import { ok, type Result } from "../../src/core/errors.ts";
import { monotonicUs } from "../../src/lab/monotonic.ts";
import { serviceFigures, type WindowFigures } from "./figures.ts";
import type { Phase, Scene } from "./scenario.ts";

/** Where a window began and ended, and what the jobs did in it: the samples are read later. */
export interface Mark {
  readonly fromUs: number;
  readonly toUs: number;
  readonly jobs: readonly number[];
}

export async function markWindow(scene: Scene, seconds: number, signal: AbortSignal): Promise<Mark> {
  const before = scene.jobs.map((job) => job.work());
  const fromUs = monotonicUs();
  await pause(seconds * 1000, undefined, { signal });
  const toUs = monotonicUs();
  const took = (toUs - fromUs) / 1e6;
  return { fromUs, toUs, jobs: scene.jobs.map((job, i) => (job.work() - (before[i] ?? 0)) / took) };
}

export async function readWindow(scene: Scene, mark: Mark): Promise<Result<WindowFigures>> {
  const services = [];
  for (const traffic of scene.services) {
    const samples = await traffic.between(mark.fromUs, mark.toUs);
    if (!samples.ok) return samples;
    services.push(serviceFigures(traffic.name, samples.value, mark.fromUs, mark.toUs));
  }
  return ok({ seconds: (mark.toUs - mark.fromUs) / 1e6, services, jobs: mark.jobs });
}

/** Brings load and jobs to what the phase wants. */
export async function enterPhase(scene: Scene, phase: Phase): Promise<Result<void>> {
  for (const traffic of scene.services) traffic.setLoad(phase.load);
  return scene.setJobs === undefined ? ok(undefined) : await scene.setJobs(phase.jobs);
}
