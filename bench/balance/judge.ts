import { p99sOf, phaseMet, recoverySeconds, roundsOf, secondsMet, type Unjudged, workRatios } from "./figures-of.ts";
import { pairedRatio, type Ratio, ratioWords } from "./ratio.ts";
import type { Bar } from "./result.ts";
import { ARM_SAYS, type ArmName } from "./scenario.ts";
import { spreadOf } from "../../src/lab/spread.ts";

/** What has to hold on the two-core test machine. */
export const BARS = {
  p99OfDefault: 0.35,
  p99OfOracle: 1.5,
  workOfDefault: 0.9,
  workOfOracle: 0.95,
  reachSeconds: 30,
  metShare: 0.95,
  phaseWorkOfOracle: 0.9,
  recoverySeconds: 5,
  worse: 0.01,
  cores: 0.01,
} as const;

const percent = (share: number, digits = 0): string => `${(share * 100).toFixed(digits)} %`;

/** Every bar of the scenario; for scenarios without one, the same ratios, as information. */
export function barsOf(result: Unjudged): Bar[] {
  const judge = JUDGES[result.id] ?? plain;
  return judge(result);
}

const JUDGES: Readonly<Record<string, (result: Unjudged) => Bar[]>> = {
  S1: (result) => [...ratios(result, true), reached(result)],
  S4: targets,
  S5: (result) => [...targets(result), recovery(result)],
  S6: harmless,
  S7: cost,
};

function p99Ratio(result: Unjudged, to: ArmName): Ratio {
  return pairedRatio(p99sOf(result, "layer"), p99sOf(result, to));
}

function workRatio(result: Unjudged, to: ArmName): Ratio {
  return pairedRatio(
    workRatios(result, "layer", to),
    roundsOf(result, "layer").map(() => 1),
  );
}

function ratios(result: Unjudged, judged: boolean): Bar[] {
  const bar = (what: string, ratio: Ratio, limit: number, most: boolean): Bar => ({
    says: `${what} ${ratioWords(ratio)}${judged ? `, bar: ${most ? "at most" : "at least"} ${limit}` : ""}`,
    held: !judged ? undefined : most ? ratio.median <= limit : ratio.median >= limit,
  });
  const oracle: Bar[] = result.arms.includes("oracle")
    ? [
        bar("p99 over the best static setting's:", p99Ratio(result, "oracle"), BARS.p99OfOracle, true),
        bar("batch work over the best static setting's:", workRatio(result, "oracle"), BARS.workOfOracle, false),
      ]
    : [];
  return [
    bar("p99 over the kernel default's:", p99Ratio(result, "default"), BARS.p99OfDefault, true),
    bar("batch work over the kernel default's:", workRatio(result, "default"), BARS.workOfDefault, false),
    ...oracle,
    ...OTHERS.filter(([arm]) => result.arms.includes(arm)).flatMap(([arm, whose]): Bar[] => [
      { says: `p99 over ${whose}: ${ratioWords(p99Ratio(result, arm))}`, held: undefined },
      { says: `batch work over ${whose}: ${ratioWords(workRatio(result, arm))}`, held: undefined },
    ]),
  ];
}

/** Arms without a bar of their own: the same figures as information. */
const OTHERS: readonly (readonly [ArmName, whose: string])[] = [
  ["careful", "the careful weights'"],
  ["random", "the random search's"],
  ["tuned", "the tuned profile's"],
];

function plain(result: Unjudged): Bar[] {
  return ratios(result, false);
}

/** From the layer's first answer until p99 is where the bar wants it, for three seconds on end. */
function reached(result: Unjudged): Bar {
  const limitUs = BARS.p99OfDefault * spreadOf(p99sOf(result, "default")).median;
  const seconds = roundsOf(result, "layer").flatMap(({ layer }) => {
    if (layer === undefined) return [];
    const found = recoverySeconds(layer.secondsP99Us.map((p99) => p99 <= limitUs));
    return [found === layer.secondsP99Us.length ? Infinity : found];
  });
  const { median, max } = spreadOf(seconds);
  const words = (value: number): string => (value === Infinity ? "not in its round" : `${value} s`);
  return {
    says: `p99 that low after the layer's start: ${words(median)} (median of ${seconds.length} starts; longest ${words(max)}), bar: ${BARS.reachSeconds} s`,
    held: seconds.length > 0 && max <= BARS.reachSeconds,
  };
}

function share(met: readonly boolean[]): number {
  return met.filter(Boolean).length / Math.max(1, met.length);
}

function targets(result: Unjudged): Bar[] {
  const layer = share(secondsMet(result, "layer"));
  const others = result.arms
    .filter((arm) => arm !== "layer")
    .map((arm) => `${ARM_SAYS[arm]} ${percent(share(secondsMet(result, arm)))}`);
  const work = workRatio(result, "oracle");
  return [
    {
      says: `every target met in ${percent(layer)} of the one-second windows, bar: ${percent(BARS.metShare)} (${others.join(", ")})`,
      held: layer >= BARS.metShare,
    },
    {
      says: `batch work over the best static setting's of each phase: ${ratioWords(work)}, bar: at least ${BARS.phaseWorkOfOracle}`,
      held: work.median >= BARS.phaseWorkOfOracle,
    },
  ];
}

function recovery(result: Unjudged): Bar {
  const seconds = roundsOf(result, "layer").flatMap(({ phases }) =>
    phases.slice(1).map((phase) => recoverySeconds(phaseMet(phase, result.targets))),
  );
  const { median, max } = spreadOf(seconds);
  return {
    says: `back inside the target ${median} s after a change (median of ${seconds.length}; longest ${max} s), bar: ${BARS.recoverySeconds} s`,
    held: max <= BARS.recoverySeconds,
  };
}

function harmless(result: Unjudged): Bar[] {
  const [p99, work] = [p99Ratio(result, "default"), workRatio(result, "default")];
  return [
    {
      says: `p99 with the layer over without: ${ratioWords(p99, 3)}, bar: at most ${1 + BARS.worse}`,
      held: p99.median <= 1 + BARS.worse,
    },
    {
      says: `throughput with the layer over without: ${ratioWords(work, 4)}, bar: at least ${1 - BARS.worse}`,
      held: work.median >= 1 - BARS.worse,
    },
  ];
}

/** What the layer took for itself, which the jobs did not get; where there is a bar for it that says so. */
export function ownCost(result: Unjudged): Bar[] {
  const layers = roundsOf(result, "layer").flatMap(({ layer }) => layer ?? []);
  if (result.id === "S7" || layers.length === 0) return [];
  const { median, min, max } = spreadOf(layers.map(({ cores }) => cores));
  const spread = `${percent(median, 1)} of one core (${percent(min, 1)} to ${percent(max, 1)})`;
  return [{ says: `the layer itself took ${spread} meanwhile`, held: undefined }];
}

function cost(result: Unjudged): Bar[] {
  const layers = roundsOf(result, "layer").flatMap(({ layer }) => layer ?? []);
  const { median, min, max } = spreadOf(layers.map(({ cores }) => cores));
  const inKernel = layers.flatMap(({ sensorCores }) => sensorCores ?? []);
  return [
    {
      says: `the layer took ${percent(median, 2)} of one core (${percent(min, 2)} to ${percent(max, 2)}), bar: less than ${percent(BARS.cores)}`,
      held: median < BARS.cores,
    },
    ...(inKernel.length === 0
      ? []
      : [{ says: `and its programs in the kernel ${percent(spreadOf(inKernel).median, 2)}`, held: undefined }]),
  ];
}
