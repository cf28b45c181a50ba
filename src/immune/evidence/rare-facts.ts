import type { AgentContext } from "../../core/agent.ts";
import type { EntityKey } from "../../core/entity.ts";
import type { DangerFact } from "./danger.ts";
import { Habitual } from "../novelty/habitual.ts";
import { Witness } from "./witness.ts";

/** What agents of facts too rare for statistics have in common: repeats fade, and what a host does every day counts less. */
export abstract class RareFacts extends Witness {
  private readonly habits = new Habitual();

  remember(): unknown {
    return this.habits.remember();
  }

  recall(memory: unknown): void {
    this.habits.recall(memory);
  }

  /** `habit` names what may be one (habitual.ts), by whoever does it and where. */
  protected habitFactor(habit: readonly string[], entity: EntityKey, context: AgentContext): number {
    return this.habits.factor(habit, entity, context);
  }

  /** `what` names the fact within its line (testimony.ts); `weight` is what it weighs where it is no habit. */
  protected tellRare(what: readonly string[], factor: number, fact: DangerFact, context: AgentContext): void {
    const says = factor < 1 ? `${fact.says} (counted less: it does so every day)` : fact.says;
    this.testimony.tell(what, { ...fact, weight: fact.weight * factor, says }, context);
  }
}
