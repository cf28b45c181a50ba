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

type Asker = readonly [Agent, AgentContext];

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
  /** Each agent with the one context it ever sees; the times in it move. */
  private readonly agents: readonly Asker[];
  private readonly evidence = new EvidenceBook();
  private readonly askedBy = new Map<string, Asker>();
  private readonly actedBy = new Map<string, Asker>();
  private signals: { entity: EntityKey; pheromone: PheromoneName }[] = [];
  private sequence = 0;
  private nowMs = 0;
  private wallMs = 0;
  private readonly session: string;

  constructor(agents: readonly Agent[], ports: BrainPorts) {
    this.ports = ports;
    this.agents = agents.map((agent) => [agent, this.contextFor(agent)]);
    this.session = Math.floor(ports.random() * 36 ** 4)
      .toString(36)
      .padStart(4, "0");
  }

  onEvent(event: SensedEvent): void {
    this.wake();
    for (const [agent, context] of this.agents) {
      if (agent.onEvent && agent.wants.includes(event.kind)) agent.onEvent(event, context);
    }
    this.settle();
  }

  onReadings(batch: ReadingBatch): void {
    this.wake();
    for (const [agent, context] of this.agents) agent.onReadings?.(batch, context);
    this.settle();
  }

  onDecision(decision: Decision): void {
    const asker = this.askedBy.get(decision.proposal);
    this.askedBy.delete(decision.proposal);
    if (asker === undefined) return;
    if (decision.action !== "") remember(this.actedBy, decision.action, asker);
    this.wake();
    const [agent, context] = asker;
    agent.onDecision?.(decision, context);
    this.settle();
  }

  onReverted(reverted: Reverted): void {
    const asker = this.actedBy.get(reverted.action);
    this.actedBy.delete(reverted.action);
    if (asker === undefined) return;
    this.wake();
    const [agent, context] = asker;
    agent.onReverted?.(reverted, context);
    this.settle();
  }

  evidenceOf(entity: EntityKey): readonly Evidence[] {
    return this.evidence.of(entity);
  }

  /** A turn sees one time. */
  private wake(): void {
    this.nowMs = this.ports.clock.monoMs();
    this.wallMs = this.ports.clock.wallMs();
    this.ports.field.advance(this.nowMs);
  }

  private contextFor(agent: Agent): AgentContext {
    const now = (): number => this.nowMs;
    const wall = (): number => this.wallMs;
    const { field, processes } = this.ports;
    const asker: () => Asker = () => this.agents.find(([known]) => known === agent)!;
    return {
      get nowMs() {
        return now();
      },
      get wallMs() {
        return wall();
      },
      field,
      processes,
      evidence: (entity) => this.evidence.of(entity),
      deposit: (pheromone, evidence) => this.deposit(pheromone, evidence),
      propose: (proposal) => this.propose(asker(), proposal),
      report: (incident) => this.ports.report(incident),
      newId: (prefix) => this.newId(prefix),
    };
  }

  private deposit(pheromone: PheromoneName, evidence: Evidence): void {
    this.ports.field.deposit(evidence.entity, pheromone, evidence.kind, evidence.weight);
    this.evidence.add(evidence);
    if (this.signals.length < MAX_SIGNALS_A_TURN) this.signals.push({ entity: evidence.entity, pheromone });
  }

  private propose(asker: Asker, proposal: Omit<Proposal, "id">): string {
    const id = this.newId("p");
    remember(this.askedBy, id, asker);
    this.ports.propose({ ...proposal, id });
    return id;
  }

  /** Wakes those that feel what was deposited, until nothing new comes. */
  private settle(): void {
    for (let turn = 0; this.signals.length > 0 && turn < MAX_SIGNALS_A_TURN; turn++) {
      const signal = this.signals.shift();
      if (signal === undefined) return;
      for (const [agent, context] of this.agents) {
        if (agent.feels?.includes(signal.pheromone)) agent.onSignal?.(signal.entity, signal.pheromone, context);
      }
    }
    this.signals = [];
  }

  private newId(prefix: string): string {
    this.sequence++;
    return `${prefix}-${this.session}${this.sequence.toString(36)}`;
  }
}

function remember(agents: Map<string, Asker>, id: string, asker: Asker): void {
  agents.set(id, asker);
  if (agents.size <= MAX_OPEN_PROPOSALS) return;
  const oldest = agents.keys().next();
  if (!oldest.done) agents.delete(oldest.value);
}
