import { spreadOf } from "../../src/lab/spread.ts";
import type { RoundFigures, WindowFigures } from "./figures.ts";
import type { ScenarioResult } from "./result.ts";
import type { ArmName } from "./scenario.ts";

export type Unjudged = Omit<ScenarioResult, "bars">;

export function roundsOf({ rounds }: Pick<Unjudged, "rounds">, arm: ArmName): RoundFigures[] {
  return rounds.filter((round) => round.arm === arm);
}

/** p99 of a service, microseconds, round by round: the worst phase. */
export function p99sOf(result: Pick<Unjudged, "rounds">, arm: ArmName, service = 0): number[] {
  return roundsOf(result, arm).map(({ phases }) =>
    Math.max(...phases.map(({ services }) => services[service]?.p99Us ?? Number.NaN)),
  );
}

/** Units per second that a job completed over the phases in which it ran at all in this arm or another, round by round. */
export function worksOf(result: Pick<Unjudged, "rounds" | "phases">, arm: ArmName, job: number): number[] {
  return roundsOf(result, arm).map(({ phases }) =>
    workIn(
      phases.filter((_, i) => result.phases[i]?.jobs === true),
      job,
    ),
  );
}

export function workIn(phases: readonly WindowFigures[], job: number): number {
  const seconds = phases.reduce((sum, phase) => sum + phase.seconds, 0);
  return phases.reduce((sum, phase) => sum + (phase.jobs[job] ?? 0) * phase.seconds, 0) / seconds;
}

/** Work of all jobs of an arm over that of another, round by round: the mean over the jobs, whose units differ. */
export function workRatios(result: Pick<Unjudged, "rounds" | "phases" | "jobs">, of: ArmName, to: ArmName): number[] {
  const ratios = result.jobs.map((_, job) => {
    const below = worksOf(result, to, job);
    return worksOf(result, of, job).map((work, round) => work / (below[round] ?? Number.NaN));
  });
  return roundsOf(result, of).map(
    (_, round) => ratios.reduce((sum, each) => sum + (each[round] ?? 0), 0) / ratios.length,
  );
}

/** Work of all jobs of an arm, round by round, the median of the kernel default being 1. */
export function relativeWork(result: Pick<Unjudged, "rounds" | "phases" | "jobs">, arm: ArmName): number[] {
  const ordinary = result.jobs.map((_, job) => spreadOf(worksOf(result, "default", job)).median);
  const works = result.jobs.map((_, job) => worksOf(result, arm, job));
  return roundsOf(result, arm).map(
    (_, round) => works.reduce((sum, work, job) => sum + (work[round] ?? 0) / (ordinary[job] ?? 1), 0) / works.length,
  );
}

/** For each whole second of the arm's rounds, whether every service met its target. */
export function secondsMet(result: Pick<Unjudged, "rounds" | "targets">, arm: ArmName): boolean[] {
  return roundsOf(result, arm).flatMap(({ phases }) => phases.flatMap((phase) => phaseMet(phase, result.targets)));
}

export function phaseMet({ services }: WindowFigures, targets: Unjudged["targets"]): boolean[] {
  const seconds = services[0]?.secondsP99Us.length ?? 0;
  return Array.from({ length: seconds }, (_, second) =>
    services.every(({ secondsP99Us }, i) => (secondsP99Us[second] ?? 0) / 1000 <= (targets[i]?.targetMs ?? Infinity)),
  );
}

/** Seconds of a phase until the targets were met and stayed met for three seconds, or to its end; the phase's length where never. */
export function recoverySeconds(met: readonly boolean[]): number {
  const found = met.findIndex((_, at) => met.slice(at, at + 3).every(Boolean));
  return found < 0 ? met.length : found;
}
