import { readFileSync } from "node:fs";
import { setTimeout as pause } from "node:timers/promises";
import { failed, ok, type Result } from "../../src/core/errors.ts";
import { listPids, readProcessStat } from "../../src/kernel/procfs.ts";
import type { LayerPort, RunningLayer } from "../../src/lab/layer.ts";
import { monotonicUs } from "../../src/lab/monotonic.ts";
import type { LayerFigures } from "./figures.ts";
import { changed, type Knobs } from "./setting.ts";

/**
 * How often the bench looks at the knobs: the kernel's files, not the layer's words. Often only until the first change has been
 * seen: reading some thirty files fifty times a second takes one part in twenty of a CPU, in the layer's rounds alone.
 */
const LOOK_MS = { first: 20, later: 500 } as const;
/** The sentinel notices at once; it reads the journal before it writes. */
const RESTORE_MS = 3000;
/** What is known once it has ended. */
type Ended = Pick<LayerFigures, "end" | "changeMs" | "left" | "changes">;

/** USER_HZ (time(7)). */
const TICKS_PER_SECOND = 100;

/** `swarms run` as one arm: started anew for each of its rounds, and really ended after it. */
export class LayerArm {
  private readonly port: LayerPort;
  private readonly note: string;
  private readonly knobs: Knobs;
  private running: RunningLayer | undefined;
  private watch: NodeJS.Timeout | undefined;
  private before: ReadonlyMap<string, string> = new Map();
  private seen: { atUs: number; says: string }[] = [];
  /** When its API first answered, CLOCK_MONOTONIC. */
  readyUs = 0;
  private cpu = 0;
  private sinceUs = 0;
  private measured = false;

  /** `note`: the file in which the layer says who it is. */
  constructor(port: LayerPort, note: string, knobs: Knobs) {
    this.port = port;
    this.note = note;
    this.knobs = knobs;
  }

  get layer(): RunningLayer | undefined {
    return this.running;
  }

  async start(): Promise<Result<void>> {
    this.before = this.knobs.read();
    this.seen = [];
    const first = await this.port.start();
    // A host that is busy may need longer once: one more chance, rather than a scenario that is lost.
    const started = first.ok ? first : await this.port.start();
    if (!started.ok) return started;
    this.running = started.value;
    this.readyUs = monotonicUs();
    let last = this.before;
    const look = (): void => {
      const now = this.knobs.read();
      const atUs = monotonicUs();
      for (const [knob, value] of now) if (last.get(knob) !== value) this.seen.push({ atUs, says: `${knob} ${value}` });
      last = now;
      this.watch = setTimeout(look, this.seen.length === 0 && !this.measured ? LOOK_MS.first : LOOK_MS.later).unref();
    };
    this.measured = false;
    look();
    return ok(undefined);
  }

  /** Waits until it has changed something; false where it did not within `seconds`. */
  async change(seconds: number, signal: AbortSignal): Promise<boolean> {
    const until = performance.now() + seconds * 1000;
    while (this.seen.length === 0 && performance.now() < until) await pause(LOOK_MS.first, undefined, { signal });
    return this.seen.length > 0;
  }

  measureFrom(): void {
    this.measured = true;
    this.sinceUs = monotonicUs();
    this.cpu = this.cpuSeconds();
  }

  /** After what was measured, before it is ended. */
  cores(): number {
    return (this.cpuSeconds() - this.cpu) / ((monotonicUs() - this.sinceUs) / 1e6);
  }

  async says(): Promise<Pick<LayerFigures, "reason" | "sensorCores">> {
    const status = await this.running?.status();
    if (status?.ok !== true) return { reason: "" };
    const { leases, sensors = [] } = status.value;
    const cores = sensors.flatMap((sensor) => sensor.cores ?? []);
    const reason = leases.at(-1)?.reason ?? "";
    return cores.length === 0 ? { reason } : { reason, sensorCores: cores.reduce((sum, each) => sum + each, 0) };
  }

  /** `end`: asked to (SIGTERM), or killed, so that what is left to put back is left to its sentinel. */
  async stop(end: LayerFigures["end"]): Promise<Result<Ended>> {
    const running = this.running;
    this.running = undefined;
    clearTimeout(this.watch);
    if (end === "killed" && running?.pid !== undefined) process.kill(running.pid, "SIGKILL");
    const obeyed = await running?.stop();
    if (end === "killed") await this.restored();
    if (obeyed === false) return failed("SW-LAB", "the layer did not end when asked to");
    const first = this.seen[0];
    return ok({
      end,
      changeMs: first === undefined ? -1 : Math.max(0, (first.atUs - this.readyUs) / 1000),
      left: changed(this.before, this.knobs.read()),
      changes: this.seen.map(({ atUs, says }) => ({ atSeconds: (atUs - this.sinceUs) / 1e6, says })),
    });
  }

  private async restored(): Promise<void> {
    const until = performance.now() + RESTORE_MS;
    while (performance.now() < until && changed(this.before, this.knobs.read()).length > 0) await pause(LOOK_MS.first);
  }

  /** CPU seconds of the layer's processes so far, those that they started included. */
  private cpuSeconds(): number {
    const root = this.running?.pid;
    if (root === undefined) return 0;
    const stats = listPids().flatMap((pid) => readProcessStat(pid) ?? []);
    const own = new Set([root, ...Object.values(this.noted())]);
    // Parents come before their children in all but a wrapped pid space; a second pass finds the rest.
    for (let pass = 0; pass < 2; pass++) for (const { pid, ppid } of stats) if (own.has(ppid)) own.add(pid);
    return stats.filter(({ pid }) => own.has(pid)).reduce((sum, { cpuTicks }) => sum + cpuTicks, 0) / TICKS_PER_SECOND;
  }

  /** Whoever is nobody's child any more. */
  private noted(): Record<string, number> {
    try {
      const { hive = 0, sentinel = 0 } = JSON.parse(readFileSync(this.note, "utf8")) as Record<string, number>;
      return { hive, sentinel };
    } catch {
      return {};
    }
  }
}
