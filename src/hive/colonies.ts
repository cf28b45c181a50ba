import { availableParallelism } from "node:os";
import { specOf } from "../core/action.ts";
import type { Agent } from "../core/agent.ts";
import type { Config } from "../core/config.ts";
import { modeFor } from "../core/mode.ts";
import type { PluginKnob } from "../core/actions-plugin.ts";
import type { Random } from "../core/random.ts";
import { createBalanceColony } from "../balance/colony.ts";
import { searchKnobOf } from "../balance/plugin-knob.ts";
import { createImmuneColony } from "../immune/colony.ts";
import type { OwnLayer } from "../immune/evidence/files/tampering.ts";
import type { Store } from "../store/store.ts";

/** All agents there are, in the order in which they are asked. `config`: as it is now. */
export function createColonies(
  config: () => Config,
  random: Random,
  store: Store,
  own?: OwnLayer,
  knobs: readonly PluginKnob[] = [],
): Agent[] {
  const { balanceSeconds, containSeconds } = config().leases;
  return [
    ...createBalanceColony({
      leaseMs: balanceSeconds * 1000,
      random,
      search: {
        cpus: availableParallelism(),
        trails: store,
        knobs: knobs.map(searchKnobOf),
        enforces: (kind) => modeFor(config(), "balance", kind) === "enforce",
      },
    }),
    ...createImmuneColony({
      leaseMs: containSeconds * 1000,
      modeOf: (kind) => modeFor(config(), specOf(kind).colony, kind),
      cpus: availableParallelism(),
      learningMs: config().colonies.immune.learningHours * 3_600_000,
      ...(own !== undefined && { own }),
      depth: config().colonies.immune.depth,
      off: config().colonies.immune.off,
    }),
  ];
}
