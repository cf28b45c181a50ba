import { closeSync } from "node:fs";
import { extname } from "node:path";
import { Worker } from "node:worker_threads";
import {
  BYTES,
  createRingControl,
  DAMAGED,
  FILL,
  NO_PIPE,
  NOTHING_NEW,
  PIPE,
  RECORDS,
  ringControl,
  SHED,
  STOP,
  TAKEN,
  type RingJob,
} from "./ring-control.ts";

/** Name of the thread that reads. */
export const RING_THREAD = "swarms-ring";

export interface RingReaderOptions {
  /** Descriptor of the ring-buffer map; must stay open until close() has resolved. */
  readonly ringFd: number;
  readonly ringBytes: number;
  /**
   * A copy of what was in the ring, as it lay there (core/wire/ring-format.ts): whole records, about 256 KB at most.
   * Where left out, records go to the descriptor given to pipeTo and the owner never sees them.
   */
  onBatch?(records: Uint8Array): void;
  /** The reader thread failed or ended by itself: nothing more will come. */
  onFailure(says: string): void;
}

/** What went through since the start. */
export interface RingTotals {
  readonly records: number;
  readonly bytes: number;
  /** Handed to a reader that ended before it read them. */
  readonly shed: number;
  /** Headers that made no sense. */
  readonly damaged: number;
}

/** Reads a BPF ring buffer in a thread of its own. */
export class RingReader {
  private readonly worker: Worker;
  private readonly memory = createRingControl();
  private readonly control = ringControl(this.memory);
  private readonly ended: Promise<void>;
  private closing = false;

  constructor(options: RingReaderOptions) {
    const job: RingJob = {
      control: this.memory,
      ringFd: options.ringFd,
      ringBytes: options.ringBytes,
      to: options.onBatch === undefined ? "pipe" : "post",
    };
    // A string is not rewritten by the compiler: the extension is that of this very file.
    this.worker = new Worker(new URL(`./ring-worker${extname(import.meta.filename)}`, import.meta.url), {
      name: RING_THREAD,
      workerData: job,
      // Node would warn of the descriptors that it did not open itself.
      trackUnmanagedFds: false,
      // It holds a few typed arrays; the default limits let the heap grow for nothing.
      resourceLimits: { maxOldGenerationSizeMb: 16, maxYoungGenerationSizeMb: 2 },
    });
    this.worker.on("message", (batch: ArrayBuffer) => {
      try {
        if (!this.closing) options.onBatch?.(new Uint8Array(batch));
      } finally {
        Atomics.add(this.control.flags, TAKEN, 1);
      }
    });
    let failure: string | undefined;
    this.worker.on("error", (error: unknown) => {
      failure = error instanceof Error ? error.message : String(error);
    });
    const { promise, resolve } = Promise.withResolvers<void>();
    this.ended = promise;
    this.worker.on("exit", (code) => {
      const byItself = !this.closing;
      this.closing = true;
      this.pipeTo(NO_PIPE);
      resolve();
      if (byItself) options.onFailure(failure ?? `the ring reader ended with ${code}`);
    });
    // The owner decides how long the process lives, not its reader.
    this.worker.unref();
  }

  /**
   * From now on records go here, each whole: a pipe's writing end that does not wait (kernel/pipe.ts). The thread
   * owns it from now on, and closes it at the next call, or at the end. Until the first call they wait in the ring.
   */
  pipeTo(fd: number): void {
    const { flags } = this.control;
    const before = Atomics.exchange(flags, PIPE, this.closing ? NOTHING_NEW : fd);
    // Given before and never taken over.
    if (before >= 0) closeSync(before);
    if (this.closing && fd >= 0) closeSync(fd);
    Atomics.notify(flags, STOP);
  }

  totals(): RingTotals {
    const [shed, damaged, records, bytes] = [SHED, DAMAGED, RECORDS, BYTES].map((at) =>
      Number(Atomics.load(this.control.totals, at)),
    ) as [number, number, number, number];
    return { shed, damaged, records, bytes };
  }

  losses(): { readonly shed: number; readonly damaged: number } {
    const { shed, damaged } = this.totals();
    return { shed, damaged };
  }

  /** The highest share of the ring that was full, 0 to 1, since the previous call. */
  fill(): number {
    return Atomics.exchange(this.control.flags, FILL, 0) / 1e6;
  }

  /** Ends the thread: at most one wait (250 ms) and a drain later. Batches on their way are dropped. */
  async close(): Promise<void> {
    if (!this.closing) {
      this.closing = true;
      this.worker.ref();
      const { flags } = this.control;
      Atomics.store(flags, STOP, 1);
      Atomics.notify(flags, STOP);
    }
    await this.ended;
  }
}
