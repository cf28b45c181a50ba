import { closeSync } from "node:fs";
import koffi from "koffi";
import type { ProcessRef } from "../core/entity.ts";
import { failed, ok, type Result } from "../core/errors.ts";
import { readProcessStat } from "./procfs.ts";
import { syscall } from "./syscall.ts";

/** A process that cannot be mistaken for another: pid_open(2) holds on to it even after its pid is reused. */
export interface Pidfd {
  readonly ref: ProcessRef;
  /** Sends a signal by number; SW-GUARD-GONE where the process has ended. */
  signal(number: number): Result<void>;
  /** Calls once, a few milliseconds after the process has ended. The returned function cancels. */
  onDeath(callback: () => void): () => void;
  close(): void;
}

/**
 * The start time is compared after the descriptor is open, so that from then on it is known to be that very process.
 * Errors: SW-GUARD-GONE where it has ended or the pid is another process by now; SW-GUARD-KNOB where the kernel refuses.
 */
export function openPidfd(ref: ProcessRef, procRoot = "/proc"): Result<Pidfd> {
  const opened = syscall("pidfd_open", ref.pid, 0);
  if (!opened.ok) {
    return opened.errno === "ESRCH" || opened.errno === "EINVAL"
      ? failed("SW-GUARD-GONE", `process ${ref.pid} has ended`)
      : failed("SW-GUARD-KNOB", `pidfd_open: ${opened.errno}`);
  }
  const fd = opened.value;
  if (readProcessStat(ref.pid, procRoot)?.startTicks !== ref.startTicks) {
    closeSync(fd);
    return failed("SW-GUARD-GONE", `pid ${ref.pid} is another process by now`);
  }
  return ok(new OpenPidfd(ref, fd));
}

class OpenPidfd implements Pidfd {
  readonly ref: ProcessRef;
  private fd: number;
  private cancels: (() => void)[] = [];

  constructor(ref: ProcessRef, fd: number) {
    this.ref = ref;
    this.fd = fd;
  }

  signal(number: number): Result<void> {
    if (this.fd < 0) return failed("SW-GUARD-GONE", `the descriptor of ${this.ref.pid} is closed`);
    const sent = syscall("pidfd_send_signal", this.fd, number);
    if (sent.ok) return ok(undefined);
    return sent.errno === "ESRCH"
      ? failed("SW-GUARD-GONE", `process ${this.ref.pid} has ended`)
      : failed("SW-GUARD-KNOB", `pidfd_send_signal: ${sent.errno}`);
  }

  onDeath(callback: () => void): () => void {
    if (this.fd < 0) throw new Error("the descriptor is closed");
    let poll: { close(): void } | undefined = koffi.node.poll(this.fd, { readable: true }, () => {
      cancel();
      callback();
    });
    const cancel = (): void => {
      poll?.close();
      poll = undefined;
    };
    this.cancels.push(cancel);
    return cancel;
  }

  close(): void {
    for (const cancel of this.cancels.splice(0)) cancel();
    if (this.fd >= 0) closeSync(this.fd);
    this.fd = -1;
  }
}
