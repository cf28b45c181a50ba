import { STANDING, type Standing } from "../core/leisure.ts";
import { stand } from "../kernel/standing.ts";

/** Readings are handled within some milliseconds, on a host whose CPUs are all taken within some more. */
const EASE_MS = 50;

/** Of the first thread of a process, the only one on which a hive thinks. Throws where it is gone, or may not be changed. */
export type SetStandingOf = (pid: number, standing: Standing) => void;

/**
 * Lets a hive handle readings at leisure, as the warden takes them (core/leisure.ts). A hive may leave its eagerness but not take
 * it again (RLIMIT_NICE), so it is done for it. What the kernel sees within these milliseconds is thought about at leisure too.
 */
export class HiveEase {
  private readonly pid: () => number;
  private readonly set: SetStandingOf;
  private timer: NodeJS.Timeout | undefined;

  constructor(pid: () => number, set: SetStandingOf = stand) {
    this.pid = pid;
    this.set = set;
  }

  /** Before readings are sent. */
  begin(): void {
    const pid = this.pid();
    if (pid <= 0 || !this.may(pid, STANDING.leisurely)) return;
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.may(pid, STANDING.eager), EASE_MS);
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
