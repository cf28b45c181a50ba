import { RandomStream } from "../core/random.ts";
import { createOptimiser, defaultOptimiser } from "../swarm/optimisers/index.ts";
import { type Knob, settingOf, spaceOf } from "./knob.ts";
import type { SearchPlan } from "./search-plan.ts";
import type { LoadedTune } from "./tune-file-load.ts";

/** The search that a file asks for. */
export function planOf({ file }: LoadedTune, knobs: readonly Knob[]): SearchPlan {
  const space = spaceOf(knobs);
  const start = knobs.map((knob) => knob.start);
  const { seed, metric } = file;
  return {
    ...file,
    space,
    start,
    direction: metric.direction,
    random: new RandomStream(seed),
    keyOf: (point) => JSON.stringify(settingOf(knobs, point)),
    optimiser: (noisy, evaluations) => {
      const name = file.optimiser ?? defaultOptimiser(space, evaluations, noisy);
      return createOptimiser(name, { space, seed, noisy, evaluations, start: [start] });
    },
  };
}
