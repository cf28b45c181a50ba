import type { EventKind } from "../core/event.ts";
import type { Brain } from "./brain.ts";

type Listener = (wants: readonly EventKind[]) => void;

/** Tells whoever senses when the agents want other kinds of event than before. */
export class WantsNews {
  private readonly brain: Pick<Brain, "wants" | "refreshWants">;
  private readonly listeners = new Set<Listener>();

  constructor(brain: Pick<Brain, "wants" | "refreshWants">) {
    this.brain = brain;
  }

  /** The function given back ends it. */
  listen(listener: Listener): () => void {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  }

  /** Asks the agents anew. */
  refresh(): void {
    const before = this.brain.wants();
    if (!this.brain.refreshWants()) return;
    const wants = this.brain.wants();
    if (wants.join() === before.join()) return;
    for (const listener of this.listeners) listener(wants);
  }
}
