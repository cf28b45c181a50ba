import type { Decision, Reverted } from "../../core/action.ts";
import type { Agent, AgentContext, PheromoneName } from "../../core/agent.ts";
import { parseEntityKey, type EntityKey } from "../../core/entity.ts";
import type { Incident } from "../../core/incident.ts";
import type { Memory } from "../../core/memory.ts";
import type { ReadingBatch } from "../../core/reading.ts";
import { countQuorum, type QuorumCount } from "../../swarm/quorum.ts";
import { Containment, type ContainmentOptions } from "../response/containment.ts";
import { IncidentBook } from "../incidents/incident-book.ts";
import { likenessOf, MemoryCells, RECOGNISED } from "../memory/memory-cells.ts";
import { contextFactor, modulated } from "../context/modulation.ts";
import { distinctDeeds } from "./distinct-deeds.ts";
import { DECISIVE, DECISIVE_LEAST, QUORUM } from "./quorum-rule.ts";
import { isNovelty } from "../response/learning.ts";
import { STRENGTH } from "../response/response-plan.ts";
import { CaseFile, type Counted } from "../incidents/sighting.ts";

/** The journal names them: what the guard tells of a decision names no one. */
const APPROVER = "whoever approved its containment";

/**
 * Raises an incident where independent kinds of evidence on one process add up, and asks for its
 * containment. (Quorum: deciding when enough independent scouts agree, as honey bees do at a nest site;
 * Seeley and Visscher, Behav. Ecol. Sociobiol. 56, 2004.)
 */
export class QuorumAgent implements Agent {
  readonly name = "quorum";
  readonly colony = "immune";
  readonly says =
    "raises an incident when at least two independent kinds of evidence on one process add up, and asks for the answer that fits it";
  readonly wants = [] as const;
  readonly feels = ["danger", "danger.slow"] as const;
  private readonly cases = new CaseFile();
  private readonly book = new IncidentBook();
  private readonly cells = new MemoryCells();
  private readonly containment: Containment;

  constructor(options: ContainmentOptions) {
    this.containment = new Containment(this.name, options);
  }

  onSignal(entity: EntityKey, pheromone: PheromoneName, context: AgentContext): void {
    if (pheromone !== "danger" && pheromone !== "danger.slow") return;
    if (parseEntityKey(entity)?.kind !== "process") return;
    this.cases.note(entity, context);
    const counted = count(entity, pheromone, context) ?? this.recognised(entity, pheromone, context);
    if (counted === undefined) return;
    const isTolerated = this.containment.isTolerated({ ...counted, entity }, context);
    const sighting = this.cases.gather(entity, { ...counted, isTolerated }, context);
    const incident = this.book.take(sighting, context);
    if (counted.seenBefore !== undefined && incident?.entity === entity && incident.atMs === context.wallMs)
      this.cells.meet(counted.seenBefore, context.wallMs);
    if (incident?.status === "open") this.containment.respond(incident.id, sighting, context);
  }

  onReadings(_batch: ReadingBatch, context: AgentContext): void {
    this.containment.learning.isOn(context);
    this.book.flush(context);
    this.containment.tick((incident) => this.book.isOpen(incident), context);
  }

  onDecision(decision: Decision, context: AgentContext): void {
    const approved = this.containment.onDecision(decision, context);
    const incident = approved === undefined ? undefined : this.book.get(approved);
    // Whoever has it contained says that it is what it says.
    if (incident === undefined || incident.confirmed === true) return;
    const confirmed: Incident = { ...incident, confirmed: true, judgedBy: APPROVER };
    this.onConfirmed(confirmed, context);
    context.report(confirmed);
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
    for (const id of [incident.id, incident.seenBefore ?? ""]) this.cells.remove(id);
  }

  onConfirmed(incident: Incident, context: AgentContext): void {
    this.book.confirm(incident);
    this.cells.add(incident, context.wallMs);
    this.containment.confirm(incident.id, context);
  }

  onReopened(incident: Incident): void {
    this.book.reopen(incident);
    this.cells.remove(incident.id);
  }

  /** Until when what may only be new to the layer is told and not acted on; undefined where it is acted on. */
  tolerantUntilMs(wallMs: number): number | undefined {
    return this.containment.learning.untilMs(wallMs);
  }

  /** What people's words have left, the latest met first. `wallMs`: now. */
  memories(wallMs: number): readonly Memory[] {
    return [...this.cells.list(wallMs), ...this.book.tolerance.list(wallMs)].toSorted((a, b) => b.lastMs - a.lastMs);
  }

  /** False where nothing is remembered under that name. */
  forget(id: string): boolean {
    const [recognition, tolerance] = [this.cells.remove(id), this.book.tolerance.remove(id)];
    return recognition || tolerance;
  }

  remember(): unknown {
    const { book, cells, containment } = this;
    return {
      tolerance: book.tolerance.remember(),
      cells: cells.remember(),
      learnedSinceMs: containment.learning.remember(),
    };
  }

  recall(memory: unknown): void {
    if (typeof memory !== "object" || memory === null) return;
    if ("tolerance" in memory) this.book.tolerance.recall(memory.tolerance);
    if ("cells" in memory) this.cells.recall(memory.cells);
    if ("learnedSinceMs" in memory) this.containment.learning.recall(memory.learnedSinceMs);
  }

  /** Less evidence than is enough, of what people confirmed before. */
  private recognised(entity: EntityKey, pheromone: PheromoneName, context: AgentContext): Counted | undefined {
    if (this.cells.size === 0 || pheromone !== "danger") return undefined;
    const { reached, kinds, concentration } = countQuorum(context.field.bySource(entity, pheromone), RECOGNISED);
    if (!reached) return undefined;
    const seen = likenessOf(context.processes.lineage(entity), kinds, context.evidence(entity));
    const cell = this.cells.recognise(seen, context.wallMs);
    if (cell === undefined) return undefined;
    return { kinds, concentration, decisive: false, strongKinds: 0, factor: 1, seenBefore: cell.id, isNovel: false };
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
  const weigh = (amounts: ReadonlyMap<string, number>): QuorumCount =>
    countQuorum(modulated(amounts, factor, rule.leastOfAKind, raw), rule);
  // Only what would be enough is looked at more closely.
  const distinct = weigh(raw).reached
    ? distinctDeeds(raw, context.evidence(entity), { trace: pheromone, wallMs: context.wallMs }, weigh)
    : raw;
  const sources = modulated(distinct, factor, rule.leastOfAKind, raw);
  const { reached, kinds, concentration } = countQuorum(sources, rule);
  if (!reached && !decisive) return undefined;
  const strongKinds = [...sources.values()].filter((amount) => amount >= STRENGTH.strongKind).length;
  return { kinds, concentration, decisive, strongKinds, factor, isNovel: !decisive && isNovelty(sources) };
}
