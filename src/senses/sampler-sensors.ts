import type { Result } from "../core/errors.ts";
import type { ProgramCost, SensorCost } from "../core/reading.ts";
import { enableRunStats, kernelMemory, programInfo, type ProgramInfo } from "../kernel/bpf-info.ts";
import type { MeasuredObject } from "./sampler-ports.ts";

/** What the kernel is asked; another in tests. */
export interface SensorPort {
  programInfo(fd: number): ProgramInfo | undefined;
  kernelMemory(fd: number): { readonly id: string; readonly bytes: number } | undefined;
  enableRunStats(): Result<{ close(): void }>;
}

const KERNEL: SensorPort = { programInfo, kernelMemory, enableRunStats };

/** Timing every run taxes every eBPF program of the host, so it is on for one second a minute, or of ten while somebody looks; for longer where turns are rare, and then as much rarer. */
const WINDOW_MS = 1000;
const ALONE_MS = 60_000;
const WATCHED_MS = 10_000;

interface Window {
  readonly sinceMs: number;
  readonly before: ReadonlyMap<number, ProgramInfo>;
  readonly stats: { close(): void };
}

/** What each sensor takes from the host, measured in short windows by the turns of the sampler. */
export class SensorMeter {
  watching = false;
  private readonly port: SensorPort;
  private window: Window | undefined;
  private lastMs: number | undefined;
  /** How long the last window was: until the turn that ended it. */
  private windowMs = WINDOW_MS;

  constructor(port: SensorPort = KERNEL) {
    this.port = port;
  }

  /** Costs where they were measured anew: at the end of a window; without rates at the first turn, and where the kernel keeps no statistics. */
  turn(objects: readonly MeasuredObject[], monoMs: number): readonly SensorCost[] | undefined {
    const { window } = this;
    if (window !== undefined)
      return monoMs - window.sinceMs < WINDOW_MS ? undefined : this.finish(window, objects, monoMs);
    const first = this.lastMs === undefined;
    const pauseMs = ((this.watching ? WATCHED_MS : ALONE_MS) * this.windowMs) / WINDOW_MS;
    if (!first && monoMs - (this.lastMs ?? 0) < pauseMs) return undefined;
    this.lastMs = monoMs;
    const began = this.begin(objects, monoMs);
    return first || !began ? this.costs(objects) : undefined;
  }

  close(): void {
    this.window?.stats.close();
    this.window = undefined;
  }

  private begin(objects: readonly MeasuredObject[], sinceMs: number): boolean {
    const stats = this.port.enableRunStats();
    if (!stats.ok) return false;
    const infos = programsOf(objects).flatMap(([, fd]) => this.port.programInfo(fd) ?? []);
    this.window = { sinceMs, before: new Map(infos.map((info) => [info.id, info])), stats: stats.value };
    return true;
  }

  private finish(window: Window, objects: readonly MeasuredObject[], monoMs: number): readonly SensorCost[] {
    this.windowMs = Math.max(WINDOW_MS, monoMs - window.sinceMs);
    const costs = this.costs(objects, { before: window.before, elapsedMs: monoMs - window.sinceMs });
    this.close();
    return costs;
  }

  private costs(objects: readonly MeasuredObject[], over?: Over): SensorCost[] {
    const counted = new Set<string>();
    return objects.map((object) => {
      const { programs, maps } = object.descriptors();
      const bytes = [...programs.values(), ...maps].reduce((sum, fd) => {
        const memory = this.port.kernelMemory(fd);
        if (memory === undefined || counted.has(memory.id)) return sum;
        counted.add(memory.id);
        return sum + memory.bytes;
      }, 0);
      const costs = [...programs].flatMap(([name, fd]) => {
        const info = this.port.programInfo(fd);
        return info === undefined ? [] : [programCost(name, info, over)];
      });
      const cores =
        over && costs.reduce((sum, { runsPerSecond = 0, meanNs = 0 }) => sum + (runsPerSecond * meanNs) / 1e9, 0);
      return {
        name: object.name.replace(/^swarms_/, ""),
        bytes,
        ...(cores !== undefined && { cores }),
        programs: costs,
      };
    });
  }
}

interface Over {
  readonly before: ReadonlyMap<number, ProgramInfo>;
  readonly elapsedMs: number;
}

/** A program that was attached during the window has no rates yet. */
function programCost(name: string, info: ProgramInfo, over: Over | undefined): ProgramCost {
  const { id, missed } = info;
  const before = over?.before.get(id);
  if (over === undefined || before === undefined || over.elapsedMs <= 0) return { name, id, missed };
  const runs = info.runs - before.runs;
  const meanNs = runs > 0 ? (info.runTimeNs - before.runTimeNs) / runs : 0;
  return { name, id, runsPerSecond: (runs * 1000) / over.elapsedMs, meanNs, missed };
}

function programsOf(objects: readonly MeasuredObject[]): [string, number][] {
  return objects.flatMap((object) => [...object.descriptors().programs]);
}
