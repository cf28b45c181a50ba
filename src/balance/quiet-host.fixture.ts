import type { Evidence } from "../core/action.ts";
import { type Agent, type AgentContext, PHEROMONES } from "../core/agent.ts";
import { HOST, workloadKey } from "../core/entity.ts";
import { type Random, seededRandom } from "../core/random.ts";
import { NO_LOSSES, type Reading, type ReadingName, type WorkloadInfo } from "../core/reading.ts";
import { Field } from "../swarm/field.ts";
import { createBalanceColony } from "./colony.ts";

/**
 * What a host of two CPUs reads of itself that runs one job and a service, and has most of a CPU to spare. The tail wanders as on a guest
 * whose neighbours take time now and then: set so that a colony that goes by the tail alone takes a setting about as often as it did
 * live (twice in ten starts of 14 s, 2026-11-23).
 */
export const QUIET = {
  cpus: 2,
  cores: { mean: 1.35, deviation: 0.08 },
  /** Standard deviations are of log2; `memory`: what a second keeps of the one before. */
  p99Ns: { median: 3.5e5, deviation: 0.9, memory: 0.6 },
  meanNs: { median: 4e4, deviation: 0.5 },
  pressure: { median: 0.08, deviation: 0.6 },
  /** Neighbours take a CPU: once in so many seconds, for so many at most. Waits are longer by octaves, the host seems busier by cores. */
  stolen: { everySeconds: 300, seconds: 4, octaves: 3, meanOctaves: 1.5, cores: 0.05 },
  wakeUps: 1000,
  targetNs: 1e6,
} as const;

export interface QuietOptions {
  readonly seed: number;
  readonly turnMs?: number;
  /** What the host reads of its own usage and pressure is known to the colony. Default: it is. */
  readonly tellsHost?: boolean;
  readonly wakeUps?: number;
}

/** A colony on such a host; every taking is counted. */
export class QuietHost {
  readonly taken: string[] = [];
  private readonly field = new Field({ pheromones: PHEROMONES });
  private readonly agents: readonly Agent[];
  private readonly random: Random;
  private readonly options: Required<QuietOptions>;
  private evidence: Evidence[] = [];
  private nowMs = 0;
  private wander = 0;
  private stolenMs = 0;
  private ids = 0;

  constructor(options: QuietOptions) {
    this.options = { turnMs: 1000, tellsHost: true, wakeUps: QUIET.wakeUps, ...options };
    const random = seededRandom(options.seed);
    this.random = random;
    const search = {
      cpus: QUIET.cpus,
      trails: { trails: () => [], putTrail: () => OK, deleteTrail: () => OK },
      enforces: () => false,
    };
    this.agents = createBalanceColony({ leaseMs: 10_000, random, search });
  }

  run(forMs: number): void {
    for (const untilMs = this.nowMs + forMs; this.nowMs < untilMs;) this.turn();
  }

  private turn(): void {
    const { turnMs } = this.options;
    this.nowMs += turnMs;
    this.field.advance(this.nowMs);
    const batch = { atMs: this.nowMs, workloads: WORKLOADS, readings: this.readings(), losses: NO_LOSSES, events: {} };
    const context = this.context();
    for (const agent of this.agents) agent.onReadings?.(batch, context);
  }

  private readings(): Reading[] {
    const { turnMs, tellsHost, wakeUps } = this.options;
    const { stolen, p99Ns, meanNs, pressure, cores } = QUIET;
    this.stolenMs -= turnMs;
    if (this.random() < turnMs / 1000 / stolen.everySeconds) this.stolenMs = this.random() * stolen.seconds * 1000;
    const [far, farMean, more] =
      this.stolenMs > 0 ? [stolen.octaves, stolen.meanOctaves, stolen.cores] : ([0, 0, 0] as const);
    const memory = p99Ns.memory ** (turnMs / 1000);
    this.wander = memory * this.wander + Math.sqrt(1 - memory * memory) * this.noise();
    const tailNs = p99Ns.median * 2 ** (p99Ns.deviation * this.wander + far);
    // One in a hundred waits is as long as the 99th percentile, which the mean cannot hide.
    const mean = meanNs.median * 2 ** (meanNs.deviation * this.noise() + farMean) + 0.01 * tailNs;
    const waited = Math.min(1, pressure.median * 2 ** (pressure.deviation * this.noise() + farMean));
    const used = cores.mean + cores.deviation * this.noise() + more;
    const own: [ReadingName, number][] = [
      ["runq.count", wakeUps],
      ["runq.delay.p99", tailNs],
      ["runq.delay.mean", mean],
    ];
    const host: Reading[] = [
      { entity: HOST, name: "cpu.cores", value: used },
      { entity: HOST, name: "pressure.cpu.some", value: waited },
    ];
    return [
      ...(tellsHost ? host : []),
      ...own.map(([name, value]): Reading => ({ entity: SERVICE, name, value })),
      { entity: JOB, name: "cpu.cores", value: 1 },
    ];
  }

  /** Sum of four uniforms, near enough to normal; variance 1. */
  private noise(): number {
    const { random } = this;
    return (random() + random() + random() + random() - 2) * Math.sqrt(3);
  }

  private context(): AgentContext {
    return {
      nowMs: this.nowMs,
      wallMs: this.nowMs,
      field: this.field,
      processes: { get: () => undefined, lineage: () => [] },
      evidence: (entity) => this.evidence.filter((piece) => piece.entity === entity),
      deposit: (pheromone, evidence) => {
        this.field.deposit(evidence.entity, pheromone, evidence.kind, evidence.weight);
        this.evidence = [...this.evidence.slice(-20), evidence];
      },
      propose: ({ kind, target }) => {
        this.taken.push(`${kind} ${target}`);
        return `p-${++this.ids}`;
      },
      report: () => {},
      newId: (prefix) => `${prefix}-${++this.ids}`,
    };
  }
}

const OK = { ok: true, value: undefined } as const;
const SERVICE = workloadKey("/service");
const JOB = workloadKey("/job");
const WORKLOADS: readonly WorkloadInfo[] = [
  { name: "/service", kind: "latency", label: "redis", cgroup: true, targetNs: QUIET.targetNs },
  { name: "/job", kind: "batch", label: "job", cgroup: true, targetNs: 0 },
];
