import type { FieldView, PheromoneSpec } from "../core/agent.ts";
import type { EntityKey } from "../core/entity.ts";
import { decayRate, remaining } from "./evaporation.ts";
import { goldenStride } from "./golden-stride.ts";
import { NONE, TraceTable } from "./trace-table.ts";

export const FIELD = {
  capacity: 65_536,
  /** Longer names are refused: a field of 65,536 traces then holds 32 MB of them at most, 64 where not Latin. */
  maxEntityLength: 512,
  maxSourceLength: 64,
  /** Traces in one bucket, so of one entity, over all pheromones: bounds every walk along a chain. */
  maxPerBucket: 64,
  /** A trace below this is as good as gone: first to make room. */
  evaporated: 1e-6,
  /** What people are shown starts here. */
  faint: 0.01,
  /** Traces compared for making room: at least, and at most while all of them are stronger than the newcomer. */
  sample: { least: 4, most: 32 },
} as const;

export interface FieldOptions {
  /** Traces; one is one source of one pheromone on one entity. */
  readonly capacity?: number;
  /** At most 256. */
  readonly pheromones: Readonly<Record<string, PheromoneSpec>>;
  /** Of the hash of names; a random one keeps those who choose names from choosing whose traces they push out. */
  readonly seed?: number;
}

/** All sources of one pheromone on one entity. */
export interface Signal {
  readonly entity: EntityKey;
  readonly pheromone: string;
  readonly concentration: number;
  /** Strongest first. */
  readonly sources: readonly string[];
}

/**
 * The store of all pheromones, and the only way agents talk to each other: stigmergy (Grassé 1959). A concentration
 * is kept as an amount and its time, and evaporates when it is read: no ticks, no timers, no clock but what `advance` says.
 *
 * Bounded whatever is thrown at it. When full, a newcomer always gets in, since what is new may be what matters,
 * and the weakest of a sample gives way: four traces along a golden-ratio stride, which spreads any run of samples
 * evenly, more while all are stronger than the newcomer. So a flood of weak traces washes out
 * itself, not the strong.
 */
export class Field implements FieldView {
  private readonly table: TraceTable;
  private readonly names: readonly string[];
  private readonly indices: ReadonlyMap<string, number>;
  private readonly caps: Float64Array;
  private readonly rates: Float64Array;
  private readonly sums: Float64Array;
  private readonly stride: number;
  private hand = 0;
  private nowMs = 0;
  private evictedCount = 0;
  private refusedCount = 0;

  constructor(options: FieldOptions) {
    const specs = Object.values(options.pheromones);
    this.names = Object.keys(options.pheromones);
    if (this.names.length > 256) throw new RangeError(`${this.names.length} pheromones: 256 are possible`);
    this.table = new TraceTable(options.capacity ?? FIELD.capacity, options.seed);
    this.indices = new Map(this.names.map((name, index) => [name, index]));
    this.caps = Float64Array.from(specs, ({ cap }) => cap);
    this.rates = Float64Array.from(specs, ({ halfLifeMs }) => decayRate(halfLifeMs));
    this.sums = new Float64Array(specs.length);
    this.stride = goldenStride(this.table.capacity);
  }

  /** Sets the time, monotonic milliseconds. An earlier time changes nothing. */
  advance(nowMs: number): void {
    if (nowMs > this.nowMs && nowMs < Infinity) this.nowMs = nowMs;
  }

  /**
   * Adds to one source's concentration, up to the pheromone's cap, and gives the new one. Refused, with 0 and without
   * effect: an amount that is negative or not finite, a pheromone that is not in the table, a name empty or too long.
   */
  deposit(entity: EntityKey, pheromone: string, source: string, amount: number): number {
    const index = this.indices.get(pheromone);
    if (index === undefined || !(amount >= 0 && amount < Infinity) || !isName(entity, source)) {
      this.refusedCount++;
      return 0;
    }
    const { table } = this;
    const hash = table.hash(entity);
    let slot = table.find(hash, entity, index, source);
    if (slot === NONE) {
      if (amount === 0) return 0;
      this.makeRoom(hash, amount);
      slot = table.add(hash, entity, index, source);
    }
    const concentration = Math.min(this.caps[index] ?? 0, this.at(slot) + amount);
    table.amount[slot] = concentration;
    table.atMs[slot] = this.nowMs;
    return concentration;
  }

  concentration(entity: EntityKey, pheromone: string): number {
    const { table } = this;
    const index = this.indices.get(pheromone);
    const hash = table.hash(entity);
    let sum = 0;
    for (let slot = table.first(hash); slot !== NONE; slot = table.after(slot))
      if (table.pheromone[slot] === index && table.isOf(slot, hash, entity)) sum += this.at(slot);
    return sum;
  }

  bySource(entity: EntityKey, pheromone: string): ReadonlyMap<string, number> {
    const { table } = this;
    const index = this.indices.get(pheromone);
    const hash = table.hash(entity);
    let sources: Map<string, number> | undefined;
    for (let slot = table.first(hash); slot !== NONE; slot = table.after(slot)) {
      if (table.pheromone[slot] !== index || !table.isOf(slot, hash, entity)) continue;
      const concentration = this.at(slot);
      if (concentration > 0) (sources ??= new Map()).set(table.sourceOf(slot), concentration);
    }
    return sources ?? NO_SOURCES;
  }

