import type { ChildProcess } from "node:child_process";
import { createInterface } from "node:readline";

/** What the stand-in for the hive says. Times in microseconds from the kernel's event, but for `atNs`. */
export interface HiveLine {
  readonly what: "decided" | "ended";
  readonly us: number;
  readonly heardUs?: number;
  readonly outcome?: string;
  readonly says?: string;
  readonly proposal?: string;
  /** CLOCK_MONOTONIC nanoseconds of the kernel's event. */
  readonly atNs?: number;
}

/** What the bench's warden says of one judgement; nanoseconds of CLOCK_MONOTONIC, which all processes of a host share. */
export interface Judged {
  readonly proposal: string;
  readonly beganNs: number;
  readonly endedNs: number;
  /** When it was judged, and the intent began to be written. */
  readonly judgedNs: number;
  /** Of a freeze: when every task of the group stood still; 0 where some were still on their way. */
  readonly stillNs: number;
  /** Nanoseconds that each record of the journal took. */
  readonly records: Readonly<Record<string, number>>;
}

/** What the warden says, line by line; its own remarks on its stages are kept apart. */
export class Lines {
  readonly judged = new Map<string, Judged>();
  private readonly waiting: string[] = [];
  private wake: (() => void) | undefined;

  constructor(child: ChildProcess) {
    if (child.stdout === null) throw new Error("no output");
    createInterface({ input: child.stdout }).on("line", (line) => {
      if (line.startsWith("stage: ")) return this.keep(JSON.parse(line.slice(7)) as Judged);
      this.waiting.push(line);
      this.wake?.();
    });
  }

  async until(holds: (line: string) => boolean, withinMs: number): Promise<string> {
    const end = performance.now() + withinMs;
    for (;;) {
      const line = this.waiting.shift();
      if (line !== undefined && holds(line)) return line;
      if (line !== undefined) continue;
      if (performance.now() > end) throw new Error(`nothing was said within ${withinMs} ms`);
      const { promise, resolve } = Promise.withResolvers<void>();
      this.wake = resolve;
      const timer = setTimeout(resolve, 50);
      await promise;
      clearTimeout(timer);
    }
  }

  /** The next of the hive's own lines, which come as "hive: {...}". */
  async hive(withinMs: number): Promise<HiveLine> {
    const line = await this.until((each) => each.includes("hive: {"), withinMs);
    return JSON.parse(line.slice(line.indexOf("hive: {") + 6)) as HiveLine;
  }

  /** What the warden says of the judgement on a proposal; undefined where it says nothing in time. */
  async stagesOf(proposal: string, withinMs: number): Promise<Judged | undefined> {
    const end = performance.now() + withinMs;
    while (!this.judged.has(proposal) && performance.now() < end)
      await new Promise((resolve) => setTimeout(resolve, 5));
    return this.judged.get(proposal);
  }

  private keep(judged: Judged): void {
    this.judged.set(judged.proposal, judged);
  }
}
