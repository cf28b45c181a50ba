import { setPriority } from "node:os";

/** Nice value (setpriority(2)) of warden, hive and sentinel: what contains an attack must not queue behind the attack. */
export const EAGER_NICE = -15;
export const ORDINARY_NICE = 0;

/** Of the calling thread. Throws where it is not allowed. */
export type SetNice = (nice: number) => void;

/**
 * Does at ordinary priority what nobody waits for. The layer's turns of some milliseconds, four a second, would otherwise stand before
 * the very services that it keeps fast; seen as a p99 of theirs as long as the turn.
 */
export class Leisure {
  private readonly set: SetNice;
  private able: boolean;
  private taken = false;

  /** Looks whether this thread is eager and may become so again (RLIMIT_NICE, CAP_SYS_NICE): where not, nothing is changed for long. */
  constructor(set: SetNice = (nice) => setPriority(0, nice)) {
    this.set = set;
    this.able = this.may(EAGER_NICE + 1) && this.may(EAGER_NICE);
  }

  run<T>(work: () => T): T {
    if (this.taken || !this.able) return work();
    this.taken = true;
    this.able = this.may(ORDINARY_NICE);
    try {
      return work();
    } finally {
      this.able = this.may(EAGER_NICE) && this.able;
      this.taken = false;
    }
  }

  private may(nice: number): boolean {
    try {
      this.set(nice);
      return true;
    } catch {
      return false;
    }
  }
}
