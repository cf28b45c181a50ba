import { READINGS, type ReadingName } from "../core/reading.ts";
import type { StatusDocument, WorkloadStatus } from "../core/status.ts";
import type { Labels, Metric, Sample } from "./metric.ts";

/** What a reading's unit is to Prometheus, which wants base units: the ending of the name, and what to multiply by. */
const BASE_UNITS: Readonly<
  Record<string, { readonly suffix: string; readonly factor: number; readonly words: string }>
> = {
  ns: { suffix: "_seconds", factor: 1e-9, words: "in seconds" },
  bytes: { suffix: "_bytes", factor: 1, words: "in bytes" },
  "bytes/s": { suffix: "_per_second", factor: 1, words: "in bytes per second" },
  "1/s": { suffix: "_per_second", factor: 1, words: "per second" },
  "wake-ups/s": { suffix: "_per_second", factor: 1, words: "per second" },
  ratio: { suffix: "_ratio", factor: 1, words: "0 to 1" },
  cores: { suffix: "", factor: 1, words: "in cores" },
};
/** Shares of a target, not of a whole. */
const ABOVE_ONE: ReadonlySet<ReadingName> = new Set(["objective.excess"]);
/** Counted since the group was made: the only ones that never go down. */
const TOTALS: ReadonlySet<ReadingName> = new Set(["memory.oom.kills"]);

/**
 * Workloads in one answer: about forty series each. Containers come and go under new names, so what nobody declared has a
 * label that never ends; only the busiest of it are told.
 */
export const MOST_WORKLOADS = 64;

/** Two metrics for every reading there is: of the host, and of each workload. */
export const READING_METRICS: readonly Metric[] = (Object.keys(READINGS) as ReadingName[]).flatMap((reading) => {
  const { unit, says } = READINGS[reading];
  const { suffix, factor, words } = BASE_UNITS[unit] ?? { suffix: "", factor: 1, words: undefined };
  const isTotal = TOTALS.has(reading);
  const base = reading.replaceAll(".", "_");
  const stem = isTotal ? `${base}_total` : base.endsWith(suffix) ? base : `${base}${suffix}`;
  const type = isTotal ? "counter" : "gauge";
  const unitWords = words === undefined || ABOVE_ONE.has(reading) ? "" : `, ${words}`;
  const sample = (labels: Labels, value: number | undefined): readonly Sample[] =>
    value === undefined ? [] : [[labels, value * factor]];
  return [
    {
      name: `swarms_host_${stem}`,
      type,
      help: `Of the host: ${says}${unitWords}.`,
      samples: (s: StatusDocument) => sample({}, s.host[reading]),
    },
    {
      name: `swarms_workload_${stem}`,
      type,
      help: `Of a workload: ${says}${unitWords}.`,
      samples: (s: StatusDocument) =>
        toldWorkloads(s.workloads).flatMap(({ name, kind, readings }) =>
          sample({ workload: name, kind }, readings[reading]),
        ),
    },
  ] as const;
});

const told = new WeakMap<readonly WorkloadStatus[], readonly WorkloadStatus[]>();

/** Those whose kind is known first, then the busiest; worked out once for each document. */
export function toldWorkloads(workloads: readonly WorkloadStatus[]): readonly WorkloadStatus[] {
  const known = told.get(workloads);
  if (known !== undefined) return known;
  const rank = ({ kind, readings }: WorkloadStatus): number =>
    (kind === "unknown" ? 0 : 1e6) + (readings["cpu.cores"] ?? 0);
  const chosen = workloads.toSorted((a, b) => rank(b) - rank(a)).slice(0, MOST_WORKLOADS);
  told.set(workloads, chosen);
  return chosen;
}
