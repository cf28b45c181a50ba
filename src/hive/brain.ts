import type { Decision, Evidence, Proposal, Reverted } from "../core/action.ts";
import {
  type Agent,
  type AgentContext,
  type PheromoneName,
  type PheromoneSpec,
  PHEROMONES,
  type ProcessView,
} from "../core/agent.ts";
import type { Clock } from "../core/clock.ts";
import type { EntityKey } from "../core/entity.ts";
import type { EventKind, SensedEvent } from "../core/event.ts";
import type { Incident } from "../core/incident.ts";
import type { Random } from "../core/random.ts";
import type { ReadingBatch } from "../core/reading.ts";
import type { Field } from "../swarm/field.ts";
import { EvidenceBook } from "./evidence-book.ts";
import { type Listener, Listeners } from "./listeners.ts";

/** Where the brain's output goes; nothing here reaches the kernel. */
export interface BrainPorts {
  readonly clock: Clock;
  readonly random: Random;
  readonly field: Field;
  readonly processes: ProcessView;
  propose(proposal: Proposal): void;
  report(incident: Incident): void;
  /** Each deposit, for whoever looks on. */
  deposited?(pheromone: PheromoneName, evidence: Evidence): void;
}

/** An agent's one context; the times in it move from turn to turn. */
type Context = { -readonly [K in keyof AgentContext]: AgentContext[K] };

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
  private readonly contexts: Context[] = [];
  private readonly listeners: Listeners;
  private readonly evidence = new EvidenceBook();
  private readonly askedBy = new Map<string, Listener>();
  private readonly actedBy = new Map<string, Listener>();
  private signals: { readonly entity: EntityKey; readonly pheromone: PheromoneName }[] = [];
  private sequence = 0;
  private readonly session: string;

  constructor(agents: readonly Agent[], ports: BrainPorts) {
    this.ports = ports;
    this.listeners = new Listeners(agents.map((agent) => this.listenerFor(agent)));
    this.session = Math.floor(ports.random() * 36 ** 4)
      .toString(36)
      .padStart(4, "0");
  }

  /** Kinds of event that any agent wants. */
  wants(): readonly EventKind[] {
    return this.listeners.wants();
  }

  /** To be called where agents may have come to want other kinds; true where they do. */
  refreshWants(): boolean {
    return this.listeners.refresh();
  }

  /** Begins a turn, which sees one time: monotonic and wall-clock milliseconds. A batch of events is one. */
  wake(nowMs = this.ports.clock.monoMs(), wallMs = this.ports.clock.wallMs()): void {
    for (const context of this.contexts) {
      context.nowMs = nowMs;
      context.wallMs = wallMs;
    }
    this.ports.field.advance(nowMs);
  }

  /** Incidents of an earlier run that are still open, the latest first. */
  resume(incidents: readonly Incident[]): void {
    this.wake();
    for (const { agent, context } of this.listeners.all) agent.resume?.(incidents, context);
    this.settle();
  }

  onEvent(event: SensedEvent): void {
    this.wake();
    this.hear(event);
  }

  /** An event of the turn that `wake` began. */
  hear(event: SensedEvent): void {
    for (const { agent, context } of this.listeners.hearing(event.kind)) {
      context.cause = event;
      agent.onEvent?.(event, context);
      context.cause = undefined;
    }
    if (this.signals.length > 0) this.settle();
  }

  onReadings(batch: ReadingBatch): void {
    this.wake();
    for (const { agent, context } of this.listeners.all) agent.onReadings?.(batch, context);
    this.settle();
  }

  onDecision(decision: Decision): void {
    const asker = this.askedBy.get(decision.proposal);
    // What waits for a person is answered once more, when that one has decided.
    if (decision.outcome !== "advised") this.askedBy.delete(decision.proposal);
    if (asker === undefined) return;
    if (decision.action !== "") remember(this.actedBy, decision.action, asker);
    this.wake();
    asker.agent.onDecision?.(decision, asker.context);
    this.settle();
  }

  onReverted(reverted: Reverted): void {
    const asker = this.actedBy.get(reverted.action);
    this.actedBy.delete(reverted.action);
    if (asker === undefined) return;
    this.wake();
    asker.agent.onReverted?.(reverted, asker.context);
    this.settle();
  }

  /** A person's word about an incident, for every agent. */
  onJudged(incident: Incident): void {
    this.wake();
    for (const { agent, context } of this.listeners.all)
      if (incident.status === "dismissed") agent.onDismissed?.(incident, context);
      else if (incident.confirmed === true) agent.onConfirmed?.(incident, context);
      else agent.onReopened?.(incident, context);
    this.settle();
  }

  evidenceOf(entity: EntityKey): readonly Evidence[] {
    return this.evidence.of(entity);
  }

  private listenerFor(agent: Agent): Listener {
    const context: Context = {
      nowMs: 0,
      wallMs: 0,
      field: this.ports.field,
      processes: this.ports.processes,
      evidence: (entity) => this.evidence.of(entity),
      deposit: (pheromone, evidence) => this.deposit(pheromone, evidence),
      propose: (proposal) => this.propose(listener, proposal),
      report: (incident) => this.ports.report(incident),
      newId: (prefix) => this.newId(prefix),
    };
    const listener: Listener = { agent, context };
    this.contexts.push(context);
    return listener;
  }

  private deposit(pheromone: PheromoneName, evidence: Evidence): void {
    this.ports.field.deposit(evidence.entity, pheromone, evidence.kind, evidence.weight);
    const { background }: PheromoneSpec = PHEROMONES[pheromone];
    if (background !== true) this.evidence.add(evidence);
    if (this.signals.length < MAX_SIGNALS_A_TURN) this.signals.push({ entity: evidence.entity, pheromone });
    this.ports.deposited?.(pheromone, evidence);
  }

  private propose(asker: Listener, proposal: Omit<Proposal, "id">): string {
    const id = this.newId("p");
    remember(this.askedBy, id, asker);
    this.ports.propose({ ...proposal, id });
    return id;
  }

  /** Wakes those that feel what was deposited, until nothing new comes. */
  private settle(): void {
    for (let at = 0; at < this.signals.length; at++) {
      const signal = this.signals[at];
      if (signal === undefined) break;
      for (const { agent, context } of this.listeners.feeling(signal.pheromone))
        agent.onSignal?.(signal.entity, signal.pheromone, context);
    }
    this.signals = [];
  }

  private newId(prefix: string): string {
    this.sequence++;
    return `${prefix}-${this.session}${this.sequence.toString(36)}`;
  }
}

function remember(listeners: Map<string, Listener>, id: string, listener: Listener): void {
  listeners.set(id, listener);
  if (listeners.size <= MAX_OPEN_PROPOSALS) return;
  const oldest = listeners.keys().next();
  if (!oldest.done) listeners.delete(oldest.value);
}
