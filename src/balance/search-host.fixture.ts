import type { ActionKind, Decision, Evidence, Outcome, Proposal, RevertCause } from "../core/action.ts";
import { type Agent, type AgentContext, PHEROMONES } from "../core/agent.ts";
import { FakeClock } from "../core/clock.ts";
import { HOST, workloadKey } from "../core/entity.ts";
import { type ErrorCode, ok } from "../core/errors.ts";
import { seededRandom } from "../core/random.ts";
import { NO_LOSSES, type Reading, type ReadingBatch, type WorkloadInfo } from "../core/reading.ts";
import { Field } from "../swarm/field.ts";
import { createBalanceColony } from "./colony.ts";
import { SearchAgent } from "./search.ts";
import type { TrailPort } from "./trail-book.ts";

/** Half as often as on a host, for speed. */
export const TURN_MS = 500;
export const MINUTE_MS = 60_000;
const TARGET_NS = 1e6;

/** What the settings in force do, told by "kind workload". */
export type Effect = (value: (kind: ActionKind, workload: string) => number | undefined) => {
  /** Factor on the batch work that is done. */
  readonly work?: number;
  /** Octaves on the service's waits. */
  readonly over?: number;
};

export interface SearchHostOptions {
  readonly seed?: number;
  readonly effect?: Effect;
  /** Standard deviation of the logarithm of one reading of batch work. */
  readonly noise?: number;
  /** Octaves over its target of the service where nothing is done. */
  readonly over?: number;
  readonly kinds?: readonly ActionKind[];
  readonly trails?: TrailPort;
  /** What the guard says to a kind. */
  readonly outcome?: (kind: ActionKind, value: number) => Outcome;
  readonly code?: ErrorCode;
  /** Batch workloads tell their own progress. Default: they do. */
  readonly ownMetric?: boolean;
  readonly leaseMs?: number;
  /** The service's waits make the demand that a demand agent would. */
  readonly demand?: boolean;
  /** The whole colony, which makes its own. */
  readonly reflex?: boolean;
  readonly turnMs?: number;
  /** Scatter of a live host beside `noise`; without it readings are independent and the tail is steady. */
  readonly live?: LiveNoise;
}

/** What readings of a live host do that nobody caused. */
export interface LiveNoise {
  /** Of the tail's octaves: standard deviation, and what a second keeps of the one before. */
  readonly tail: number;
  readonly memory: number;
  /** Seconds between spikes of the tail, of up to so many octaves, a reading or two long. */
  readonly spikeSeconds: number;
  readonly spikeOctaves: number;
  /** Of batch work: standard deviation (natural logarithm) of a wander that a minute keeps a third of. */
  readonly wander: number;
}

interface Lease {
  readonly action: string;
  readonly kind: ActionKind;
  readonly target: string;
  readonly value: number;
  /** As it was when the change was made; renewals do not tell it anew. */
  readonly reason: string;
  untilMs: number;
}

/** A simulated host with a service, a batch job, noise, and knobs whose effect the test knows. */
export class SearchHost {
  readonly clock = new FakeClock();
  readonly field = new Field({ pheromones: PHEROMONES });
  readonly proposals: (Proposal & { readonly atMs: number })[] = [];
  /** Every write that a guard would do. */
  writes = 0;
  /** Wake-ups per second of the service. */
  load = 2000;
  /** Factor on batch work that is nobody's doing. */
  weather = 1;
  /** Turns in which the service missed its target. */
  missed = 0;
  turns = 0;
  hasBatch = true;
  effect: Effect;
  agent: SearchAgent;
  private others: readonly Agent[] = [];
  private evidence: Evidence[] = [];
  private readonly options: SearchHostOptions;
  private readonly leases = new Map<string, Lease>();
  private readonly noise: () => number;
  private readonly uniform: () => number;
  private answers: Decision[] = [];
  private ids = 0;
  private readonly turnMs: number;
  private tail = 0;
  private wander = 0;
  private spike = 0;

