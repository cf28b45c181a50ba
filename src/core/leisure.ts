/** How a thread shares its CPU with others (sched_setattr(2), sched(7)). */
export interface Standing {
  /** SCHED_OTHER is 0, SCHED_BATCH 3. */
  readonly policy: number;
  readonly nice: number;
  /** Since Linux 6.12, at most 0.1 s; 0: the kernel's own. Before, it means nothing. */
  readonly sliceNs: number;
}

export const STANDING = {
  /** Of warden, hive and sentinel at rest: what contains an attack must not queue behind the attack. */
  eager: { policy: 0, nice: -15, sliceNs: 0 },
  /** A share like everybody's: of a start that takes long. */
  ordinary: { policy: 0, nice: 0, sliceNs: 0 },
  /** As eager, but for what shows that it can be changed. */
  almostEager: { policy: 0, nice: -14, sliceNs: 0 },
  /**
   * A third of an ordinary share, in its time: a SCHED_BATCH thread that wakes pushes nobody off the CPU, and whoever wakes with a shorter slice pushes it
   * off (PREEMPT_SHORT in kernel/sched/features.h). The longest slice there is, and no more than that share, as a service's group that hardly
   * uses its CPU has little weight there: a sixth where a job of the same parent has another CPU, by which its own slice counts as six times
   * longer (calc_group_shares in kernel/sched/fair.c). What others leave, and its fair share of what they do not, it gets all the same: EEVDF
   * picks it whenever they have had theirs.
   */
  leisurely: { policy: 3, nice: 5, sliceNs: 100_000_000 },
} as const satisfies Record<string, Standing>;

/** Of the calling thread. Throws where it is not allowed. */
export type SetStanding = (standing: Standing) => void;

/**
 * Does at leisure what nobody waits for. The layer's turns of some milliseconds would otherwise stand before the very services that
 * it keeps fast; seen as a p99 of theirs as long as the turn. Until `hurry` all is at leisure: a start takes a second of CPU time.
 */
export class Leisure {
  private readonly set: SetStanding;
  private able: boolean;
  private isEager = false;
  private taken = false;

  /** Looks whether this thread may become eager, again and again (RLIMIT_NICE, CAP_SYS_NICE): where not, nothing is changed for long. */
  constructor(set: SetStanding) {
    this.set = set;
    this.able = this.may(STANDING.almostEager) && this.may(STANDING.eager) && this.may(STANDING.leisurely);
  }

  /** An ordinary share until `hurry`. */
  join(): void {
    if (this.able && !this.isEager) this.may(STANDING.ordinary);
  }

  /** From now on eager but in `run`; false where it may not be. */
  hurry(): boolean {
    this.isEager = true;
    if (this.able && !this.taken) this.able = this.may(STANDING.eager);
    return this.able;
  }

  run<T>(work: () => T): T {
    if (this.taken || !this.able || !this.isEager) return work();
    this.taken = true;
    this.able = this.may(STANDING.leisurely);
    try {
      return work();
    } finally {
      this.able = this.may(STANDING.eager) && this.able;
      this.taken = false;
    }
  }

  private may(standing: Standing): boolean {
    try {
      this.set(standing);
      return true;
    } catch {
      return false;
    }
  }
}
