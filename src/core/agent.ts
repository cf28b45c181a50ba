import type { Colony, Decision, Evidence, Proposal, Reverted } from "./action.ts";
import type { ContainerRef, EntityKey } from "./entity.ts";
import type { EventKind, ExecDetails, SensedEvent } from "./event.ts";
import type { Incident, LineageStep } from "./incident.ts";
import type { ReadingBatch } from "./reading.ts";

export type { ContainerRef } from "./entity.ts";

/** Concentrations as an agent may read them. All times are monotonic milliseconds. */
export interface FieldView {
  /** Sum over all sources now; 0 where there is none. */
  concentration(entity: EntityKey, pheromone: PheromoneName): number;
  /** The same by source (the kind of evidence). */
  bySource(entity: EntityKey, pheromone: PheromoneName): ReadonlyMap<string, number>;
}

/** What is known of running processes; filled from events, in the hive. */
export interface ProcessView {
  get(entity: EntityKey): ProcessRecord | undefined;
  /** Youngest first, at most 16 steps. */
  lineage(entity: EntityKey): readonly LineageStep[];
}

export interface ProcessRecord {
  readonly key: EntityKey;
  readonly parent: EntityKey;
  readonly comm: string;
  readonly path: string;
  /** `f:DEV:INO` of what runs, or "" where unknown. */
  readonly exe: EntityKey;
  readonly uid: number;
  /** cgroup path where known, else "". */
  readonly cgroup: string;
  /** Wall-clock ms. */
  readonly sinceMs: number;
  /** Of the exec that made it what it is, its own or of the ancestor that it is a fork of; where only procfs told, as it was then. */
  readonly details?: ExecDetails | undefined;
  /** Who has it now, where that is not who made it: an orphan's adopter, or the parent that clone(2) was told to give it. */
  readonly adopter?: EntityKey | undefined;
  /** By its cgroup's path, where that is a container's. */
  readonly container?: ContainerRef | undefined;
  /** From procfs, because events were lost: what it did before is not known. */
  readonly repaired?: boolean | undefined;
}

/** All that an agent can do. No agent, actuator or kernel can be reached from here. */
export interface AgentContext {
  /** Monotonic milliseconds. */
  readonly nowMs: number;
  /** Wall-clock milliseconds, for evidence. */
  readonly wallMs: number;
  /** While `onEvent` runs, the event: what is deposited meanwhile speaks of it, unless it says otherwise. */
  readonly cause?: SensedEvent | undefined;
  readonly field: FieldView;
  readonly processes: ProcessView;
  /** The latest evidence deposited on an entity by any agent, oldest first, at most 24. */
  evidence(entity: EntityKey): readonly Evidence[];
  /** Adds `evidence.weight` of the pheromone to `evidence.entity`, with `evidence.kind` as its source. */
  deposit(pheromone: PheromoneName, evidence: Evidence): void;
  /** Asks the guard. Returns the proposal's id, which comes back in `onDecision`. */
  propose(proposal: Omit<Proposal, "id">): string;
  /** Raises an incident, or reports a repeat of one (same id). */
  report(incident: Incident): void;
  /** A new id such as "i-7k2m9q": short enough to type. */
  newId(prefix: string): string;
}

/** A small unit with one area of responsibility. Each method is called on the hive's only thread and must not block. */
export interface Agent {
  readonly name: string;
  readonly colony: Colony;
  /** One sentence for `swarms doctor` and the docs. */
  readonly says: string;
  /** Kinds of event it wants; sensors that nobody wants are not attached. */
  readonly wants: readonly EventKind[];
  onEvent?(event: SensedEvent, context: AgentContext): void;
  onReadings?(batch: ReadingBatch, context: AgentContext): void;
  /** Pheromones whose deposits wake it. */
  readonly feels?: readonly PheromoneName[];
  /** After a deposit, by any agent, of a pheromone that it feels. */
  onSignal?(entity: EntityKey, pheromone: PheromoneName, context: AgentContext): void;
  /** What the guard said to a proposal of this agent. */
  onDecision?(decision: Decision, context: AgentContext): void;
  /** A change that this agent had asked for was reverted, and why. */
  onReverted?(reverted: Reverted, context: AgentContext): void;
  /** A person says that an incident is nothing. */
  onDismissed?(incident: Incident, context: AgentContext): void;
  /** A person says that an incident is what it says: its like is recognised at once from now on. */
  onConfirmed?(incident: Incident, context: AgentContext): void;
  /** A person takes that back. */
  onReopened?(incident: Incident, context: AgentContext): void;
  /** Incidents of an earlier run that are still open, the latest first; told once, before anything else happens. */
  resume?(incidents: readonly Incident[], context: AgentContext): void;
  /** What it has learned, as plain JSON; saved every minute and at the end. */
  remember?(): unknown;
  /** What `remember` gave in an earlier run; anything malformed is ignored, never thrown on. */
  recall?(memory: unknown): void;
}

export interface PheromoneSpec {
  readonly halfLifeMs: number;
  /** Concentration of one source never exceeds this. */
  readonly cap: number;
  /** About the surroundings: nothing that counts as evidence on the entity itself. */
  readonly background?: true;
  readonly says: string;
}

/** Every pheromone there is, with its half-life and the reason for it. */
export const PHEROMONES = {
  "demand.cpu": {
    halfLifeMs: 1500,
    cap: 10,
    says: "a latency workload waits longer for a CPU than its target allows; gone a few seconds after it stops",
  },
  "demand.memory": {
    halfLifeMs: 3000,
    cap: 10,
    says: "a latency workload waits for memory more than its target allows",
  },
  "demand.io": {
    halfLifeMs: 3000,
    cap: 10,
    says: "a latency workload waits for storage more than its target allows",
  },
  danger: {
    halfLifeMs: 60_000,
    cap: 10,
    says: "evidence that an entity does not belong; a burst counts, a stray fact fades within minutes",
  },
  "danger.slow": {
    halfLifeMs: 6 * 3_600_000,
    cap: 10,
    says: "the same evidence at a long half-life, so that a slow drip adds up over a day",
  },
  mature: {
    halfLifeMs: 60_000,
    cap: 1,
    background: true,
    says: "a line of processes is in trouble, so that evidence on it counts for more",
  },
  tolerant: {
    halfLifeMs: 60_000,
    cap: 1,
    background: true,
    says: "a line of processes is about its ordinary work, so that weak evidence on it counts for less",
  },
  response: {
    halfLifeMs: 10_000,
    cap: 10,
    says: "an agent is acting on this entity; others see that it is taken care of",
  },
} as const satisfies Record<string, PheromoneSpec>;

export type PheromoneName = keyof typeof PHEROMONES;
