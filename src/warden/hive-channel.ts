import type { Duplex } from "node:stream";
import type { Clock } from "../core/clock.ts";
import { decodeFromHive, type HiveMessage } from "../core/wire/from-hive.ts";
import { FrameReader } from "../core/wire/frame.ts";

/** When a hive counts as lost, and how much it may send or leave unread. */
const LIMITS = {
  /** It says "alive" twice a second; silent for longer, it hangs. */
  silenceMs: 2000,
  /** The same so long after its first word: it is at leisure then, for three seconds at most (hurry.ts), and does what takes longest. */
  settling: { forMs: 5000, silenceMs: 5000 },
  /** From start to its first word: Node's own start on a busy host. */
  startMs: 20_000,
  /** Messages in any second; a hive that thinks sends a few dozen. */
  messagesPerSecond: 1000,
  /** A proposal is 60 KB at most, and an honest hive sends a few a second: what comes faster is work for nothing. */
  bytesPerSecond: 8 << 20,
  /** Bytes of messages that may wait for a slow hive; more ends it. Events do not count: they wait in the ring. */
  backlogBytes: 16 << 20,
} as const;

/** A hive as the warden sees it, however it was started. */
export interface HiveProcess {
  readonly pid: number;
  send(frame: Uint8Array): void;
  /** Calls `take` once there is a way for events, with its writing end, which is then the taker's; -1 where there is none. */
  withEvents(take: (fd: number) => void): void;
  /** Call often: ends a hive that hangs. */
  check(): void;
  /** Ends it; `onEnd` follows. */
  kill(reason?: string): void;
}

export interface HiveEvents {
  onMessage(message: HiveMessage): void;
  /** Called once, with the reason in words. */
  onEnd(why: string): void;
  /** What it wrote to its standard error, a line at a time. */
  onLine(line: string): void;
}

interface ChannelOptions {
  readonly channel: Duplex;
  readonly clock: Clock;
  onMessage(message: HiveMessage): void;
  /** It must go: nothing of it is delivered any more. */
  onFault(why: string): void;
}

/** The messages of one hive, kept within their bounds: bad frames, floods and silence are faults. */
export class HiveChannel {
  private readonly options: ChannelOptions;
  private readonly reader = new FrameReader();
  private readonly startedMs: number;
  private firstMs: number | undefined;
  private heardMs: number | undefined;
  private windowMs: number;
  private inWindow = { messages: 0, bytes: 0 };
  private fault = false;

  constructor(options: ChannelOptions) {
    this.options = options;
    this.startedMs = options.clock.monoMs();
    this.windowMs = this.startedMs;
    options.channel.on("data", (chunk: Buffer) => this.take(chunk));
    options.channel.on("error", () => undefined);
  }

  send(frame: Uint8Array): void {
    const { channel } = this.options;
    if (channel.destroyed) return;
    if (channel.writableLength > LIMITS.backlogBytes) this.fail("does not read what it is sent");
    else channel.write(frame);
  }

  check(): void {
    const silentMs = this.options.clock.monoMs() - (this.heardMs ?? this.startedMs);
    if (silentMs > this.patienceMs()) this.fail("hung: it was silent too long");
  }

  private patienceMs(): number {
    if (this.heardMs === undefined || this.firstMs === undefined) return LIMITS.startMs;
    const { forMs, silenceMs } = LIMITS.settling;
    return this.heardMs - this.firstMs < forMs ? silenceMs : LIMITS.silenceMs;
  }

  private fail(why: string): void {
    this.fault = true;
    this.options.onFault(why);
  }

  private take(chunk: Buffer): void {
    const nowMs = this.options.clock.monoMs();
    if (nowMs - this.windowMs > 1000) {
      this.windowMs = nowMs;
      this.inWindow = { messages: 0, bytes: 0 };
    }
    this.inWindow.bytes += chunk.length;
    if (this.inWindow.bytes > LIMITS.bytesPerSecond) return this.fail("flooded the warden");
    const frames = this.reader.push(chunk);
    if (!frames.ok) return this.fail(`spoke nonsense: ${frames.says}`);
    for (const frame of frames.value) {
      if (++this.inWindow.messages > LIMITS.messagesPerSecond) return this.fail("flooded the warden");
      const message = decodeFromHive(frame);
      if (!message.ok) return this.fail(`spoke nonsense: ${message.says}`);
      this.firstMs ??= nowMs;
      this.heardMs = nowMs;
      if (!this.fault) this.options.onMessage(message.value);
    }
  }
}
