import type { ReadingName } from "../core/reading.ts";
import type { ProberJob, ProberNumbers } from "../core/wire/prober.ts";
import type { DeclaredWorkload } from "../core/workload.ts";

/** Misses beyond this make no difference, and a rate of nothing would be without end. */
const MOST_EXCESS = 1000;

/** What is to be measured from outside, of all that is declared. */
export function proberJobs(workloads: readonly DeclaredWorkload[]): ProberJob[] {
  return workloads.flatMap(({ name, objective }): ProberJob[] => {
    const { http, tcp, metric } = objective ?? {};
    if (http !== undefined) return [{ workload: name, kind: "http", spec: http }];
    if (tcp !== undefined) return [{ workload: name, kind: "tcp", spec: tcp }];
    return metric === undefined ? [] : [{ workload: name, kind: "metric", spec: metric }];
  });
}

/** How long numbers hold: a prober that is gone, or a page that does not answer, says nothing any more. */
export function numbersHoldMs(job: ProberJob): number {
  return job.kind === "metric" ? Math.max(3000, job.spec.everySeconds * 3000) : 3000;
}

/** Readings of a workload's own objective: what came from outside, set against the target that the operator gave. */
export function objectiveReadings(job: ProberJob, numbers: ProberNumbers): [ReadingName, number][] {
  const { value, samples, p50Ms, p99Ms, failures } = numbers;
  const readings: [ReadingName, number][] = [["objective.target", targetOf(job)]];
  if (value !== undefined)
    readings.push(
      ["objective.value", value],
      ["objective.excess", excessOf(job, value)],
      ["objective.samples", samples],
    );
  if (p50Ms !== undefined) readings.push(["probe.p50", p50Ms * 1e6]);
  if (p99Ms !== undefined) readings.push(["probe.p99", p99Ms * 1e6]);
  readings.push(["probe.failures", failures]);
  return readings;
}

function targetOf({ kind, spec }: ProberJob): number {
  return kind === "metric" ? spec.target : spec.targetMs;
}

function excessOf(job: ProberJob, value: number): number {
  const target = targetOf(job);
  const isAbove = job.kind === "metric" && job.spec.direction === "above";
  const [over, under] = isAbove ? [target, value] : [value, target];
  // A target of nothing is met by nothing alone.
  if (over <= 0) return under >= over ? 0 : MOST_EXCESS;
  return under <= 0 ? MOST_EXCESS : Math.min(MOST_EXCESS, over / under);
}
