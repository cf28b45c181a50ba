import { InvalidArgumentError } from "commander";
import { createBalanceColony } from "../balance/colony.ts";
import { ALWAYS_WANTED, EVENT_KINDS, type EventKind, SHOWN_KINDS } from "../core/event-kinds.ts";
import { nearest } from "../core/nearest.ts";
import { seededRandom } from "../core/random.ts";
import { createImmuneColony } from "../immune/colony.ts";
import { count } from "./view/words.ts";

/** What the layer itself listens to. */
export function agentKinds(): readonly EventKind[] {
  const agents = [
    ...createBalanceColony({ leaseMs: 1, random: seededRandom(1) }),
    ...createImmuneColony({ leaseMs: 1 }),
  ];
  return inOrder([...ALWAYS_WANTED, ...agents.flatMap((agent) => (agent.onEvent ? agent.wants : []))]);
}

/** "all", or kinds by name with commas between, beside those that always are recorded. */
export function kindsOf(text: string): readonly EventKind[] {
  if (text === "all") return EVENT_KINDS;
  const kinds = text.split(",").map((word) => {
    const kind = EVENT_KINDS.find((each) => each === word.trim());
    if (kind !== undefined) return kind;
    const meant = nearest(word.trim(), EVENT_KINDS);
    throw new InvalidArgumentError(
      meant === undefined ? `give "all", or some of: ${EVENT_KINDS.join(", ")}.` : `do you mean ${meant}?`,
    );
  });
  return inOrder([...ALWAYS_WANTED, ...kinds]);
}

/** "12 exec, 3 open.write": the usual kinds always, others where there are any. */
export function kindsRow(events: Readonly<Record<string, number>>): string {
  const shown: readonly string[] = SHOWN_KINDS;
  return Object.entries(events)
    .filter(([kind, made]) => made > 0 || shown.includes(kind))
    .map(([kind, made]) => `${count(made)} ${kind}`)
    .join(", ");
}

function inOrder(kinds: readonly EventKind[]): readonly EventKind[] {
  return EVENT_KINDS.filter((kind) => kinds.includes(kind));
}
