import { createBalanceColony } from "../../src/balance/colony.ts";
import { ALWAYS_WANTED, EVENT_KINDS, type EventKind } from "../../src/core/event-kinds.ts";
import { seededRandom } from "../../src/core/random.ts";
import { createImmuneColony } from "../../src/immune/colony.ts";

/** What the agents that every layer has want to hear. */
export function defaultWants(): readonly EventKind[] {
  const agents = [
    ...createBalanceColony({ leaseMs: 1000, random: seededRandom(1) }),
    ...createImmuneColony({ leaseMs: 1000 }),
  ];
  const wanted = new Set<EventKind>([...ALWAYS_WANTED, ...agents.flatMap((agent) => agent.wants)]);
  return EVENT_KINDS.filter((kind) => wanted.has(kind));
}
