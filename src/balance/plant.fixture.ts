import type { ActionKind, Decision, Evidence, Outcome, Proposal, RevertCause } from "../core/action.ts";
import { type Agent, type AgentContext, PHEROMONES } from "../core/agent.ts";
import { FakeClock } from "../core/clock.ts";
import { type EntityKey, HOST, workloadKey } from "../core/entity.ts";
import type { ErrorCode } from "../core/errors.ts";
import { seededRandom } from "../core/random.ts";
import { NO_LOSSES, type Reading, type WorkloadInfo, type WorkloadKind } from "../core/reading.ts";
import { Field } from "../swarm/field.ts";
import { createBalanceColony } from "./colony.ts";
import type { Resource } from "./ladder.ts";

export const TURN_MS = 250;
export const TARGET_NS = 1e6;
export const MINUTE_MS = 60_000;

/** p99 of the service by the rung of a hog, over that on a quiet host: about what was measured of redis beside four busy loops. */
const CROWDING = [20, 14, 1] as const;
const QUIET_P99_NS = 2e5;
/** The same of its pressure: shares of the time that it waits for what a hog without limits takes, and what is left at worst. */
const STALLED = { most: 0.8, quiet: 0.005 } as const;
/** What reclaim and queues of a disk take to follow, time constant. */
const LAG_MS: Readonly<Record<"memory" | "io", number>> = { memory: 1500, io: 400 };
const MEMORY_BYTES = 1 << 30;
const IO_BYTES = 100 << 20;

export interface PlantOptions {
  readonly seed?: number;
  readonly leaseMs?: number;
  readonly hogs?: Readonly<Record<string, { readonly kind?: WorkloadKind; readonly cgroup?: boolean }>>;
  readonly service?: WorkloadKind;
  /** What the guard says where it does not apply. */
  readonly outcome?: Outcome;
  readonly refuse?: (proposal: Proposal) => ErrorCode | undefined;
  /** Answers come while the agent still asks, as without root. */
  readonly oneProcess?: boolean;
  /** Standard deviation of log2 of a measured wait. */
  readonly noise?: number;
  /** What the hogs take from the service; the CPU where left out. */
  readonly crowded?: Resource;
  /** Kinds that the guard only observes. */
  readonly observed?: readonly ActionKind[];
}

interface Lease {
  readonly action: string;
  readonly kind: ActionKind;
  readonly name: string;
  readonly value: number;
  untilMs: number;
}

/** A small host: one service whose waits depend on how far each hog gives way, a guard with leases, and the real field. */
export class Plant {
  readonly clock = new FakeClock();
  readonly field = new Field({ pheromones: PHEROMONES });
  agents: readonly Agent[];
  /** Requests of the service, as a share of what it can take. */
  load = 1;
  /** Share of the CPU that each hog would take; absent: 1. */
  readonly appetite = new Map<string, number>();
  /** Knobs as others set them. */
  readonly foreign = new Map<string, number>();
  readonly proposals: (Proposal & { readonly atMs: number })[] = [];
  readonly changes: {
    readonly atMs: number;
    readonly name: string;
    readonly kind: ActionKind;
    readonly on: boolean;
  }[] = [];
  readonly waits: { readonly atMs: number; readonly p99Ns: number; readonly stalled: number }[] = [];
  /** Work that the hogs did: seconds at their full appetite. */
  work = 0;
  /** Of work that nobody declared, and of the service itself, cores. */
  undeclared = 0;
  served = 0;
  private stalled = 0;
  /** The service's kind, as its operator declared it. */
  service: WorkloadKind;
  /** Answers of the guard get lost. */
  mute = false;
  /** Until the next turn; the warden's pace moves it. */
  turnMs = TURN_MS;
  private readonly options: PlantOptions;
  private readonly noise: () => number;
  private readonly leases = new Map<string, Lease>();
  private readonly evidence: Evidence[] = [];
  private answers: Decision[] = [];
  private ids = 0;

  constructor(options: PlantOptions = {}) {
    const seed = options.seed ?? 1;
    const uniform = seededRandom(seed + 1000);
    this.options = options;
    this.service = options.service ?? "latency";
    // Sum of four uniforms, near enough to normal; variance 1/3.
    this.noise = () => (uniform() + uniform() + uniform() + uniform() - 2) * Math.sqrt(3) * (options.noise ?? 0);
    // What those who wait take themselves changes nothing in this plant; raise.test.ts has them alone.
    const colony = createBalanceColony({ leaseMs: options.leaseMs ?? 10_000, random: seededRandom(seed) });
    this.agents = colony.filter(({ name }) => name !== "raise");
  }

