import type { Scenario } from "./scenario.ts";
import { SettingSearch } from "./search.ts";
import { TARGET } from "./targets.ts";

/** From a switch of arms to the first request that counts. */
export const SETTLE_SECONDS = 1;
/** Start and end of the layer. */
const LAYER_SECONDS = 4;
const SET_UP_SECONDS = 10;
const QUICK_SECONDS = 4;

/** The same scenario, rough: few arms, short phases, and of the grid only what is known to be best. */
export function quickened(scenario: Scenario): Scenario {
  return {
    ...scenario,
    arms: scenario.arms.filter((arm) => arm === "default" || arm === "oracle" || arm === "layer"),
    grid: scenario.grid.filter((setting) => Object.values(setting).some(({ idle }) => idle === true)).slice(0, 1),
    phases: scenario.phases.map((phase) => ({ ...phase, seconds: Math.min(phase.seconds, QUICK_SECONDS) })),
  };
}

export function expectedSeconds({ arms, grid, phases, warmUp, wanted }: Scenario, rounds: number): number {
  const round = phases.reduce((sum, { seconds }) => sum + seconds, 0) + SETTLE_SECONDS + 0.5;
  const tries =
    (arms.includes("oracle") ? SettingSearch.tries(grid.length) : 0) +
    (arms.includes("random") ? SettingSearch.drawn : 0);
  const searched = tries === 0 ? 0 : phases.filter(({ jobs }) => jobs).length;
  const layer = arms.includes("layer") ? rounds * (LAYER_SECONDS + warmUp.leastSeconds) : 0;
  const alone = wanted === "targets" ? TARGET.aloneSeconds + SETTLE_SECONDS : 0;
  return (
    SET_UP_SECONDS +
    alone +
    searched * SettingSearch.seconds(tries + SettingSearch.ordinaryTries) +
    rounds * arms.length * round +
    layer
  );
}
