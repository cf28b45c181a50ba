import type { Decision, Evidence, Proposal, Reverted } from "../core/action.ts";
import type { Agent, AgentContext, PheromoneName, ProcessView } from "../core/agent.ts";
import type { Clock } from "../core/clock.ts";
import type { EntityKey } from "../core/entity.ts";
import type { SensedEvent } from "../core/event.ts";
import type { Incident } from "../core/incident.ts";
import type { Random } from "../core/random.ts";
import type { ReadingBatch } from "../core/reading.ts";
import type { Field } from "../swarm/field.ts";
import { EvidenceBook } from "./evidence-book.ts";

/** Where the brain's output goes; nothing here reaches the kernel. */
export interface BrainPorts {
  readonly clock: Clock;
  readonly random: Random;
  readonly field: Field;
  readonly processes: ProcessView;
  propose(proposal: Proposal): void;
  report(incident: Incident): void;
}

/** Deposits may wake agents that deposit in turn; a turn ends after this many. */
const MAX_SIGNALS_A_TURN = 1000;
/** Answers to older proposals find nobody. */
const MAX_OPEN_PROPOSALS = 4096;

/**
 * Runs the agents: hands each what it wants, and collects what they deposit, propose and report. Agents
 * know nothing of each other; the order in which they are asked is the order of the list.
 */
export class Brain {
  private readonly ports: BrainPorts;
  private readonly agents: readonly Agent[];
  private readonly evidence = new EvidenceBook();
  private readonly askedBy = new Map<string, Agent>();
  private readonly actedBy = new Map<string, Agent>();
  private signals: { entity: EntityKey; pheromone: PheromoneName }[] = [];
  private sequence = 0;
  private readonly session: string;

  constructor(agents: readonly Agent[], ports: BrainPorts) {
    this.agents = agents;
    this.ports = ports;
    this.session = Math.floor(ports.random() * 36 ** 4)
      .toString(36)
      .padStart(4, "0");
  }

  onEvent(event: SensedEvent): void {
    for (const agent of this.agents) {
      if (agent.onEvent && agent.wants.includes(event.kind)) agent.onEvent(event, this.contextFor(agent));
    }
    this.settle();
  }

  onReadings(batch: ReadingBatch): void {
    for (const agent of this.agents) agent.onReadings?.(batch, this.contextFor(agent));
    this.settle();
  }

  onDecision(decision: Decision): void {
    const agent = this.askedBy.get(decision.proposal);
    this.askedBy.delete(decision.proposal);
    if (agent === undefined) return;
    if (decision.action !== "") remember(this.actedBy, decision.action, agent);
    agent.onDecision?.(decision, this.contextFor(agent));
    this.settle();
  }

  onReverted(reverted: Reverted): void {
    const agent = this.actedBy.get(reverted.action);
    this.actedBy.delete(reverted.action);
    agent?.onReverted?.(reverted, this.contextFor(agent));
    this.settle();
  }

  evidenceOf(entity: EntityKey): readonly Evidence[] {
    return this.evidence.of(entity);
  }

  private contextFor(agent: Agent): AgentContext {
    const { clock, field, processes } = this.ports;
    const nowMs = clock.monoMs();
    field.advance(nowMs);
    return {
      nowMs,
      wallMs: clock.wallMs(),
      field,
      processes,
      evidence: (entity) => this.evidence.of(entity),
      deposit: (pheromone, evidence) => this.deposit(pheromone, evidence),
      propose: (proposal) => this.propose(agent, proposal),
      report: (incident) => this.ports.report(incident),
      newId: (prefix) => this.newId(prefix),
    };
  }

  private deposit(pheromone: PheromoneName, evidence: Evidence): void {
    this.ports.field.deposit(evidence.entity, pheromone, evidence.kind, evidence.weight);
    this.evidence.add(evidence);
    if (this.signals.length < MAX_SIGNALS_A_TURN) this.signals.push({ entity: evidence.entity, pheromone });
  }

  private propose(agent: Agent, proposal: Omit<Proposal, "id">): string {
    const id = this.newId("p");
    remember(this.askedBy, id, agent);
    this.ports.propose({ ...proposal, id });
    return id;
  }

  /** Wakes those that feel what was deposited, until nothing new comes. */
  private settle(): void {
    for (let turn = 0; this.signals.length > 0 && turn < MAX_SIGNALS_A_TURN; turn++) {
      const signal = this.signals.shift();
      if (signal === undefined) return;
      for (const agent of this.agents) {
        if (agent.feels?.includes(signal.pheromone)) {
          agent.onSignal?.(signal.entity, signal.pheromone, this.contextFor(agent));
        }
      }
    }
    this.signals = [];
  }

  private newId(prefix: string): string {
    this.sequence++;
    return `${prefix}-${this.session}${this.sequence.toString(36)}`;
  }
}

function remember(agents: Map<string, Agent>, id: string, agent: Agent): void {
  agents.set(id, agent);
  if (agents.size <= MAX_OPEN_PROPOSALS) return;
  const oldest = agents.keys().next();
  if (!oldest.done) agents.delete(oldest.value);
}
