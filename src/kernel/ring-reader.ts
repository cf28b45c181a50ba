import { extname } from "node:path";
import { Worker } from "node:worker_threads";
import { createRingControl, DAMAGED, ringControl, SHED, STOP, TAKEN, type RingJob } from "./ring-control.ts";

export interface RingReaderOptions {
  /** Descriptor of the ring-buffer map; must stay open until close() has resolved. */
  readonly ringFd: number;
  readonly ringBytes: number;
  /** Pause between drains while records arrive: the price of a record falls with it, the delay grows. */
  readonly napMs?: number;
  /** Records as the kernel wrote them, one after the other, at most 256 KB. */
  onBatch(records: Uint8Array): void;
  /** The reader thread failed or ended by itself: no more batches will come. */
  onFailure(says: string): void;
}

/** Reads a BPF ring buffer in a thread of its own. */
export class RingReader {
  private readonly worker: Worker;
  private readonly control = createRingControl();
  private readonly ended: Promise<void>;
  private closing = false;

  constructor(options: RingReaderOptions) {
    const job: RingJob = {
      control: this.control,
      ringFd: options.ringFd,
      ringBytes: options.ringBytes,
      napMs: options.napMs ?? 4,
    };
    // A string is not rewritten by the compiler: the extension is that of this very file.
    this.worker = new Worker(new URL(`./ring-worker${extname(import.meta.filename)}`, import.meta.url), {
      name: "swarms-ring",
      workerData: job,
      // Node would warn of the descriptors that it did not open itself.
      trackUnmanagedFds: false,
      // It holds a few typed arrays; the default limits let the heap grow for nothing.
      resourceLimits: { maxOldGenerationSizeMb: 16, maxYoungGenerationSizeMb: 2 },
    });
    const { flags } = ringControl(this.control);
    this.worker.on("message", (batch: ArrayBuffer) => {
      try {
        if (!this.closing) options.onBatch(new Uint8Array(batch));
      } finally {
        Atomics.add(flags, TAKEN, 1);
      }
    });
    let failure: string | undefined;
    this.worker.on("error", (error: unknown) => {
      failure = error instanceof Error ? error.message : String(error);
    });
    const { promise, resolve } = Promise.withResolvers<void>();
    this.ended = promise;
    this.worker.on("exit", (code) => {
      resolve();
      if (!this.closing) options.onFailure(failure ?? `the ring reader ended with ${code}`);
    });
    // The owner decides how long the process lives, not its reader.
    this.worker.unref();
  }

  /** Records since start that the reader gave up because the owner was behind, or that made no sense. */
  losses(): { readonly shed: number; readonly damaged: number } {
    const { losses } = ringControl(this.control);
    return { shed: Number(Atomics.load(losses, SHED)), damaged: Number(Atomics.load(losses, DAMAGED)) };
  }

  /** Ends the thread: at most one wait (100 ms) and a drain later. Batches on their way are dropped. */
  async close(): Promise<void> {
    if (!this.closing) {
      this.closing = true;
      this.worker.ref();
      const { flags } = ringControl(this.control);
      Atomics.store(flags, STOP, 1);
      Atomics.notify(flags, STOP);
    }
    await this.ended;
  }
}