  /** The `n` strongest signals, of one pheromone or of all, strongest first; without the faint. Looks at every trace. */
  strongest(n: number, pheromone?: string): Signal[] {
    const only = pheromone === undefined ? undefined : this.indices.get(pheromone);
    if (pheromone !== undefined && only === undefined) return [];
    const top: { readonly entity: EntityKey; readonly pheromone: string; readonly concentration: number }[] = [];
    let least: number = FIELD.faint;
    for (let slot = 0; slot < this.table.capacity; slot++) {
      const entity = this.table.entityOf(slot);
      if (entity === "" || !this.sum(slot, entity)) continue;
      for (let index = 0; index < this.sums.length; index++) {
        const concentration = this.sums[index] ?? 0;
        if (concentration < least || (only !== undefined && index !== only)) continue;
        top.push({ entity, pheromone: this.names[index] ?? "", concentration });
        if (top.length < 2 * n + 16) continue;
        keepStrongest(top, n);
        least = Math.max(least, top.at(-1)?.concentration ?? Infinity);
      }
    }
    keepStrongest(top, n);
    return top.map(({ entity, pheromone, concentration }) => {
      return { entity, pheromone, concentration, sources: this.sourcesOf(entity, pheromone) };
    });
  }

  /** Forgets an entity; gives the number of traces it had. */
  erase(entity: EntityKey): number {
    const { table } = this;
    const hash = table.hash(entity);
    let erased = 0;
    for (let slot = table.first(hash); slot !== NONE;) {
      const next = table.after(slot);
      if (table.isOf(slot, hash, entity)) {
        table.remove(slot);
        erased++;
      }
      slot = next;
    }
    return erased;
  }

  /** Traces held, the evaporated among them that nobody needed the room of. */
  get size(): number {
    return this.table.size;
  }

  /** Traces that made room for others. */
  get evicted(): number {
    return this.evictedCount;
  }

  /** Deposits that were refused. */
  get refused(): number {
    return this.refusedCount;
  }

  private at(slot: number): number {
    const { amount, atMs, pheromone } = this.table;
    return remaining(amount[slot] ?? 0, this.nowMs - (atMs[slot] ?? 0), this.rates[pheromone[slot] ?? 0] ?? 0);
  }

  /** Makes sure that a trace can be added to a bucket. */
  private makeRoom(hash: number, newcomer: number): void {
    const first = this.table.first(hash);
    let weakest = NONE;
    if (this.isCrowded(first)) weakest = this.weakestOfChain(first);
    else if (this.table.full) weakest = this.weakestOfSample(newcomer);
    if (weakest === NONE) return;
    this.table.remove(weakest);
    this.evictedCount++;
  }

  private isCrowded(first: number): boolean {
    let traces = 0;
    for (let slot = first; slot !== NONE; slot = this.table.after(slot)) traces++;
    return traces >= FIELD.maxPerBucket;
  }

  private weakestOfChain(first: number): number {
    let weakest = first;
    for (let slot = first; slot !== NONE; slot = this.table.after(slot))
      if (this.at(slot) < this.at(weakest)) weakest = slot;
    return weakest;
  }

  private weakestOfSample(newcomer: number): number {
    const { least, most } = FIELD.sample;
    let weakest = NONE;
    let lowest = Infinity;
    for (let seen = 0; seen < most && lowest >= (seen < least ? FIELD.evaporated : newcomer); seen++) {
      this.hand = (this.hand + this.stride) % this.table.capacity;
      const concentration = this.at(this.hand);
      if (concentration >= lowest) continue;
      lowest = concentration;
      weakest = this.hand;
    }
    return weakest;
  }

  /** All of an entity into `sums`, by pheromone; false where its bucket has another trace of it before this one. */
  private sum(slot: number, entity: string): boolean {
    const { table, sums } = this;
    const hash = table.hashOf(slot);
    let at = table.first(hash);
    while (!table.isOf(at, hash, entity)) at = table.after(at);
    if (at !== slot) return false;
    sums.fill(0);
    for (; at !== NONE; at = table.after(at)) {
      const index = table.pheromone[at] ?? 0;
      if (table.isOf(at, hash, entity)) sums[index] = (sums[index] ?? 0) + this.at(at);
    }
    return true;
  }

  private sourcesOf(entity: EntityKey, pheromone: string): string[] {
    const sources = [...this.bySource(entity, pheromone)].sort(([, a], [, b]) => b - a);
    return sources
      .filter(([, concentration], rank) => rank === 0 || concentration >= FIELD.faint)
      .map(([name]) => name);
  }
}

/** Most entities that are asked about have no traces: each fork asks twice. */
const NO_SOURCES: ReadonlyMap<string, number> = new Map();

function isName(entity: string, source: string): boolean {
  return (
    entity.length > 0 &&
    entity.length <= FIELD.maxEntityLength &&
    source.length > 0 &&
    source.length <= FIELD.maxSourceLength
  );
}

function keepStrongest(signals: { readonly concentration: number }[], n: number): void {
  signals.sort((a, b) => b.concentration - a.concentration);
  signals.length = Math.min(signals.length, Math.max(0, n));
}
