/*
 * The default target of a server that nobody gave one. What is normal depends on the server and the machine: its own
 * waiting while the host has CPU time to spare is the floor, and a multiple of it is what it may come to.
 */
export const FLOOR = {
  /** Share of the host's CPUs in use below which a wait is the server's own. */
  quietShare: 0.6,
  /** Waits in a turn from which a 99th percentile is one. */
  leastSamples: 50,
  /** Turns before the floor counts, and time constant in turns of its running mean. */
  leastTurns: 20,
  turns: 60,
  multiple: 4,
  /** The layer's own default, which is never undercut, and a bound for floors that are none. Nanoseconds. */
  leastNs: 1e6,
  mostNs: 10e6,
} as const;

export interface FloorTurn {
  readonly p99Ns: number;
  readonly samples: number;
  /** Of the host's CPUs, in use by anybody: 0 to 1. */
  readonly hostShare: number;
}

/** Learns what a server waits for a CPU on a host that is not busy. */
export class QuietFloor {
  private mean = 0;
  private turns = 0;

  observe({ p99Ns, samples, hostShare }: FloorTurn): void {
    if (hostShare >= FLOOR.quietShare || samples < FLOOR.leastSamples || !(p99Ns >= 0)) return;
    this.turns++;
    this.mean += (p99Ns - this.mean) / Math.min(this.turns, FLOOR.turns);
  }

  get targetNs(): number {
    if (this.turns < FLOOR.leastTurns) return FLOOR.leastNs;
    return Math.min(FLOOR.mostNs, Math.max(FLOOR.leastNs, this.mean * FLOOR.multiple));
  }
}
