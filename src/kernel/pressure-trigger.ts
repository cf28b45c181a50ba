import { closeSync, constants, openSync, writeSync } from "node:fs";
import koffi from "koffi";
import { errnoOf } from "../core/errors.ts";
import { EPOLL, EpollSet } from "./epoll-set.ts";

/** Microseconds. The shortest window that the kernel takes, and what it grants without CAP_SYS_RESOURCE: multiples of 2 s. */
const WINDOWS_US = [500_000, 2_000_000] as const;
/** Some task waited for this share of the window: it looks every tenth of it, so a stall is told after a tenth or two. */
const STALL_SHARE = 0.1;
/** Each is a descriptor, and work for the kernel while tasks stall. */
export const MAX_TRIGGERS = 48;

/**
 * Pressure triggers (Documentation/accounting/psi.rst): the kernel tells when tasks begin to wait for a resource,
 * at most once a window and file. No polling: the triggers lie in one epoll descriptor that Node's event loop
 * watches. That look takes the event, so which file it was is not known, only that there was one.
 */
export class PressureTriggers {
  private readonly onStall: () => void;
  private readonly set = new EpollSet();
  private readonly poll: { close(): void; unref(): void };
  private readonly open = new Map<string, number>();
  /** Files that the kernel refused; not tried again while they are wanted. */
  private refused = new Set<string>();
  private windowsUs: readonly number[] = WINDOWS_US;
  private closed = false;

  constructor(onStall: () => void) {
    this.onStall = onStall;
    this.poll = koffi.node.poll(this.set.fd, { readable: true }, () => this.fired());
    this.poll.unref();
  }

  /** Watches these pressure files and no others; of too many, the first. */
  watch(files: readonly string[]): void {
    if (this.closed) return;
    const wanted = new Set(files.slice(0, MAX_TRIGGERS));
    for (const [file, fd] of this.open) if (!wanted.has(file)) this.drop(file, fd);
    this.refused = new Set([...this.refused].filter((file) => wanted.has(file)));
    for (const file of wanted) if (!this.open.has(file) && !this.refused.has(file)) this.add(file);
  }

  get watched(): readonly string[] {
    return [...this.open.keys()];
  }

  /** The window in use, microseconds; undefined where the kernel takes no trigger. */
  get windowUs(): number | undefined {
    return this.open.size > 0 ? this.windowsUs[0] : undefined;
  }

  close(): void {
    if (this.closed) return;
    this.closed = true;
    this.poll.close();
    for (const [file, fd] of this.open) this.drop(file, fd);
    this.set.close();
  }

  private fired(): void {
    // A removed group's file stays ready for ever.
    for (const { watched, events } of this.set.ready()) {
      if ((events & (EPOLL.err | EPOLL.hup)) === 0) continue;
      for (const [file, fd] of this.open) if (fd === watched) this.drop(file, fd);
    }
    this.onStall();
  }

  private add(file: string): void {
    const fd = this.openTrigger(file);
    if (fd !== undefined && this.set.add(fd, EPOLL.pri)) this.open.set(file, fd);
    else {
      if (fd !== undefined) closeSync(fd);
      this.refused.add(file);
    }
  }

  private openTrigger(file: string): number | undefined {
    for (const [at, windowUs] of this.windowsUs.entries()) {
      let fd: number | undefined;
      try {
        fd = openSync(file, constants.O_RDWR | constants.O_NONBLOCK);
        writeSync(fd, `some ${windowUs * STALL_SHARE} ${windowUs}\0`);
        return fd;
      } catch (error) {
        if (fd !== undefined) closeSync(fd);
        if (errnoOf(error) !== "EINVAL") return undefined;
        // What it refuses for one file it refuses for all.
        if (at < this.windowsUs.length - 1) this.windowsUs = this.windowsUs.slice(at + 1);
      }
    }
    return undefined;
  }

  private drop(file: string, fd: number): void {
    this.set.remove(fd);
    closeSync(fd);
    this.open.delete(file);
  }
}
