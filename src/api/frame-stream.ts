/** One frame at most this often: what a person can follow. */
export const FRAME_MS = 500;
/** A comment this often keeps a quiet connection open. */
const KEEP_ALIVE_MS = 15_000;
export const MAX_SUBSCRIBERS = 256;

const encoder = new TextEncoder();

/** What there is to see, as plain JSON. */
export interface FrameSource {
  /** For one who has just come. */
  first(): unknown;
  /** For all, once a frame. */
  next(): unknown;
  /** Calls back when there may be another frame; returns how to end that. */
  subscribe(onChange: () => void): () => void;
}

interface Subscriber {
  readonly controller: ReadableStreamDefaultController<Uint8Array>;
  /** Frames since the last one that it took. */
  missed: number;
}

/**
 * Frames to many viewers as server-sent events (WHATWG HTML, section 9.2), made once for all of them. A viewer that
 * reads too slowly misses frames, and is told how many; it never makes the layer wait or hold more than one.
 */
export class FrameStream {
  private readonly source: FrameSource;
  private readonly subscribers = new Set<Subscriber>();
  private unsubscribe: (() => void) | undefined;
  private frameTimer: ReturnType<typeof setTimeout> | undefined;
  private keepAlive: ReturnType<typeof setInterval> | undefined;
  private changed = false;
  private missedFrames = 0;
  private readonly frameMs: number;

  constructor(source: FrameSource, frameMs: number = FRAME_MS) {
    this.source = source;
    this.frameMs = frameMs;
  }

  get size(): number {
    return this.subscribers.size;
  }

  /** Frames that viewers did not get because they read too slowly, since the start. */
  get missed(): number {
    return this.missedFrames;
  }

  /** Undefined where there are as many subscribers as there may be. */
  open(): ReadableStream<Uint8Array> | undefined {
    if (this.subscribers.size >= MAX_SUBSCRIBERS) return undefined;
    let mine: Subscriber | undefined;
    return new ReadableStream<Uint8Array>(
      {
        start: (controller) => {
          mine = { controller, missed: 0 };
          this.add(mine);
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
      subscriber.controller.close();
    }
  }

  private add(subscriber: Subscriber): void {
    this.subscribers.add(subscriber);
    // First, so that what is seen at once is seen by one who is counted as a viewer.
    if (this.unsubscribe === undefined) {
      this.unsubscribe = this.source.subscribe(() => this.onChange());
      this.keepAlive = setInterval(() => this.send(encoder.encode(": still here\n\n"), false), KEEP_ALIVE_MS);
    }
    subscriber.controller.enqueue(frameOf(this.source.first()));
  }

  private remove(subscriber: Subscriber): void {
    if (!this.subscribers.delete(subscriber) || this.subscribers.size > 0) return;
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
    this.send(frameOf(this.source.next()), true);
    this.frameTimer = setTimeout(() => this.flush(), this.frameMs);
  }

  private send(bytes: Uint8Array, isFrame: boolean): void {
    for (const subscriber of this.subscribers) {
      const { controller } = subscriber;
      if ((controller.desiredSize ?? 0) > 0) {
        controller.enqueue(subscriber.missed === 0 ? bytes : withMissed(subscriber.missed, bytes));
        subscriber.missed = 0;
      } else if (isFrame) {
        subscriber.missed++;
        this.missedFrames++;
      }
    }
  }
}

/** JSON has no raw line breaks, so one data line holds it. */
function frameOf(document: unknown): Uint8Array {
  return encoder.encode(`data: ${JSON.stringify(document)}\n\n`);
}

function withMissed(missed: number, frame: Uint8Array): Uint8Array {
  const head = encoder.encode(`event: missed\ndata: ${missed}\n\n`);
  const both = new Uint8Array(head.length + frame.length);
  both.set(head);
  both.set(frame, head.length);
  return both;
}
