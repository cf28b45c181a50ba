import type { LayerPort } from "./port.ts";

/** One frame at most this often: what a person can follow. */
export const FRAME_MS = 500;
/** A comment this often keeps a quiet connection open. */
const KEEP_ALIVE_MS = 15_000;
export const MAX_SUBSCRIBERS = 32;

const encoder = new TextEncoder();
type Controller = ReadableStreamDefaultController<Uint8Array>;

/**
 * The status document to many viewers as server-sent events (WHATWG HTML, section 9.2), made once for all
 * of them. A viewer that reads too slowly misses frames; it never makes the layer wait or hold more than one.
 */
export class StatusStream {
  private readonly port: LayerPort;
  private readonly subscribers = new Set<Controller>();
  private unsubscribe: (() => void) | undefined;
  private frameTimer: ReturnType<typeof setTimeout> | undefined;
  private keepAlive: ReturnType<typeof setInterval> | undefined;
  private changed = false;

  constructor(port: LayerPort) {
    this.port = port;
  }

  get size(): number {
    return this.subscribers.size;
  }

  /** Undefined where there are as many subscribers as there may be. */
  open(): ReadableStream<Uint8Array> | undefined {
    if (this.subscribers.size >= MAX_SUBSCRIBERS) return undefined;
    let mine: Controller | undefined;
    return new ReadableStream<Uint8Array>(
      {
        start: (controller) => {
          mine = controller;
          this.add(controller);
        },
        cancel: () => {
          if (mine !== undefined) this.remove(mine);
        },
      },
      { highWaterMark: 1 },
    );
  }

  close(): void {
    for (const subscriber of this.subscribers) {
      this.remove(subscriber);
      subscriber.close();
    }
  }

  private add(controller: Controller): void {
    this.subscribers.add(controller);
    controller.enqueue(this.frame());
    if (this.unsubscribe !== undefined) return;
    this.unsubscribe = this.port.subscribe(() => this.onChange());
    this.keepAlive = setInterval(() => this.send(encoder.encode(": still here\n\n")), KEEP_ALIVE_MS);
  }

  private remove(controller: Controller): void {
    if (!this.subscribers.delete(controller) || this.subscribers.size > 0) return;
    this.unsubscribe?.();
    this.unsubscribe = undefined;
    clearTimeout(this.frameTimer);
    this.frameTimer = undefined;
    clearInterval(this.keepAlive);
  }

  /** The first change after a quiet time goes out at once, the following ones together. */
  private onChange(): void {
    this.changed = true;
    if (this.frameTimer === undefined) this.flush();
  }

  private flush(): void {
    this.frameTimer = undefined;
    if (!this.changed || this.subscribers.size === 0) return;
    this.changed = false;
    this.send(this.frame());
    this.frameTimer = setTimeout(() => this.flush(), FRAME_MS);
  }

  private send(bytes: Uint8Array): void {
    for (const subscriber of this.subscribers) {
      if ((subscriber.desiredSize ?? 0) > 0) subscriber.enqueue(bytes);
    }
  }

  /** JSON has no raw line breaks, so one data line holds it. */
  private frame(): Uint8Array {
    return encoder.encode(`data: ${JSON.stringify(this.port.status())}\n\n`);
  }
}
