import { closeSync } from "node:fs";
import { loadLibc } from "./syscall.ts";

const EPOLL_CTL_ADD = 1;
const EPOLLIN = 1;
/** struct epoll_event is 12 or 16 bytes, by architecture; only its first word is set. */
const EVENT_BYTES = 16;

/** Waits on one descriptor, always with a time-out: a thread that blocks in C without one can never be ended. */
export class Epoll {
  private readonly fd: number;
  private readonly event = Buffer.alloc(EVENT_BYTES);
  private readonly wait: (fd: number, events: Buffer, max: number, timeoutMs: number) => number;

  /** Throws where the kernel refuses, which it does only to a bad descriptor or at the limit of open files. */
  constructor(watched: number) {
    const libc = loadLibc();
    const EPOLL_CLOEXEC = 0o2000000;
    this.fd = Number(libc.func("int epoll_create1(int flags)")(EPOLL_CLOEXEC));
    this.wait = libc.func("int epoll_wait(int fd, void *events, int max, int timeout)");
    this.event.writeUInt32LE(EPOLLIN, 0);
    const add = libc.func("int epoll_ctl(int fd, int op, int watched, void *event)");
    if (this.fd < 0 || Number(add(this.fd, EPOLL_CTL_ADD, watched, this.event)) !== 0) {
      this.close();
      throw new Error(`cannot wait on descriptor ${watched}`);
    }
  }

  /** True when the descriptor became readable. A signal counts as not. */
  readable(timeoutMs: number): boolean {
    return Number(this.wait(this.fd, this.event, 1, timeoutMs)) > 0;
  }

  close(): void {
    if (this.fd >= 0) closeSync(this.fd);
  }
}
