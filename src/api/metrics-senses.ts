import type { ProgramCost } from "../core/reading.ts";
import { seenKinds } from "../core/status.ts";
import type { Metric, Sample } from "./metric.ts";

const EVENTS: readonly Metric[] = [
  {
    name: "swarms_events_total",
    type: "counter",
    help: "Kernel events since the start, by kind.",
    samples: (s) => Object.entries(s.events.total).map(([kind, total]) => [{ kind }, total]),
  },
  {
    name: "swarms_events_lost_total",
    type: "counter",
    help: "Events lost since the start: ring (full in the kernel), damaged, shed (the hive was too slow).",
    samples: (s) => Object.entries(s.losses).map(([where, total]) => [{ where }, total]),
  },
  {
    name: "swarms_events_lost_by_kind_total",
    type: "counter",
    help: "Events that found no room in the ring since the start, by kind.",
    samples: (s) => Object.entries(s.lost ?? {}).map(([kind, total]) => [{ kind }, total]),
  },
  {
    name: "swarms_events_merged_total",
    type: "counter",
    help: "Identical events that were counted in the kernel instead of told, since the start, by kind.",
    samples: (s) => Object.entries(s.merged ?? {}).map(([kind, total]) => [{ kind }, total]),
  },
  {
    name: "swarms_events_watched",
    type: "gauge",
    help: "1 for each kind of event that is watched now.",
    samples: (s) => seenKinds(s.events).map((kind) => [{ kind }, 1]),
  },
  {
    name: "swarms_ring_fill_ratio",
    type: "gauge",
    help: "Share of the ring buffer that waited to be read, the highest of the last turn.",
    samples: (s) => (s.ring === undefined ? [] : [[{}, s.ring.fill]]),
  },
  {
    name: "swarms_ring_bytes",
    type: "gauge",
    help: "Size of the ring buffer.",
    samples: (s) => (s.ring === undefined ? [] : [[{}, s.ring.bytes]]),
  },
];

/** What sensing itself costs, as measured in the latest window (senses/sampler-sensors.ts). */
const COSTS: readonly Metric[] = [
  {
    name: "swarms_sensor_memory_bytes",
    type: "gauge",
    help: "Kernel memory of the programs and maps of each sensor.",
    samples: (s) => (s.sensors ?? []).map(({ name, bytes }) => [{ sensor: name }, bytes]),
  },
  {
    name: "swarms_sensor_cpu_cores",
    type: "gauge",
    help: "Cores that the programs of each sensor took, over all CPUs.",
    samples: (s) =>
      (s.sensors ?? []).flatMap(({ name, cores }) =>
        cores === undefined ? [] : ([[{ sensor: name }, cores]] as const),
      ),
  },
  programMetric(
    "swarms_sensor_program_runs_per_second",
    "gauge",
    "Runs of each attached program.",
    (program) => program.runsPerSecond,
  ),
  programMetric("swarms_sensor_program_run_seconds", "gauge", "Mean run-time of each attached program.", ({ meanNs }) =>
    meanNs === undefined ? undefined : meanNs * 1e-9,
  ),
  programMetric(
    "swarms_sensor_program_missed_total",
    "counter",
    "Runs that the kernel left out because the program was running already on that CPU.",
    ({ missed }) => missed,
  ),
];

function programMetric(
  name: string,
  type: Metric["type"],
  help: string,
  valueOf: (program: ProgramCost) => number | undefined,
): Metric {
  return {
    name,
    type,
    help,
    samples: (s) =>
      (s.sensors ?? []).flatMap((sensor) =>
        sensor.programs.flatMap((program): readonly Sample[] => {
          const value = valueOf(program);
          return value === undefined ? [] : [[{ sensor: sensor.name, program: program.name }, value]];
        }),
      ),
  };
}

/** What is sensed, what of it was lost, and what sensing costs. */
export const SENSES_METRICS: readonly Metric[] = [...EVENTS, ...COSTS];
