import type { Metric } from "./metric.ts";

/** What the guard counted since the warden began; without root there is no warden, and none of these. */
export const GUARD_METRICS: readonly Metric[] = [
  {
    name: "swarms_guard_decisions_total",
    type: "counter",
    help: "What the guard said to proposals, by outcome.",
    samples: ({ guard }) => Object.entries(guard?.outcomes ?? {}).map(([outcome, count]) => [{ outcome }, count]),
  },
  {
    name: "swarms_guard_refusals_total",
    type: "counter",
    help: "Proposals that the guard refused, by error code.",
    samples: ({ guard }) => Object.entries(guard?.codes ?? {}).map(([code, count]) => [{ code }, count]),
  },
  {
    name: "swarms_guard_alarms",
    type: "gauge",
    help: "What the guard raised by itself in the hours before: repeats of the latest of each name.",
    samples: ({ guard }) => {
      // The latest comes first, and is the one to keep.
      const latest = new Map((guard?.alarms ?? []).toReversed().map(({ alarm, count }) => [alarm, count]));
      return [...latest].map(([alarm, count]) => [{ alarm }, count]);
    },
  },
  {
    name: "swarms_guard_waiting",
    type: "gauge",
    help: "Proposals that wait for a person.",
    samples: ({ guard }) => (guard === undefined ? [] : [[{}, guard.waiting.length]]),
  },
];
