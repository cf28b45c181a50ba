import type { EntityKey } from "../core/entity.ts";
import type { SearchInfo, SearchPoint, SearchSpace, TrialInfo } from "../core/live.ts";
import { type KnobDimension, pointOf, type Setting, valuesOf } from "./knob-space.ts";
import type { Compared } from "./search-course.ts";
import { levelSays, settingsSay } from "./search-says.ts";
import type { SearchAgent } from "./search.ts";

/** Comparisons shown at once. */
const SHOWN = 40;
/** Of an optimiser's population: more than these are not told apart. */
const MEMBERS = 50;

type Label = (entity: EntityKey) => string;

/** How far the search is, in words and numbers for people. */
export function searchInfo(search: SearchAgent, label: Label): SearchInfo {
  const { tries, keeps, searches, underWay } = search;
  const dimensions = underWay?.dimensions ?? [];
  const point = (settings: readonly Setting[]): { point: SearchPoint } => ({
    point: pointOf(dimensions, valuesOf(settings)),
  });
  return {
    searches,
    kept: keeps.length === 0 ? "" : settingsSay(keeps, label),
    ...(tries && {
      tries: {
        says: settingsSay(tries.settings, label),
        origin: tries.origin,
        ...numbersOf(tries.verdict),
        state: "undecided",
        confirms: tries.confirms,
        ...point(tries.settings),
      },
    }),
    compared: (underWay?.compared ?? [])
      .slice(-SHOWN)
      .map((one) => ({ ...trialOf(one, label), ...point(one.settings) })),
    ...(underWay && { space: spaceInfo(dimensions, { ...underWay.plan.swarm, ...point(keeps) }, label) }),
  };
}

interface Swarm {
  readonly name: string;
  readonly members: readonly SearchPoint[];
  readonly point: SearchPoint;
}

function spaceInfo(dimensions: readonly KnobDimension[], { name, members, point }: Swarm, label: Label): SearchSpace {
  return {
    knobs: dimensions.map(({ knob, entity, levels }) => ({
      kind: knob.kind,
      of: label(entity),
      levels: ["as it is", ...levels.map((value) => levelSays(knob.kind, value))],
    })),
    optimiser: name,
    members: members.slice(0, MEMBERS),
    kept: point,
  };
}

function trialOf({ settings, origin, state, verdict }: Compared, label: Label): TrialInfo {
  return { says: settingsSay(settings, label), origin, state, ...numbersOf(verdict) };
}

type Numbers = Pick<TrialInfo, "pairs" | "effect" | "interval" | "confidence">;

/** JSON has no infinity, and before two pairs there is no interval. */
function numbersOf({ pairs, effect, interval, confidence }: Compared["verdict"]): Numbers {
  const bounded = (value: number): number => Math.max(-1, Math.min(9, value || 0));
  return { pairs, effect: bounded(effect), interval: [bounded(interval[0]), bounded(interval[1])], confidence };
}
