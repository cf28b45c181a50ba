import type { EntityKey } from "../core/entity.ts";
import type { SearchInfo, TrialInfo } from "../core/live.ts";
import type { Compared } from "./search-course.ts";
import type { SearchAgent } from "./search.ts";
import { settingsSay } from "./search-says.ts";

/** Comparisons shown at once. */
const SHOWN = 40;

/** How far the search is, in words and numbers for people. */
export function searchInfo(search: SearchAgent, label: (entity: EntityKey) => string): SearchInfo {
  const { tries, keeps, searches, compared } = search;
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
      },
    }),
    compared: compared.slice(-SHOWN).map((one) => trialOf(one, label)),
  };
}

function trialOf({ settings, origin, state, verdict }: Compared, label: (entity: EntityKey) => string): TrialInfo {
  return { says: settingsSay(settings, label), origin, state, ...numbersOf(verdict) };
}

/** JSON has no infinity, and before two pairs there is no interval. */
function numbersOf({ pairs, effect, interval }: Compared["verdict"]): Pick<TrialInfo, "pairs" | "effect" | "interval"> {
  const bounded = (value: number): number => Math.max(-1, Math.min(9, value || 0));
  return { pairs, effect: bounded(effect), interval: [bounded(interval[0]), bounded(interval[1])] };
}
