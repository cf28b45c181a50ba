import type { AgentContext, PheromoneName } from "../../core/agent.ts";
import type { EntityKey } from "../../core/entity.ts";
import { HabitualFiles } from "../novelty/habitual-files.ts";
import { Testimony } from "./testimony.ts";

/** What every agent has that tells facts: its repeats fade, and what it held back counts once other evidence joins it (testimony.ts). */
export abstract class Witness {
  readonly feels = ["danger"] as const;
  protected readonly testimony = new Testimony();

  onSignal(entity: EntityKey, _pheromone: PheromoneName, context: AgentContext): void {
    this.testimony.onDanger(entity, context);
  }
}

/** One that knows what programs do to files day by day, also after a restart. */
export abstract class FileWitness extends Witness {
  protected readonly habits = new HabitualFiles();

  remember(): unknown {
    return this.habits.remember();
  }

  recall(memory: unknown): void {
    this.habits.recall(memory);
  }
}