  get nowMs(): number {
    return this.clock.monoMs();
  }

  rung(name = "/batch"): number {
    return ["cpu.weight", "cpu.idle"].filter((kind) => this.leases.has(`${kind} ${name}`)).length;
  }

  /** Turn after turn for so long; `before` sees the time since the start of this stretch. */
  run(forMs: number, before: (sinceMs: number) => void = () => {}): void {
    const startMs = this.nowMs;
    while (this.nowMs - startMs < forMs) {
      before(this.nowMs - startMs);
      this.turn();
    }
  }

  turn(): void {
    this.clock.advance(this.turnMs);
    this.field.advance(this.nowMs);
    for (const lease of this.leases.values()) if (lease.untilMs <= this.nowMs) this.revert(lease.action, "expired");
    const crowded = this.options.crowded ?? "cpu";
    const p99Ns = crowded === "cpu" ? this.measure() : QUIET_P99_NS;
    if (crowded !== "cpu") this.stall(crowded);
    const stalled = Math.min(1, this.stalled * 2 ** this.noise());
    this.waits.push({ atMs: this.nowMs, p99Ns, stalled });
    this.work += (this.hogs.reduce((sum, [name]) => sum + this.speed(name), 0) * this.turnMs) / 1000;
    const batch = {
      atMs: this.clock.wallMs(),
      workloads: this.workloads(),
      readings: this.readings(p99Ns, stalled),
      losses: NO_LOSSES,
      events: {},
    };
    for (const agent of this.agents) agent.onReadings?.(batch, this.context());
    for (const decision of this.answers.splice(0)) this.answer(decision);
  }

  revert(action: string, cause: RevertCause): void {
    const lease = [...this.leases.values()].find((other) => other.action === action);
    if (lease === undefined) return;
    this.leases.delete(`${lease.kind} ${lease.name}`);
    this.changes.push({ atMs: this.nowMs, name: lease.name, kind: lease.kind, on: false });
    for (const agent of this.agents) agent.onReverted?.({ action, cause, written: true, says: "" }, this.context());
  }

  action(kind: ActionKind, name = "/batch"): string {
    return this.leases.get(`${kind} ${name}`)?.action ?? "";
  }

  context(): AgentContext {
    return {
      nowMs: this.nowMs,
      wallMs: this.clock.wallMs(),
      field: this.field,
      processes: { get: () => undefined, lineage: () => [] },
      evidence: (entity) => this.evidence.filter((piece) => piece.entity === entity).slice(-24),
      deposit: (pheromone, evidence) => {
        this.field.deposit(evidence.entity, pheromone, evidence.kind, evidence.weight);
        this.evidence.push(evidence);
        this.evidence.splice(0, this.evidence.length - 100);
      },
      propose: (proposal) => this.propose({ ...proposal, id: `p-${++this.ids}` }),
      report: () => {},
      newId: (prefix) => `${prefix}-${++this.ids}`,
    };
  }

  private get hogs(): [name: string, hog: { readonly kind?: WorkloadKind; readonly cgroup?: boolean }][] {
    return Object.entries(this.options.hogs ?? { "/batch": {} });
  }

  private workloads(): WorkloadInfo[] {
    const service = {
      name: "/service",
      kind: this.service,
      label: "redis",
      cgroup: true,
    } as const;
    const hogs = this.hogs.map(([name, { kind = "batch", cgroup = true }]): WorkloadInfo => ({
      name,
      kind,
      label: "",
      cgroup,
      targetNs: 0,
    }));
    return [{ ...service, targetNs: TARGET_NS }, ...hogs];
  }

  private measure(): number {
    const crowding = this.hogs.reduce(
      (sum, [name]) => sum + (CROWDING[this.rung(name)] ?? 0) * (this.appetite.get(name) ?? 1),
      0,
    );
    return QUIET_P99_NS * (1 + crowding * this.load) * 2 ** this.noise();
  }

  /** Pressure follows what the hogs take with a lag. */
  private stall(resource: "memory" | "io"): void {
    const taken = this.hogs.reduce((sum, [name]) => sum + this.taken(resource, name), 0);
    const wanted = STALLED.quiet + STALLED.most * Math.max(0, taken - 0.4) * this.load;
    this.stalled += (wanted - this.stalled) * (1 - Math.exp(-this.turnMs / LAG_MS[resource]));
  }

