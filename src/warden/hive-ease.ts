import { setPriority } from "node:os";
import { EAGER_NICE, ORDINARY_NICE } from "../core/leisure.ts";

/** Readings are handled within some milliseconds, on a host whose CPUs are all taken within some more. */
const EASE_MS = 25;

/** Of the first thread of a process, the only one on which a hive thinks. Throws where it is gone, or may not be changed. */
export type SetNiceOf = (pid: number, nice: number) => void;

/**
 * Lets a hive handle readings at ordinary priority, as the warden takes them (core/leisure.ts). A hive may leave its eagerness but not take
 * it again (RLIMIT_NICE), so it is done for it. What the kernel sees within these milliseconds is thought about at ordinary priority too.
 */
export class HiveEase {
  private readonly pid: () => number;
  private readonly set: SetNiceOf;
  private timer: NodeJS.Timeout | undefined;

  constructor(pid: () => number, set: SetNiceOf = setPriority) {
    this.pid = pid;
    this.set = set;
  }

  /** Before readings are sent. */
  begin(): void {
    const pid = this.pid();
    if (pid <= 0 || !this.may(pid, ORDINARY_NICE)) return;
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.may(pid, EAGER_NICE), EASE_MS);
    this.timer.unref();
  }

  private may(pid: number, nice: number): boolean {
    try {
      this.set(pid, nice);
      return true;
    } catch {
      // It has just ended, or nothing here may be made eager: then it stays as it is.
      return false;
    }
  }
}
