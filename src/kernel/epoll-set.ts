import { closeSync } from "node:fs";
import { loadLibc } from "./syscall.ts";

/** epoll_ctl(2). */
export const EPOLL = { in: 0x1, pri: 0x2, err: 0x8, hup: 0x10 } as const;
const CTL = { add: 1, del: 2 } as const;
const CLOEXEC = 0o2_000_000;

/** struct epoll_event: packed on x86-64 alone. Data holds the descriptor. */
const EVENT = process.arch === "x64" ? { data: 4, bytes: 12 } : { data: 8, bytes: 16 };
const READY_MAX = 64;

/**
 * Many descriptors in one, that itself becomes readable: Node's event loop can wait on it for events that
 * Node has no means to ask for, such as EPOLLPRI.
 */
export class EpollSet {
  readonly fd: number;
  private readonly buffer = Buffer.alloc(READY_MAX * EVENT.bytes);
  private readonly control: (fd: number, op: number, watched: number, event: Buffer) => number;
  private readonly wait: (fd: number, events: Buffer, max: number, timeoutMs: number) => number;

  /** Throws at the limit of open files. */
  constructor() {
    const libc = loadLibc();
    this.control = libc.func("int epoll_ctl(int fd, int op, int watched, void *event)");
    this.wait = libc.func("int epoll_wait(int fd, void *events, int max, int timeout)");
    this.fd = Number(libc.func("int epoll_create1(int flags)")(CLOEXEC));
    if (this.fd < 0) throw new Error("no descriptor left for epoll_create1");
  }

  /** False where the descriptor cannot be waited on. */
  add(watched: number, events: number): boolean {
    const event = Buffer.alloc(EVENT.bytes);
    event.writeUInt32LE(events, 0);
    event.writeInt32LE(watched, EVENT.data);
    return Number(this.control(this.fd, CTL.add, watched, event)) === 0;
  }

  /** Before the descriptor is closed. */
  remove(watched: number): void {
    this.control(this.fd, CTL.del, watched, Buffer.alloc(EVENT.bytes));
  }

  /** Those with an event now; never waits. What a descriptor gives once, such as EPOLLPRI of a pressure trigger, may be gone already. */
  ready(): { readonly watched: number; readonly events: number }[] {
    const count = Math.max(0, Number(this.wait(this.fd, this.buffer, READY_MAX, 0)));
    return Array.from({ length: count }, (_, at) => ({
      watched: this.buffer.readInt32LE(at * EVENT.bytes + EVENT.data),
      events: this.buffer.readUInt32LE(at * EVENT.bytes),
    }));
  }

  close(): void {
    closeSync(this.fd);
  }
}