  /** Share of the resource that a hog has, by what it would take and what it is left. */
  private taken(resource: "memory" | "io", name: string): number {
    const appetite = this.appetite.get(name) ?? 1;
    if (resource === "memory")
      return Math.min(appetite, ((this.value("memory.high", name) ?? Infinity) * (1 << 20)) / MEMORY_BYTES);
    const weighed = this.value("io.weight", name) === undefined ? 1 : 0.6;
    return Math.min(appetite * weighed, ((this.value("io.max", name) ?? Infinity) * 1024) / IO_BYTES);
  }

  private value(kind: ActionKind, name: string): number | undefined {
    return this.leases.get(`${kind} ${name}`)?.value;
  }

  /** Of its full speed. Beside undeclared work, a group that gives way gets what that leaves. */
  private speed(name: string): number {
    const appetite = this.appetite.get(name) ?? 1;
    const [idle, max] = [this.value("cpu.idle", name) === 1, this.value("cpu.max", name)];
    const given = idle ? Math.max(0, 1 - this.undeclared - this.served) : 1;
    return Math.min(appetite * given, (max ?? Infinity) / 100);
  }

  private readings(p99Ns: number, stalled: number): Reading[] {
    const service = workloadKey("/service");
    const waits: Reading[] = [
      { entity: service, name: "runq.count", value: 5000 * this.load },
      { entity: service, name: "cpu.cores", value: this.served },
      ...(this.load > 0 ? [{ entity: service, name: "runq.delay.p99", value: p99Ns } as const] : []),
      ...this.pressure(service, stalled),
    ];
    const hogs = this.hogs.flatMap(([name]): Reading[] => {
      const entity = workloadKey(name);
      return [
        { entity, name: "cpu.cores", value: this.speed(name) },
        { entity, name: "memory.bytes", value: this.taken("memory", name) * MEMORY_BYTES },
        { entity, name: "io.read.bytes", value: this.taken("io", name) * IO_BYTES },
        { entity, name: "cpu.weight", value: this.leases.has(`cpu.weight ${name}`) ? 10 : 100 },
        { entity, name: "cpu.idle", value: this.foreign.get(name) ?? Number(this.leases.has(`cpu.idle ${name}`)) },
      ];
    });
    const used = this.hogs.reduce((sum, [name]) => sum + this.speed(name), this.undeclared + this.served);
    return [...waits, ...hogs, { entity: HOST, name: "cpu.cores", value: used }];
  }

  private pressure(entity: EntityKey, value: number): Reading[] {
    const { crowded = "cpu" } = this.options;
    return crowded === "cpu" ? [] : [{ entity, name: `pressure.${crowded}.some`, value }];
  }

  private propose(proposal: Proposal): string {
    this.proposals.push({ ...proposal, atMs: this.nowMs });
    const decision = this.decide(proposal);
    if (this.mute) return proposal.id;
    if (this.options.oneProcess === true) this.answer(decision);
    else this.answers.push(decision);
    return proposal.id;
  }

  private answer(decision: Decision): void {
    for (const agent of this.agents) agent.onDecision?.(decision, this.context());
  }

  private decide(proposal: Proposal): Decision {
    const { id, kind, leaseMs } = proposal;
    const name = proposal.target.slice(2);
    const base = { proposal: id, action: "", kind, cgroup: name, from: "", to: "", code: "", says: "" } as const;
    const code = this.options.refuse?.(proposal);
    if (code !== undefined) return { ...base, outcome: "refused", untilMs: 0, code };
    const untilMs = this.clock.wallMs() + leaseMs;
    const isObserved = this.options.observed?.includes(kind) === true;
    const outcome = isObserved ? "observed" : (this.options.outcome ?? "applied");
    if (outcome !== "applied") return { ...base, outcome, untilMs };
    const held = this.leases.get(`${kind} ${name}`);
    if (held?.value === proposal.value) {
      held.untilMs = this.nowMs + leaseMs;
      return { ...base, outcome: "renewed", action: held.action, untilMs };
    }
    const action = `c-${++this.ids}`;
    this.leases.set(`${kind} ${name}`, { action, kind, name, value: proposal.value, untilMs: this.nowMs + leaseMs });
    this.changes.push({ atMs: this.nowMs, name, kind, on: true });
    return { ...base, outcome, action, untilMs };
  }
}

/** Share of the turns since then that waited for a resource more than its default target. */
export function stalledShare(plant: Plant, fromMs: number, target: number): number {
  const waits = plant.waits.filter(({ atMs }) => atMs > fromMs);
  return waits.filter(({ stalled }) => stalled > target).length / waits.length;
}

/** Share of the turns since then that missed the target. */
export function missed(plant: Plant, fromMs: number): number {
  const waits = plant.waits.filter(({ atMs }) => atMs > fromMs);
  return waits.filter(({ p99Ns }) => p99Ns > TARGET_NS).length / waits.length;
}
