import { STANDING, type Standing } from "../core/leisure.ts";
import { stand } from "../kernel/standing.ts";

export const EASE = {
  /** Readings are handled within some milliseconds, on a host whose CPUs are all taken within some more. */
  ms: 50,
  /** After the first of them, and for so long: a start's garbage is collected then (core/heap-care.ts), which takes longest. */
  firstMs: 250,
  firstForMs: 20_000,
} as const;

/** Of the first thread of a process, the only one on which a hive thinks. Throws where it is gone, or may not be changed. */
export type SetStandingOf = (pid: number, standing: Standing) => void;

/**
 * Lets a hive handle readings at leisure, as the warden takes them (core/leisure.ts). A hive may leave its eagerness but not take
 * it again (RLIMIT_NICE), so it is done for it. What the kernel sees within these milliseconds is thought about at leisure too.
 */
export class HiveEase {
  private readonly pid: () => number;
  private readonly set: SetStandingOf;
  private readonly atRest: () => Standing;
  private readonly monoMs: () => number;
  private timer: NodeJS.Timeout | undefined;
  private known = { pid: 0, sinceMs: 0 };

  /** `atRest`: what it has otherwise (hurry.ts). */
  constructor(
    pid: () => number,
    atRest: () => Standing,
    set: SetStandingOf = stand,
    monoMs: () => number = () => performance.now(),
  ) {
    this.pid = pid;
    this.atRest = atRest;
    this.set = set;
    this.monoMs = monoMs;
  }

  /** Before readings are sent. */
  begin(): void {
    const pid = this.pid();
    if (pid <= 0 || !this.may(pid, STANDING.leisurely)) return;
    if (pid !== this.known.pid) this.known = { pid, sinceMs: this.monoMs() };
    const isNew = this.monoMs() - this.known.sinceMs < EASE.firstForMs;
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.may(pid, this.atRest()), isNew ? EASE.firstMs : EASE.ms);
    this.timer.unref();
  }

  private may(pid: number, standing: Standing): boolean {
    try {
      this.set(pid, standing);
      return true;
    } catch {
      // It has just ended, or nothing here may be made eager: then it stays as it is.
      return false;
    }
  }
}
