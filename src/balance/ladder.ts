import type { ActionKind } from "../core/action.ts";
import type { PheromoneName } from "../core/agent.ts";
import type { ReadingName } from "../core/reading.ts";
import { usesCpu } from "./workload-readings.ts";

export const RESOURCES = ["cpu", "memory", "io"] as const;
export type Resource = (typeof RESOURCES)[number];
export type Readings = ReadonlyMap<ReadingName, number>;

/** One step by which a batch workload gives way. */
export interface Rung {
  readonly kind: ActionKind;
  /** In the unit of ACTIONS; of what the workload uses when the step is taken. Undefined where there is nothing to take. */
  readonly value: (readings: Readings, cpus: number) => number | undefined;
  /** Whether a reading of the knob shows that it is there already, by somebody else's hand. */
  readonly isReached?: (readings: Readings) => boolean;
  /**
   * Milliseconds that the step before must have been in force without being enough. Where it was only observed, or
   * refused, there is nothing to wait for.
   */
  readonly patienceMs: number;
  /** A step for need alone: never taken where all before it are only observed. */
  readonly last?: true;
  /** Completes "NAME ...", for people. */
  readonly says: string;
}

export interface Ladder {
  readonly resource: Resource;
  readonly demand: PheromoneName;
  /** Kinds of evidence that demand of it is deposited with. */
  readonly kinds: readonly string[];
  readonly rungs: readonly Rung[];
  /** Whether a workload takes anything from anybody; true where nothing is known. */
  readonly uses: (readings: Readings) => boolean;
}

const MIB = 1 << 20;
/** Below these a workload takes nothing that others could miss. */
const LEAST = { memoryMib: 64, ioBytes: 256 * 1024, ioOps: 5 } as const;
/** Reclaim takes a second or two to show in the pressure of others. */
const SETTLE_MS = 3000;

/**
 * Standing on rung n means that the first n settings are in force; of several of one kind the last. Measured with redis
 * beside four hogs on two cores (kernel 6.18, open-loop client at 5,000 requests/s): a weight of next to nothing brings
 * p99 from 5.4 to 3.8 ms, cpu.idle to 0.7 ms, each for about a tenth of the batch work; quotas and nice are behind both.
 * Weight still comes first: it is enough where the service needs throughput rather than wake-ups, and costs batch
 * latency the least. A quota takes from batch work what nobody else may want, so it comes only where idle was not enough.
 *
 * cpu.weight cannot be written once cpu.idle is 1 (sched_group_set_shares in kernel/sched/fair.c refuses): the order
 * of the rungs is the order of the writes.
 */
export const LADDERS: Readonly<Record<Resource, Ladder>> = {
  cpu: {
    resource: "cpu",
    demand: "demand.cpu",
    kinds: ["runq", "objective.cpu"],
    uses: usesCpu,
    rungs: [
      {
        kind: "cpu.weight",
        value: () => 10,
        isReached: (readings) => (readings.get("cpu.weight") ?? Infinity) <= 10,
        patienceMs: 0,
        says: "takes a tenth of an ordinary share of the CPU",
      },
      {
        kind: "cpu.idle",
        value: () => 1,
        isReached: (readings) => (readings.get("cpu.idle") ?? 0) >= 1,
        patienceMs: 0,
        says: "runs only when nothing else wants the CPU",
      },
      {
        kind: "cpu.max",
        // From no limit at all, which counts as all CPUs, the guard lets nobody go down by more than a factor of twenty.
        value: (readings, cpus) => shareOf(readings.get("cpu.cores"), 50, Math.max(5, Math.ceil(cpus * 5))),
        patienceMs: 8000,
        last: true,
        says: "is held to half of the CPU time that it used",
      },
    ],
  },
  memory: {
    resource: "memory",
    demand: "demand.memory",
    kinds: ["pressure.memory", "objective.memory"],
    uses: (readings) => atLeast(readings, { "memory.bytes": LEAST.memoryMib * MIB }),
    rungs: [
      ...[0.9, 0.75, 0.5].map((share, index): Rung => {
        return {
          kind: "memory.high",
          value: (readings) => shareOf(readings.get("memory.bytes"), share / MIB, 16),
          patienceMs: index === 0 ? 0 : SETTLE_MS,
          says: `gives back memory above ${share * 100} % of what it had`,
        };
      }),
      {
        kind: "memory.reclaim",
        value: () => 64,
        patienceMs: SETTLE_MS,
        says: "gives back memory that it does not use at present",
      },
    ],
  },
  io: {
    resource: "io",
    demand: "demand.io",
    kinds: ["pressure.io", "objective.io"],
    uses: (readings) =>
      atLeast(readings, { "io.read.bytes": LEAST.ioBytes, "io.write.bytes": LEAST.ioBytes, "io.ops": LEAST.ioOps }),
    rungs: [
      {
        kind: "io.weight",
        value: () => 10,
        patienceMs: 0,
        says: "takes a tenth of an ordinary share of the disks",
      },
      {
        kind: "io.max",
        value: (readings) =>
          shareOf(Math.max(readings.get("io.read.bytes") ?? 0, readings.get("io.write.bytes") ?? 0), 0.5 / 1024, 1024),
        patienceMs: SETTLE_MS,
        last: true,
        says: "is held to half of what it read or wrote in a second",
      },
    ],
  },
};

/** Ordinary shares, times a hundred: what people write for a service that must not wait (systemd.resource-control(5)). */
const RAISED_WEIGHT = 1000;

/**
 * By which a latency workload takes its own share. Where batch work runs idle it changes nothing against that, but much against whatever
 * else the host runs, the layer itself not least: it runs before ordinary work, and by weight against a raised service.
 */
export const RAISE: Ladder = {
  resource: "cpu",
  demand: "demand.cpu",
  kinds: ["runq", "objective.cpu"],
  // Who waits for a CPU wants one, however little it uses.
  uses: () => true,
  rungs: [
    {
      kind: "cpu.weight",
      value: () => RAISED_WEIGHT,
      isReached: (readings) => (readings.get("cpu.weight") ?? 0) >= RAISED_WEIGHT,
      patienceMs: 0,
      says: "takes ten ordinary shares of the CPU",
    },
  ],
};

function atLeast(readings: Readings, bounds: Partial<Record<ReadingName, number>>): boolean {
  const known = Object.entries(bounds).flatMap(([name, bound]) => {
    const reading = readings.get(name as ReadingName);
    return reading === undefined ? [] : [reading >= bound];
  });
  return known.length === 0 || known.includes(true);
}

function shareOf(value: number | undefined, factor: number, least: number): number | undefined {
  if (value === undefined || !(value > 0)) return undefined;
  return Math.max(least, Math.round(value * factor));
}
