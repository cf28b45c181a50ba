import type { WorkloadKind } from "../core/reading.ts";

/** What a group did in one turn. */
export interface Behaviour {
  readonly elapsedMs: number;
  /** CPU time it had, over all CPUs. */
  readonly onCpuNs: number;
  /** Times that a task of it went to sleep by itself. */
  readonly sleeps: number;
  /** Whether some process of it accepts connections; undefined where that cannot be seen. */
  readonly serves: boolean | undefined;
}

/**
 * How a group uses the CPU tells what it is for. The measure is the CPU time between two sleeps, the "burst" of the
 * textbooks: what serves others works for microseconds and waits for the next request, what computes stops only
 * when it is pushed aside. Unlike the length of a stretch on the CPU it does not change with who else is there: a hog
 * beside a busy server is pushed aside a thousand times a second and still never sleeps.
 *
 * Measured (two busy cores, kernel 6.18): redis at 5,000 requests/s 0.04 to 0.09 ms, a compiler 43 to 70 ms, a busy loop
 * without end; a pipe (tar, gzip) 0.6 to 0.8 ms and dd to a disk 1.4 to 4 ms, which stay unknown. Overloaded servers take
 * several requests per sleep, so that their bound is wider.
 *
 * An error in one direction costs more than in the other: a server taken for batch work is slowed, batch work taken for
 * a server is only not slowed, and slows other batch work. So whatever accepts connections is never batch, and what
 * accepts none is never a server; what lies between is unknown, and left alone.
 */
export const TELLING = {
  /** Milliseconds of CPU time between sleeps: from nothing to full evidence, on a log scale. */
  batchMs: [2, 10],
  /** The same for what accepts connections. */
  servesMs: [25, 5],
  /** For what cannot be looked into: only the clear cases. */
  unseenMs: [1, 0.3],
  /** Sleeps a second from which a server is active enough to speak of its waiting. */
  leastSleeps: 20,
  /** Cores below which a turn says nothing. */
  leastCores: 0.005,
  batchCores: 0.1,
  /** Time constant of the memory of behaviour, and of the belief, milliseconds: one odd second changes nothing. */
  memoryMs: 3000,
  beliefMs: 3000,
  /** However long a turn was, it is one look, and convinces nobody by itself. */
  mostAtOnceMs: 2000,
  /** Belief (-1 server to 1 batch) at which a kind is taken on, and below which it is given up. */
  enter: 0.6,
  leave: 0.25,
} as const;

/** What is believed of one group; fed once a turn. */
export class KindBelief {
  private cpuNs = 0;
  private slept = 0;
  private wallMs = 0;
  private belief = 0;
  private told: WorkloadKind = "unknown";

  get kind(): WorkloadKind {
    return this.told;
  }

  /** 0 to 1: how sure the kind is, or how near it is to being one. */
  get confidence(): number {
    return Math.min(1, Math.abs(this.belief));
  }

  /** CPU time between two sleeps, milliseconds; Infinity where it never sleeps. */
  get burstMs(): number {
    return this.slept < 0.5 ? Infinity : this.cpuNs / this.slept / 1e6;
  }

  observe(turn: Behaviour): void {
    // Who does nothing shows nothing: a job that pauses stays what it was.
    if (!(turn.elapsedMs > 0) || turn.onCpuNs / 1e6 < turn.elapsedMs * TELLING.leastCores) return;
    const keep = Math.exp(-turn.elapsedMs / TELLING.memoryMs);
    this.cpuNs = this.cpuNs * keep + turn.onCpuNs;
    this.slept = this.slept * keep + turn.sleeps;
    this.wallMs = this.wallMs * keep + turn.elapsedMs;
    const cores = this.cpuNs / 1e6 / this.wallMs;
    const evidence = this.evidence(cores, turn.serves);
    const weighsMs = Math.min(turn.elapsedMs, TELLING.mostAtOnceMs);
    this.belief += (evidence - this.belief) * (1 - Math.exp(-weighsMs / TELLING.beliefMs));
    this.judge();
  }

  private evidence(cores: number, serves: boolean | undefined): number {
    const { burstMs } = this;
    const sleepsPerSecond = (this.slept * 1000) / this.wallMs;
    if (serves !== true && cores >= TELLING.batchCores) {
      const batch = share(burstMs, TELLING.batchMs);
      if (batch > 0) return batch;
    }
    if (serves === false || sleepsPerSecond < TELLING.leastSleeps) return 0;
    return -share(burstMs, serves === true ? TELLING.servesMs : TELLING.unseenMs);
  }

  private judge(): void {
    const { belief } = this;
    if (this.told === "batch" ? belief < TELLING.leave : this.told === "latency" && belief > -TELLING.leave)
      this.told = "unknown";
    if (belief >= TELLING.enter) this.told = "batch";
    if (belief <= -TELLING.enter) this.told = "latency";
  }
}

/** Where a value lies between two bounds, 0 to 1, on a log scale. */
function share(value: number, [none, full]: readonly [number, number]): number {
  if (value === Infinity) return full > none ? 1 : 0;
  const at = Math.log(value / none) / Math.log(full / none);
  return Math.min(1, Math.max(0, at));
}
