import type { Evidence } from "../../core/action.ts";
import type { AgentContext } from "../../core/agent.ts";
import { shortened } from "../../core/printable.ts";
import { deedsOf } from "./deeds.ts";

/** Bounds of one piece of evidence on the wire (core/wire/messages.ts). */
const MAX_SAYS = 1000;

/** One fact about one process, before it is evidence: evidence without its time. */
export type DangerFact = Omit<Evidence, "atMs">;

/** One fact, on both traces: the fast one that a burst fills and the slow one that a drip fills. */
export function depositDanger(context: AgentContext, fact: DangerFact): void {
  const evidence: Evidence = {
    atMs: context.wallMs,
    ...fact,
    says: shortened(fact.says, MAX_SAYS),
    numbers: finite(fact.numbers),
    deeds: fact.deeds ?? deedsOf(fact, context),
  };
  context.deposit("danger", evidence);
  context.deposit("danger.slow", evidence);
}

/** JSON has no NaN and no infinity: one would make the whole proposal invalid at the other side. */
function finite(numbers: Readonly<Record<string, number>>): Record<string, number> {
  return Object.fromEntries(Object.entries(numbers).filter(([, value]) => Number.isFinite(value)));
}
