import type { Bar, ScenarioResult } from "./result.ts";
import type { ArmName } from "./scenario.ts";
import { pairedRatio, ratioWords } from "./ratio.ts";

export type Unjudged = Omit<ScenarioResult, "bars">;

/** One figure of an arm, round by round. */
export function p99Of({ rounds }: Unjudged, arm: ArmName, service = 0): number[] {
  return rounds.filter((round) => round.arm === arm).map(({ phases }) => phases[0]?.services[service]?.p99Us ?? NaN);
}

export function workOf({ rounds }: Unjudged, arm: ArmName): number[] {
  return rounds
    .filter((round) => round.arm === arm)
    .map(({ phases }) => phases.flatMap(({ jobs }) => jobs).reduce((sum, job) => sum + job, 0));
}

export function barsOf(result: Unjudged): Bar[] {
  const of = (arm: ArmName): string =>
    `layer / ${arm}: p99 ${ratioWords(pairedRatio(p99Of(result, "layer"), p99Of(result, arm)))}, work ${ratioWords(pairedRatio(workOf(result, "layer"), workOf(result, arm)))}`;
  return [
    { says: of("default"), held: true },
    { says: of("oracle"), held: true },
  ];
}