  constructor(options: SearchHostOptions = {}) {
    this.options = options;
    this.turnMs = options.turnMs ?? TURN_MS;
    this.effect = options.effect ?? (() => ({}));
    const uniform = seededRandom((options.seed ?? 1) + 500);
    // Sum of four uniforms: variance 1/3, near enough to normal.
    this.uniform = uniform;
    this.noise = () => (uniform() + uniform() + uniform() + uniform() - 2) * Math.sqrt(3);
    this.agent = this.newAgent();
  }

  /** Another process, which has forgotten everything but what was stored. */
  restart(): void {
    const memory = JSON.parse(JSON.stringify(this.agent.remember() ?? null)) as unknown;
    for (const { action } of this.leases.values()) this.revert(action, "hive-lost");
    this.answers = [];
    this.agent = this.newAgent();
    this.agent.recall(memory);
  }

  get nowMs(): number {
    return this.clock.monoMs();
  }

  /** Settings in force, as "kind workload value". */
  get settings(): readonly string[] {
    return [...this.leases.values()].map(({ kind, target, value }) => `${kind} ${target.slice(2)} ${value}`).toSorted();
  }

  get kept(): readonly string[] {
    return this.agent.keeps.map(({ knob, entity, value }) => `${knob.kind} ${entity.slice(2)} ${value}`).toSorted();
  }

  /** Runs for so long, or until `done`; says how long it took. */
  run(forMs: number, done: () => boolean = () => false): number {
    const startMs = this.nowMs;
    while (this.nowMs - startMs < forMs && !done()) this.turn();
    return this.nowMs - startMs;
  }

  turn(): void {
    this.clock.advance(this.turnMs);
    if (this.options.live !== undefined) this.weatherTurn(this.options.live);
    this.field.advance(this.nowMs);
    for (const lease of this.leases.values()) if (lease.untilMs <= this.nowMs) this.revert(lease.action, "expired");
    this.turns++;
    const batch = this.batch();
    const agents: readonly Agent[] = [...this.others, this.agent];
    for (const agent of agents) agent.onReadings?.(batch, this.context());
    for (const decision of this.answers.splice(0))
      for (const agent of agents) agent.onDecision?.(decision, this.context());
  }

  private weatherTurn({ tail, memory, spikeSeconds, spikeOctaves, wander }: LiveNoise): void {
    const seconds = this.turnMs / 1000;
    const step = (value: number, keep: number): number => keep * value + Math.sqrt(1 - keep * keep) * this.noise();
    this.tail = step(this.tail / tail, memory ** seconds) * tail;
    this.wander = step(this.wander / wander, Math.exp(-seconds / 60)) * wander;
    if (this.spike > 0 && this.uniform() < seconds) this.spike = 0;
    if (this.uniform() < seconds / spikeSeconds) this.spike = this.uniform() * spikeOctaves;
  }

  feel(amount = 2): void {
    this.field.deposit(HOST, "demand.cpu", "test", amount);
  }

  revert(action: string, cause: RevertCause): void {
    const found = [...this.leases].find(([, lease]) => lease.action === action);
    if (found === undefined) return;
    this.leases.delete(found[0]);
    for (const agent of [...this.others, this.agent] as readonly Agent[])
      agent.onReverted?.({ action, cause, written: true, says: "" }, this.context());
  }

  /** Name of a change in force. */
  action(kind: ActionKind): string {
    return [...this.leases.values()].find((lease) => lease.kind === kind)?.action ?? "";
  }

  /** Why the changes in force were made. */
  get reasons(): readonly string[] {
    return [...this.leases.values()].map(({ reason }) => reason);
  }

  private newAgent(): SearchAgent {
    const { kinds, seed = 1, trails = emptyTrails(), leaseMs = 10_000 } = this.options;
    const random = seededRandom(seed + this.ids);
    const enforces = (kind: ActionKind): boolean => kinds === undefined || kinds.includes(kind);
    const search = { cpus: 4, trails, enforces };
    if (this.options.reflex === true) this.others = createBalanceColony({ leaseMs, random });
    return new SearchAgent({ leaseMs, random, ...search });
  }

