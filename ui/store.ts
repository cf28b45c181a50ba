import { useEffect, useState } from "preact/hooks";
import type { EntityKey } from "../src/core/entity.ts";
import type { DepositInfo, LiveDocument, LiveFrame, ProcessList, ProcessRow } from "../src/core/live.ts";
import { Ring } from "./ring.ts";

export const KEPT = {
  /** Deposits in the list. */
  deposits: 500,
  /** Points of a plot: ten minutes at two frames a second. */
  points: 1200,
} as const;

/** Of one frame, for the plots. */
export interface Point {
  readonly atMs: number;
  readonly cpu: number | undefined;
  readonly memory: number | undefined;
  readonly io: number | undefined;
  readonly cores: number | undefined;
}

export type Connection = "connecting" | "live" | "lost";

/** Strongest pheromone on an entity, and how strong. */
export interface Heat {
  readonly pheromone: string;
  readonly concentration: number;
}

/** All that the page knows. Changes are told once a picture of the screen, however many there were. */
export class Store {
  connection: Connection = "connecting";
  live: LiveDocument | undefined;
  /** Why there is nothing newer. */
  trouble: LiveFrame["trouble"];
  host = "";
  own: LiveFrame["own"];
  /** Frames that this page read too late to get. */
  missed = 0;
  /** Deposits that were made too fast to be listed. */
  unlisted = 0;
  readonly deposits = new Ring<DepositInfo>(KEPT.deposits);
  readonly points = new Ring<Point>(KEPT.points);
  /** Cores by workload, for its small plot. */
  readonly cores = new Map<string, Ring<number>>();
  heat: ReadonlyMap<EntityKey, Heat> = new Map();
  readonly processes = new Map<EntityKey, ProcessRow>();
  /** Goes up with each change of the processes. */
  processesVersion = 0;
  cursor = 0;
  /** Deposits not yet drawn as pulses. */
  fresh: DepositInfo[] = [];
  private lastSeq = 0;
  private readonly listeners = new Set<() => void>();
  private asked = false;

  take(frame: LiveFrame): void {
    this.connection = "live";
    this.trouble = frame.trouble;
    this.host = frame.host;
    this.own = frame.own;
    if (frame.live !== undefined) this.takeLive(frame.live);
    this.changed();
  }

  lost(): void {
    this.connection = "lost";
    this.changed();
  }

  missedFrames(count: number): void {
    this.missed += count;
    this.changed();
  }

  takeProcesses({ cursor, whole, rows, gone }: ProcessList): void {
    this.cursor = cursor;
    if (!whole && rows.length === 0 && gone.length === 0) return;
    if (whole) this.processes.clear();
    for (const key of gone) this.processes.delete(key);
    for (const row of rows) this.processes.set(row.key, row);
    this.processesVersion++;
    this.changed();
  }

  subscribe(listener: () => void): () => void {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  }

  changed(): void {
    if (this.asked) return;
    this.asked = true;
    requestAnimationFrame(() => {
      this.asked = false;
      for (const listener of this.listeners) listener();
    });
  }

  private takeLive(live: LiveDocument): void {
    const before = this.live;
    this.live = live;
    if (before !== undefined && live.depositsTotal < this.lastSeq) this.restart();
    for (const deposit of live.deposits) this.takeDeposit(deposit);
    const heat = new Map<EntityKey, Heat>();
    // The strongest first: of each entity the first is kept.
    for (const { entity, pheromone, concentration } of live.heat)
      if (!heat.has(entity)) heat.set(entity, { pheromone, concentration });
    this.heat = heat;
    if (before?.status.atMs !== live.status.atMs) this.takePoint(live);
  }

  private takeDeposit(deposit: DepositInfo): void {
    if (deposit.seq <= this.lastSeq) return;
    if (this.lastSeq > 0) this.unlisted += deposit.seq - this.lastSeq - 1;
    this.lastSeq = deposit.seq;
    this.deposits.push(deposit);
    this.fresh.push(deposit);
    if (this.fresh.length > KEPT.deposits) this.fresh = this.fresh.slice(-KEPT.deposits);
  }

  private takePoint({ status }: LiveDocument): void {
    const { host, atMs, workloads } = status;
    this.points.push({
      atMs,
      cpu: host["pressure.cpu.some"],
      memory: host["pressure.memory.some"],
      io: host["pressure.io.some"],
      cores: host["cpu.cores"],
    });
    const there = new Set<string>();
    for (const { name, readings } of workloads) {
      there.add(name);
      const ring = this.cores.get(name) ?? new Ring<number>(60);
      ring.push(readings["cpu.cores"] ?? 0);
      this.cores.set(name, ring);
    }
    for (const name of this.cores.keys()) if (!there.has(name)) this.cores.delete(name);
  }

  /** Another run of the layer, which counts from one. */
  private restart(): void {
    this.lastSeq = 0;
    this.cursor = 0;
    this.deposits.clear();
    this.points.clear();
  }
}

export const store = new Store();

/** Draws again at each change of the store. */
export function useStore(): Store {
  const [, draw] = useState(0);
  useEffect(() => store.subscribe(() => draw((count) => count + 1)), []);
  return store;
}
