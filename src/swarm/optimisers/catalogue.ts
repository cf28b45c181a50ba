import type { Optimiser } from "../optimiser.ts";
import { AskTell, type OptimiserSettings, type SavedOptimiser } from "./ask-tell.ts";
import { AdaptiveEvolution } from "./adaptive-evolution.ts";
import { AntColony } from "./ant-colony.ts";
import { BeeColony } from "./bee-colony.ts";
import { CmaEs } from "./cma-es.ts";
import { DifferentialEvolution } from "./differential-evolution.ts";
import { ParticleSwarm } from "./particle-swarm.ts";
import { RandomSearch } from "./random-search.ts";
import type { Strategy, Surroundings } from "./strategy.ts";

interface OptimiserSpec {
  readonly says: string;
  readonly make: (surroundings: Surroundings, tuning: Readonly<Record<string, number>>) => Strategy;
}

/** Every optimiser there is. */
export const OPTIMISERS = {
  random: {
    says: "Random search by Latin hypercubes",
    make: (surroundings, { strata }) => new RandomSearch(surroundings, strata),
  },
  de: {
    says: "Differential evolution, DE/rand/1/bin",
    make: (surroundings, tuning) => new DifferentialEvolution(surroundings, tuning),
  },
  shade: {
    says: "Differential evolution that learns its factors, SHADE; with a budget L-SHADE",
    make: (surroundings, tuning) => new AdaptiveEvolution(surroundings, tuning),
  },
  pso: {
    says: "Particle swarm, SPSO-2011",
    make: (surroundings, tuning) => new ParticleSwarm(surroundings, tuning),
  },
  aco: {
    says: "Ant colony in continuous domains, ACO_R",
    make: (surroundings, tuning) => new AntColony(surroundings, tuning),
  },
  abc: {
    says: "Artificial bee colony",
    make: (surroundings, tuning) => new BeeColony(surroundings, tuning),
  },
  cma: {
    says: "CMA-ES with active update, a search along the bounds, BIPOP restarts and handling of uncertainty",
    make: (surroundings, tuning) => new CmaEs(surroundings, tuning),
  },
} as const satisfies Record<string, OptimiserSpec>;

export type OptimiserName = keyof typeof OPTIMISERS;

/**
 * @example
 * const search = createOptimiser("pso", { space: [{ name: "weight", low: 1, high: 10_000, scale: "log", integer: true }], seed: 1 });
 * for (let i = 0; i < 100; i++) {
 *   const { id, point } = search.ask();
 *   search.tell(id, await measure(point));
 * }
 * console.log(search.best());
 *
 * @throws RangeError where a dimension has no room between its bounds
 */
export function createOptimiser(name: OptimiserName, settings: OptimiserSettings): Optimiser {
  return new AskTell(settings, (surroundings) => OPTIMISERS[name].make(surroundings, settings.tuning ?? {}));
}

/** Goes on exactly where `save()` was called, also after a way through JSON. Undefined where that is no saved optimiser. */
export function restoreOptimiser(saved: unknown): Optimiser | undefined {
  if (!isSaved(saved)) return undefined;
  const { make } = OPTIMISERS[saved.name as OptimiserName];
  try {
    const { tuning = {} } = saved.settings;
    const optimiser = new AskTell(saved.settings, (surroundings) => make(surroundings, tuning));
    return optimiser.load(saved) ? optimiser : undefined;
  } catch (error) {
    // A space that is none.
    if (error instanceof RangeError || error instanceof TypeError) return undefined;
    throw error;
  }
}

function isSaved(saved: unknown): saved is SavedOptimiser {
  if (typeof saved !== "object" || saved === null) return false;
  const { version, name, settings, random, open, starts } = saved as Partial<Record<keyof SavedOptimiser, unknown>>;
  return (
    version === 1 &&
    typeof name === "string" &&
    Object.hasOwn(OPTIMISERS, name) &&
    typeof settings === "object" &&
    settings !== null &&
    Array.isArray((settings as { space?: unknown }).space) &&
    Array.isArray(random) &&
    random.length === 5 &&
    Array.isArray(open) &&
    Array.isArray(starts)
  );
}
