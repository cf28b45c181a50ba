import type { Decision, Reverted } from "../core/action.ts";
import type { Agent, AgentContext, PheromoneName } from "../core/agent.ts";
import { parseEntityKey, type EntityKey } from "../core/entity.ts";
import type { Incident } from "../core/incident.ts";
import type { ReadingBatch } from "../core/reading.ts";
import { countQuorum } from "../swarm/quorum.ts";
import { Containment } from "./containment.ts";
import { IncidentBook } from "./incident-book.ts";
import { DECISIVE, DECISIVE_LEAST, QUORUM } from "./quorum-rule.ts";
import { CaseFile } from "./sighting.ts";

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

  constructor(leaseMs: number) {
    this.containment = new Containment(this.name, leaseMs);
  }

  onSignal(entity: EntityKey, pheromone: PheromoneName, context: AgentContext): void {
    if (pheromone !== "danger" && pheromone !== "danger.slow") return;
    if (parseEntityKey(entity)?.kind !== "process") return;
    this.cases.note(entity, context);
    const sources = context.field.bySource(entity, pheromone);
    const quorum = countQuorum(sources, QUORUM[pheromone]);
    const isDecided = pheromone === "danger" && (sources.get(DECISIVE) ?? 0) >= DECISIVE_LEAST;
    if (!quorum.reached && !isDecided) return;
    const sighting = this.cases.gather(entity, quorum, context);
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
