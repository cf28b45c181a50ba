import type { Decision, Reverted } from "../core/action.ts";
import type { Agent, AgentContext, PheromoneName } from "../core/agent.ts";
import { parseEntityKey, type EntityKey } from "../core/entity.ts";
import type { Incident } from "../core/incident.ts";
import type { ReadingBatch } from "../core/reading.ts";
import { countQuorum } from "../swarm/quorum.ts";
import { Containment, type ContainmentOptions } from "./containment.ts";
import { IncidentBook } from "./incident-book.ts";
import { contextFactor, modulated } from "./modulation.ts";
import { DECISIVE, DECISIVE_LEAST, QUORUM } from "./quorum-rule.ts";
import { STRENGTH } from "./response-plan.ts";
import { CaseFile, type Counted } from "./sighting.ts";

/**
 * Raises an incident where independent kinds of evidence on one process add up, and asks for its
 * containment. (Quorum: deciding when enough independent scouts agree, as honey bees do at a nest site;
 * Seeley and Visscher, Behav. Ecol. Sociobiol. 56, 2004.)
 */
export class QuorumAgent implements Agent {
  readonly name = "quorum";
  readonly colony = "immune";
  readonly says =
    "raises an incident when at least two independent kinds of evidence on one process add up, and asks to freeze it";
  readonly wants = [] as const;
  readonly feels = ["danger", "danger.slow"] as const;
  private readonly cases = new CaseFile();
  private readonly book = new IncidentBook();
  private readonly containment: Containment;

  constructor(options: ContainmentOptions) {
    this.containment = new Containment(this.name, options);
  }

  onSignal(entity: EntityKey, pheromone: PheromoneName, context: AgentContext): void {
    if (pheromone !== "danger" && pheromone !== "danger.slow") return;
    if (parseEntityKey(entity)?.kind !== "process") return;
    this.cases.note(entity, context);
    const counted = count(entity, pheromone, context);
    if (counted === undefined) return;
    const sighting = this.cases.gather(entity, counted, context);
    const incident = this.book.take(sighting, context);
    if (incident?.status === "open") this.containment.respond(incident.id, sighting, context);
  }

  onReadings(_batch: ReadingBatch, context: AgentContext): void {
    this.book.flush(context);
    this.containment.tick((incident) => this.book.isOpen(incident), context);
  }

  onDecision(decision: Decision, context: AgentContext): void {
    this.containment.onDecision(decision, context);
  }

  onReverted(reverted: Reverted): void {
    this.containment.onReverted(reverted);
  }

  resume(incidents: readonly Incident[], context: AgentContext): void {
    this.book.resume(incidents, context);
  }

  /** A person says that it is nothing: what was frozen for it is not renewed, and more of the same stays silent. */
  onDismissed(incident: Incident): void {
    this.book.dismiss(incident);
  }

  onConfirmed(incident: Incident, context: AgentContext): void {
    this.book.confirm(incident);
    this.containment.confirm(incident.id, context);
  }

  onReopened(incident: Incident): void {
    this.book.reopen(incident);
  }

  remember(): unknown {
    return { tolerance: this.book.tolerance.remember() };
  }

  recall(memory: unknown): void {
    if (typeof memory === "object" && memory !== null && "tolerance" in memory)
      this.book.tolerance.recall(memory.tolerance);
  }
}

/** Undefined where it is not enough. */
function count(entity: EntityKey, pheromone: "danger" | "danger.slow", context: AgentContext): Counted | undefined {
  const raw = context.field.bySource(entity, pheromone);
  const rule = QUORUM[pheromone];
  // Most processes carry too little to be judged, whatever their context.
  const decisive = pheromone === "danger" && (raw.get(DECISIVE) ?? 0) >= DECISIVE_LEAST;
  if (raw.size < rule.kinds && !decisive) return undefined;
  const factor = contextFactor(entity, context);
  const sources = modulated(raw, factor, rule.leastOfAKind);
  const { reached, kinds, concentration } = countQuorum(sources, rule);
  if (!reached && !decisive) return undefined;
  const strongKinds = [...sources.values()].filter((amount) => amount >= STRENGTH.strongKind).length;
  return { kinds, concentration, decisive, strongKinds, factor };
}
