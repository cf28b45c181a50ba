import type { Agent, AgentContext, PheromoneName } from "../core/agent.ts";
import { EVENT_KINDS, type EventKind, type SensedEvent } from "../core/event.ts";

/** An agent with the one context that it ever sees. */
export interface Listener {
  readonly agent: Agent;
  readonly context: AgentContext & { cause?: SensedEvent | undefined };
}

const NOBODY: readonly Listener[] = [];

/**
 * Who hears what, worked out once and not at each event. The order of the agents is kept. An agent that comes to want
 * other kinds gives another array as its `wants`; `refresh` notices.
 */
export class Listeners {
  readonly all: readonly Listener[];
  private byKind: ReadonlyMap<EventKind, readonly Listener[]> = new Map();
  private readonly byPheromone = new Map<PheromoneName, Listener[]>();
  private wanted: readonly (readonly EventKind[])[] = [];

  constructor(all: readonly Listener[]) {
    this.all = all;
    for (const listener of all) {
      if (!listener.agent.onSignal) continue;
      for (const pheromone of new Set(listener.agent.feels)) {
        const known = this.byPheromone.get(pheromone);
        if (known === undefined) this.byPheromone.set(pheromone, [listener]);
        else known.push(listener);
      }
    }
    this.refresh();
  }

  /** False where nobody's wants have changed. */
  refresh(): boolean {
    const { all, wanted } = this;
    if (wanted.length === all.length && all.every(({ agent }, at) => agent.wants === wanted[at])) return false;
    this.wanted = all.map(({ agent }) => agent.wants);
    this.byKind = new Map(
      EVENT_KINDS.map((kind) => [kind, all.filter(({ agent }) => agent.onEvent && agent.wants.includes(kind))]),
    );
    return true;
  }

  hearing(kind: EventKind): readonly Listener[] {
    return this.byKind.get(kind) ?? NOBODY;
  }

  feeling(pheromone: PheromoneName): readonly Listener[] {
    return this.byPheromone.get(pheromone) ?? NOBODY;
  }

  /** What any agent wants, each kind once, in the order of the table. */
  wants(): readonly EventKind[] {
    return EVENT_KINDS.filter((kind) => this.hearing(kind).length > 0);
  }
}
