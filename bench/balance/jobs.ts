import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import type { ChildProcess } from "node:child_process";
import { failed, ok, type Result } from "../../src/core/errors.ts";
import { end } from "../../src/lab/crew.ts";
import { readWork } from "../../src/lab/work-counter.ts";
import { type Job, placementOf, type Stage } from "./scenario.ts";

const START_MS = 10_000;

/** One program of a job: its arguments, given the file of its count. */
export type JobProgram = (counter: string) => readonly string[];

/** Processes that work without end and count what they complete, in one group. They can be ended and started anew. */
export class CountedJob implements Job {
  readonly name: string;
  private readonly stage: Stage;
  private readonly program: JobProgram;
  private readonly processes: number;
  private running: { readonly child: ChildProcess; readonly counter: string }[] = [];
  private ended = 0;
  private starts = 0;

  constructor(stage: Stage, name: string, processes: number, program: JobProgram) {
    this.stage = stage;
    this.name = name;
    this.processes = processes;
    this.program = program;
  }

  work(): number {
    return this.running.reduce((sum, { counter }) => sum + readWork(counter), this.ended);
  }

  /** Resolves once each process has completed something, or at once where they run. */
  async start(wait = true): Promise<Result<void>> {
    if (this.running.length > 0) return ok(undefined);
    const { crew, folder } = this.stage.workplace;
    this.starts++;
    this.running = Array.from({ length: this.processes }, (_, i) => {
      const counter = join(folder, `${this.name}-${this.starts}-${i}.count`);
      const argv = this.program(counter);
      return { counter, child: crew.start({ name: this.name, argv, ...placementOf(this.stage, this.name) }) };
    });
    return wait ? await this.firstWork() : ok(undefined);
  }

  private async firstWork(): Promise<Result<void>> {
    const until = performance.now() + START_MS;
    while (!this.running.every(({ counter }) => readWork(counter) > 0)) {
      if (performance.now() > until || this.running.some(({ child }) => child.exitCode !== null))
        return failed("SW-LAB", `the batch job ${this.name} did not start`);
      await pause(50, undefined, { signal: this.stage.signal });
    }
    return ok(undefined);
  }

  async stop(): Promise<void> {
    const done = this.running;
    await Promise.all(done.map(({ child }) => end(child, 300)));
    this.ended += done.reduce((sum, { counter }) => sum + readWork(counter), 0);
    this.running = [];
  }
}
