import type { StatusDocument } from "../core/status.ts";
import type { Labels, Metric, Sample } from "./metric.ts";
import { GUARD_METRICS } from "./metrics-guard.ts";
import { OUTPUT_METRICS } from "./metrics-outputs.ts";
import { READING_METRICS, toldWorkloads } from "./metrics-readings.ts";
import { SENSES_METRICS } from "./metrics-senses.ts";

const LAYER: readonly Metric[] = [
  {
    name: "swarms_info",
    type: "gauge",
    help: "The running layer: version, arrangement and where events come from.",
    samples: (s) => [[{ version: s.version, arrangement: s.arrangement, events: s.events.source }, 1]],
  },
  {
    name: "swarms_start_time_seconds",
    type: "gauge",
    help: "When the layer started, seconds since the epoch.",
    samples: (s) => [[{}, s.sinceMs / 1000]],
  },
  {
    name: "swarms_mode",
    type: "gauge",
    help: "1 for the mode in force of each colony.",
    samples: (s) => Object.entries(s.modes).map(([colony, mode]) => [{ colony, mode }, 1]),
  },
  {
    name: "swarms_workloads",
    type: "gauge",
    help: "Workloads seen, by kind.",
    samples: (s) => countBy(s.workloads, (workload) => ({ kind: workload.kind })),
  },
  {
    name: "swarms_workloads_left_out",
    type: "gauge",
    help: "Workloads that have no metrics of their own, for there are too many.",
    samples: (s) => [[{}, s.workloads.length - toldWorkloads(s.workloads).length]],
  },
  {
    name: "swarms_signals",
    type: "gauge",
    help: "Strongest concentration of each pheromone in the field.",
    samples: (s) => strongest(s),
  },
  {
    name: "swarms_leases",
    type: "gauge",
    help: "Changes in force, by kind of action.",
    samples: (s) => countBy(s.leases, (lease) => ({ kind: lease.kind })),
  },
  {
    name: "swarms_intentions",
    type: "gauge",
    help: "Proposals not applied that are remembered, with repeats, by kind, outcome and error code.",
    samples: (s) =>
      countBy(
        s.intentions,
        ({ decision }) => ({ kind: decision.kind, outcome: decision.outcome, code: decision.code }),
        ({ count }) => count,
      ),
  },
  {
    name: "swarms_incidents_open",
    type: "gauge",
    help: "Incidents that nobody has dismissed.",
    samples: (s) => [[{}, s.incidents.open]],
  },
];

/** Every metric there is; the reference is made from this too. */
export const METRICS: readonly Metric[] = [
  ...LAYER,
  ...GUARD_METRICS,
  ...OUTPUT_METRICS,
  ...SENSES_METRICS,
  ...READING_METRICS,
];

/** Prometheus text format 0.0.4. A metric without samples is left out. */
export function renderMetrics(status: StatusDocument): string {
  return METRICS.map(({ name, type, help, samples }) => {
    const lines = samples(status).map(([labels, value]) => `${name}${renderLabels(labels)} ${value}\n`);
    return lines.length === 0 ? "" : `# HELP ${name} ${help}\n# TYPE ${name} ${type}\n${lines.join("")}`;
  }).join("");
}

function renderLabels(labels: Labels): string {
  const pairs = Object.entries(labels).map(([name, value]) => `${name}="${escaped(value)}"`);
  return pairs.length === 0 ? "" : `{${pairs.join(",")}}`;
}

function escaped(value: string): string {
  return value.replaceAll("\\", "\\\\").replaceAll('"', '\\"').replaceAll("\n", "\\n");
}

function countBy<T>(
  items: readonly T[],
  labelsOf: (item: T) => Labels,
  weightOf: (item: T) => number = () => 1,
): readonly Sample[] {
  const counts = new Map<string, { readonly labels: Labels; count: number }>();
  for (const item of items) {
    const labels = labelsOf(item);
    const key = JSON.stringify(labels);
    const known = counts.get(key) ?? { labels, count: 0 };
    known.count += weightOf(item);
    counts.set(key, known);
  }
  return [...counts.values()].map(({ labels, count }) => [labels, count]);
}

function strongest(status: StatusDocument): readonly Sample[] {
  const strength = new Map<string, number>();
  for (const { pheromone, concentration } of status.signals) {
    strength.set(pheromone, Math.max(concentration, strength.get(pheromone) ?? 0));
  }
  return [...strength].map(([pheromone, concentration]) => [{ pheromone }, concentration]);
}
