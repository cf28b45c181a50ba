import { z } from "zod";
import type { Clock } from "../core/clock.ts";
import type { ReadingName } from "../core/reading.ts";
import { parseJson } from "../core/wire/codec.ts";
import { encodeFrame, type Frame, FrameReader } from "../core/wire/frame.ts";
import { PROBER_FRAME, type ProberJob, type ProberNumbers } from "../core/wire/prober.ts";
import { numbersHoldMs, objectiveReadings } from "../senses/objective-readings.ts";
import { Backoff } from "./backoff.ts";
import { type ProberCommand, type ProberProcess, startProber } from "./prober-start.ts";

interface KeeperOptions {
  readonly clock: Clock;
  /** Asked when the first prober is needed: a host without objectives has none. */
  command(): ProberCommand | undefined;
  log(says: string): void;
}

/** What a prober may say. It reads what strangers serve, so it counts as taken over. */
const numbersSchema = z.strictObject({
  workload: z.string().max(64),
  value: z.number().min(-1e300).max(1e300).exactOptional(),
  samples: z.number().min(0).max(1e15),
  p50Ms: z.number().min(0).max(1e7).exactOptional(),
  p99Ms: z.number().min(0).max(1e7).exactOptional(),
  failures: z.number().min(0).max(1),
});

/** Frames that a prober may send in a second: two for each of 256 workloads, four times over. */
const MOST_FRAMES = 2048;

interface Latest {
  readonly numbers: ProberNumbers;
  readonly atMs: number;
}

/** Keeps one prober alive while there is something to measure, and what it said last. */
export class ProberKeeper {
  private readonly options: KeeperOptions;
  private readonly backoff = new Backoff(1000, 60_000);
  private readonly latest = new Map<string, Latest>();
  private jobs: readonly ProberJob[] = [];
  private prober: ProberProcess | undefined;
  private restart: NodeJS.Timeout | undefined;
  private frames = { sinceMs: 0, count: 0 };

  constructor(options: KeeperOptions) {
    this.options = options;
  }

  /** Pid of what was started, 0 where nothing runs. */
  get pid(): number {
    return this.prober?.pid ?? 0;
  }

  /** From now on these. */
  measure(jobs: readonly ProberJob[]): void {
    this.jobs = jobs;
    const named = new Set(jobs.map(({ workload }) => workload));
    for (const name of this.latest.keys()) if (!named.has(name)) this.latest.delete(name);
    if (jobs.length === 0) return this.stop();
    if (this.prober === undefined) this.start();
    else this.tell();
  }

  /** Readings of one declared workload's objective; none where nothing was heard lately. */
  readingsOf(workload: string): readonly [ReadingName, number][] {
    const job = this.jobs.find((each) => each.workload === workload);
    const latest = this.latest.get(workload);
    if (job === undefined || latest === undefined) return [];
    const ageMs = this.options.clock.monoMs() - latest.atMs;
    return ageMs <= numbersHoldMs(job) ? objectiveReadings(job, latest.numbers) : [];
  }

  stop(): void {
    clearTimeout(this.restart);
    this.restart = undefined;
    this.jobs = [];
    this.latest.clear();
    const { prober } = this;
    this.prober = undefined;
    prober?.kill();
  }

  private start(): void {
    const { clock, log } = this.options;
    const wanted = this.options.command();
    if (wanted === undefined) return;
    const startedMs = clock.monoMs();
    const gone = (why: string): void => {
      if (this.prober !== prober) return;
      this.prober = undefined;
      const againMs = this.backoff.after(clock.monoMs() - startedMs);
      log(`the prober ${why}; another starts in ${againMs / 1000} s`);
      this.restart = setTimeout(() => this.jobs.length > 0 && this.start(), againMs);
    };
    const prober = startProber(wanted, clock, { onEnd: gone, onLine: (line) => log(`prober: ${line}`) });
    this.prober = prober;
    this.frames = { sinceMs: startedMs, count: 0 };
    const reader = new FrameReader();
    prober.channel.on("data", (chunk: Buffer) => {
      const frames = reader.push(chunk);
      const fault = frames.ok ? this.takeAll(frames.value) : frames.says;
      if (fault === undefined) return;
      log(`SW-WIRE: the prober said what it may not (${fault}) and was ended`);
      prober.kill();
    });
    this.tell();
  }

  private tell(): void {
    const jobs = new TextEncoder().encode(JSON.stringify(this.jobs));
    this.prober?.channel.write(encodeFrame(PROBER_FRAME.jobs, jobs));
  }

  /** What is wrong with them, where something is. */
  private takeAll(frames: readonly Frame[]): string | undefined {
    const nowMs = this.options.clock.monoMs();
    if (nowMs - this.frames.sinceMs >= 1000) this.frames = { sinceMs: nowMs, count: 0 };
    this.frames.count += frames.length;
    if (this.frames.count > MOST_FRAMES) return `${this.frames.count} messages in a second`;
    for (const { type, payload } of frames) {
      if (type !== PROBER_FRAME.numbers) return `message type ${type}`;
      const body = parseJson(payload);
      const checked = body.ok ? numbersSchema.safeParse(body.value) : undefined;
      if (checked?.success !== true) return checked?.error?.issues[0]?.message ?? "no JSON";
      // Of a job of before: not asked for any more.
      if (this.jobs.some(({ workload }) => workload === checked.data.workload))
        this.latest.set(checked.data.workload, { numbers: checked.data, atMs: nowMs });
    }
    return undefined;
  }
}