  private batch(): ReadingBatch {
    const { noise = 0.05, over = -1, ownMetric = true, demand = false } = this.options;
    const found = this.effect((kind, workload) => this.leases.get(`${kind} w:${workload}`)?.value);
    const service = workloadKey("/service");
    const batch = workloadKey("/batch");
    const octaves = over + (found.over ?? 0) + this.noise() * Math.min(noise, 0.2) + this.tail + this.spike;
    const work = this.weather * (found.work ?? 1) * Math.exp(this.noise() * noise + this.wander);
    if (octaves > 0) this.missed++;
    if (octaves > 0 && demand) this.feel(octaves);
    const workloads: WorkloadInfo[] = [
      { name: "/service", kind: "latency", label: "redis", cgroup: true, targetNs: TARGET_NS },
      ...(this.hasBatch ? [{ name: "/batch", kind: "batch", label: "hogs", cgroup: true, targetNs: 0 } as const] : []),
    ];
    const readings: Reading[] = [
      { entity: service, name: "runq.count", value: this.load * 2 ** (0.05 * this.noise()) },
      { entity: service, name: "runq.delay.p99", value: TARGET_NS * 2 ** octaves },
      { entity: batch, name: "cpu.cores", value: ownMetric ? 2 : 2 * work },
      ...(ownMetric ? [{ entity: batch, name: "objective.excess", value: 1 / work } as const] : []),
    ];
    return { atMs: this.clock.wallMs(), workloads, readings, losses: NO_LOSSES, events: {} };
  }

  private context(): AgentContext {
    return {
      nowMs: this.nowMs,
      wallMs: this.clock.wallMs(),
      field: this.field,
      processes: { get: () => undefined, lineage: () => [] },
      evidence: (entity) => this.evidence.filter((piece) => piece.entity === entity).slice(-24),
      deposit: (pheromone, evidence) => {
        this.field.deposit(evidence.entity, pheromone, evidence.kind, evidence.weight);
        this.evidence = [...this.evidence.slice(-50), evidence];
      },
      propose: (proposal) => this.propose({ ...proposal, id: `p-${++this.ids}` }),
      report: () => {},
      newId: (prefix) => `${prefix}-${++this.ids}`,
    };
  }

  private propose(proposal: Proposal): string {
    this.proposals.push({ ...proposal, atMs: this.nowMs });
    this.answers.push(this.decide(proposal));
    return proposal.id;
  }

  private decide({ id, kind, target, value, leaseMs, reason }: Proposal): Decision {
    const untilMs = this.clock.wallMs() + leaseMs;
    const base = { proposal: id, action: "", kind, cgroup: target.slice(2), from: "", to: "", code: "", says: "" };
    const outcome = this.options.outcome?.(kind, value) ?? "applied";
    if (outcome !== "applied")
      return { ...base, outcome, untilMs, code: outcome === "refused" ? (this.options.code ?? "SW-GUARD-KNOB") : "" };
    const key = `${kind} ${target}`;
    const held = this.leases.get(key);
    if (held?.value === value) {
      held.untilMs = Math.max(held.untilMs, this.nowMs + leaseMs);
      return { ...base, outcome: "renewed", action: held.action, untilMs };
    }
    const action = `c-${++this.ids}`;
    this.writes++;
    this.leases.set(key, { action, kind, target, value, reason, untilMs: this.nowMs + leaseMs });
    return { ...base, outcome, action, untilMs };
  }
}

/** Trails that last as long as the object. */
export function emptyTrails(): TrailPort {
  const rows = new Map<string, unknown>();
  return {
    trails: () => [...rows.values()],
    putTrail: (id, trail) => {
      rows.set(id, JSON.parse(JSON.stringify(trail)) as unknown);
      return ok(undefined);
    },
    deleteTrail: (id) => {
      rows.delete(id);
      return ok(undefined);
    },
  };
}
