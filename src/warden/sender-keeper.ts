import { z } from "zod";
import type { Clock } from "../core/clock.ts";
import { printable } from "../core/printable.ts";
import { parseJson } from "../core/wire/codec.ts";
import { encodeFrame, type Frame, FrameReader } from "../core/wire/frame.ts";
import { type NumberedJob, type PluginCode, type PostAnswer, type PostJob, SENDER_FRAME } from "../core/wire/sender.ts";
import { Backoff } from "./backoff.ts";
import { type ProberCommand, type ProberProcess, startProber } from "./prober-start.ts";

export interface KeeperOptions {
  readonly clock: Clock;
  /** Asked when the first POST is to be made: without a webhook there is no sender. */
  command(): ProberCommand | undefined;
  /** A server can wait: the sender is started so that it stands before nobody. */
  atLeisure<T>(work: () => T): T;
  /** Text of an output that is a plugin. */
  plugin?(name: string): string | undefined;
  /** Whose sender it is, for the log: "the sender", "the sender of plugin pager". */
  readonly who?: string;
  log(says: string): void;
}

/** A sender that has not said by then what became of something does nothing any more: a plugin may hold it for ever. */
const GRACE_MS = 4000;

/** What a sender may say. It reads what strangers answer, so it counts as taken over. */
const answerSchema = z.strictObject({
  number: z.int().min(1),
  result: z.enum(["taken", "later", "refused"]),
  says: z.string().max(1000),
  afterMs: z.number().min(0).max(3_600_000).exactOptional(),
});

type End = (answer: PostAnswer) => void;

interface UnderWay {
  readonly end: End;
  readonly lateMs: number;
}

/** Keeps one sender alive while there is something to deliver. Whatever was under way when one ends is to be tried again. */
export class SenderKeeper {
  private readonly options: KeeperOptions;
  private readonly who: string;
  private readonly backoff = new Backoff(1000, 60_000);
  private readonly underWay = new Map<number, UnderWay>();
  private readonly encoder = new TextEncoder();
  private sender: ProberProcess | undefined;
  /** Plugins whose code this sender has. */
  private readonly handed = new Set<string>();
  private againMs = -Infinity;
  private numbers = 0;
  private stopped = false;

  constructor(options: KeeperOptions) {
    this.options = options;
    this.who = options.who ?? "the sender";
  }

  /** Pid of what was started, 0 where nothing runs. */
  get pid(): number {
    return this.sender?.pid ?? 0;
  }

  post(job: PostJob, end: End): void {
    const sender = this.sender ?? this.start();
    if (sender === undefined) return end({ result: "later", says: "there is no sender just now" });
    if (job.plugin !== undefined && !this.handOver(job.plugin, sender))
      return end({ result: "later", says: `plugin ${job.plugin} is not loaded (swarms plugins says why)` });
    const number = ++this.numbers;
    this.underWay.set(number, { end, lateMs: this.options.clock.monoMs() + job.timeoutMs + GRACE_MS });
    const numbered: NumberedJob = { ...job, number };
    this.send(sender, SENDER_FRAME.post, numbered);
  }

  /** Call now and then: ends a sender that owes an answer for too long. */
  turn(): void {
    const nowMs = this.options.clock.monoMs();
    if ([...this.underWay.values()].some(({ lateMs }) => nowMs >= lateMs)) this.sender?.kill();
  }

  /** Plugins may have changed: the next thing to deliver is for a sender with the new ones. */
  renew(): void {
    if (this.handed.size > 0) this.sender?.kill();
  }

  private handOver(name: string, sender: ProberProcess): boolean {
    if (this.handed.has(name)) return true;
    const text = this.options.plugin?.(name);
    if (text === undefined) return false;
    const code: PluginCode = { name, text };
    this.send(sender, SENDER_FRAME.plugin, code);
    this.handed.add(name);
    return true;
  }

  private send(sender: ProberProcess, type: number, body: unknown): void {
    sender.channel.write(encodeFrame(type, this.encoder.encode(JSON.stringify(body))));
  }

  stop(): void {
    this.stopped = true;
    const { sender } = this;
    this.sender = undefined;
    this.underWay.clear();
    sender?.kill();
  }

  private start(): ProberProcess | undefined {
    const { clock, log, atLeisure } = this.options;
    const startedMs = clock.monoMs();
    if (this.stopped || startedMs < this.againMs) return undefined;
    const wanted = this.options.command();
    if (wanted === undefined) return this.later(0);
    const gone = (why: string): void => {
      if (this.sender !== sender) return;
      this.sender = undefined;
      this.handed.clear();
      const ranMs = clock.monoMs() - startedMs;
      this.later(ranMs);
      log(`${this.who} ${why}; another may start in ${Math.ceil((this.againMs - clock.monoMs()) / 1000)} s`);
      this.lost(why);
    };
    const events = { onEnd: gone, onLine: (line: string) => log(`${this.who}: ${line}`) };
    const sender = atLeisure(() => startProber(wanted, clock, events));
    this.sender = sender;
    const reader = new FrameReader();
    sender.channel.on("data", (chunk: Buffer) => {
      const frames = reader.push(chunk);
      const fault = frames.ok ? this.takeAll(frames.value) : frames.says;
      if (fault === undefined) return;
      log(`SW-WIRE: ${this.who} said what it may not (${fault}) and was ended`);
      sender.kill();
    });
    return sender;
  }

  private later(ranMs: number): undefined {
    this.againMs = this.options.clock.monoMs() + this.backoff.after(ranMs);
  }

  private lost(why: string): void {
    const waiting = [...this.underWay.values()];
    this.underWay.clear();
    for (const { end } of waiting) end({ result: "later", says: `${this.who} ${why}` });
  }

  /** What is wrong with them, where something is. */
  private takeAll(frames: readonly Frame[]): string | undefined {
    for (const { type, payload } of frames) {
      if (type !== SENDER_FRAME.answer) return `message type ${type}`;
      const body = parseJson(payload);
      const checked = body.ok ? answerSchema.safeParse(body.value) : undefined;
      if (checked?.success !== true) return checked?.error?.issues[0]?.message ?? "no JSON";
      const { number, ...answer } = checked.data;
      const found = this.underWay.get(number);
      this.underWay.delete(number);
      found?.end({ ...answer, says: printable(answer.says, 300) });
    }
    return undefined;
  }
}
