import { InitialDesign } from "./initial-design.ts";
import {
  type Population,
  anotherOf,
  clear,
  emptyPopulation,
  hasCollapsed,
  membersOf,
  put,
  revise,
  seatFor,
} from "./population.ts";
import { type State, loadState, saveState } from "./state.ts";
import type { Strategy, Surroundings } from "./strategy.ts";

export const SHADE = {
  /** Tanabe and Fukunaga 2014, table I: length of the memory, share of the best, archive for each member. */
  memory: 6,
  best: 0.11,
  archive: 2.6,
} as const;

/** Measured on BBOB, see docs/optimisers.md: fewer than these miss more of the targets, more are slower to the first of them. */
const usualCount = (size: number): number => Math.max(12, Math.min(5 * size, Math.max(25, 3 * size)));

export interface ShadeTuning {
  readonly population?: number;
  /** Measurements after which the population shall have shrunk to four (L-SHADE); without it, it stays. */
  readonly budget?: number;
}

/**
 * Differential evolution that learns its factors: SHADE with current-to-pbest/1/bin and an archive of those replaced, and with a budget L-SHADE,
 * whose population shrinks (Tanabe and Fukunaga, "Improving the search performance of SHADE using linear population size
 * reduction", CEC 2014; after JADE, Zhang and Sanderson, IEEE TEC 13, 2009). In its steady-state form: what works is remembered after
 * as many answers as the population has members.
 */
export class AdaptiveEvolution implements Strategy {
  readonly name = "shade";
  /** The factor and the crossover rate of a trial. */
  readonly carried = 2;
  private readonly encoding: Surroundings["encoding"];
  private readonly random: Surroundings["random"];
  private readonly count: number;
  private readonly budget: number;
  private readonly design: InitialDesign;
  private readonly members: ReturnType<typeof emptyPopulation>;
  private readonly archive: ReturnType<typeof emptyPopulation>;
  private readonly memory: State & {
    next: number;
    /** Answers, and members that take part. */
    told: number;
    alive: number;
    archived: number;
    /** Of the memory, the place that is written next. */
    slot: number;
    readonly factors: Float64Array;
    readonly rates: Float64Array;
    /** Sums over the successes since the memory was written: weight, w F, w F², w CR, w CR². */
    readonly sums: Float64Array;
  };

  constructor(around: Surroundings, { population, budget }: ShadeTuning = {}) {
    const { encoding, random, evaluations } = around;
    this.encoding = encoding;
    this.random = random;
    this.budget = budget ?? (evaluations < Infinity ? evaluations : 0);
    this.count = membersOf(population, usualCount(encoding.size), 4);
    this.design = new InitialDesign(encoding.size, this.count, random);
    this.members = emptyPopulation(this.count, encoding.size);
    this.archive = emptyPopulation(Math.round(SHADE.archive * this.count), encoding.size);
    this.memory = {
      next: 0,
      told: 0,
      alive: this.count,
      archived: 0,
      slot: 0,
      factors: new Float64Array(SHADE.memory).fill(0.5),
      rates: new Float64Array(SHADE.memory).fill(0.5),
      sums: new Float64Array(5),
    };
  }

  /** Without those that were dropped, whose places are still written down. */
  get population(): Population {
    const { members, memory } = this;
    const { alive } = memory;
    return {
      places: members.places.subarray(0, alive * this.encoding.size),
      values: members.values.subarray(0, alive),
      filled: members.filled.subarray(0, alive),
      elites: members.elites.subarray(0, alive),
    };
  }

  propose(row: Float64Array): number {
    const { memory, members } = this;
    if (memory.next >= memory.alive) {
      memory.next = 0;
      if (hasCollapsed(members)) this.beginAnew();
    }
    const parent = memory.next++;
    const other = this.member(parent, parent);
    if (members.filled[parent] === 0 || other < 0) this.design.next(row);
    else this.trial(row, parent, other);
    return parent;
  }

  receive(parent: number, row: Float64Array, value: number, elite: number): void {
    const { members, memory } = this;
    const before = members.values[parent] as number;
    if (parent >= memory.alive) return;
    if (members.filled[parent] === 0) put(members, parent, row, value, elite);
    else if (value <= before) {
      if (value < before) this.remember(parent, row, before - value);
      put(members, parent, row, value, elite);
    }
    memory.told++;
    if (memory.told % memory.alive === 0) this.learn();
  }

  inject(row: Float64Array, value: number, elite: number): void {
    const seat = seatFor(this.members, value);
    if (seat >= 0 && seat < this.memory.alive) put(this.members, seat, row, value, elite);
  }

  revise(elite: number, value: number): void {
    revise(this.members, elite, value);
  }

  save(): unknown {
    return [this.design.state, this.members, this.archive, this.memory].map((part) => saveState(part));
  }

  load(saved: unknown): boolean {
    const parts = [this.design.state, this.members, this.archive, this.memory];
    return Array.isArray(saved) && parts.every((part, at) => loadState(part, saved[at]));
  }

  private beginAnew(): void {
    clear(this.members);
    this.memory.archived = 0;
    this.memory.factors.fill(0.5);
    this.memory.rates.fill(0.5);
  }

  private trial(row: Float64Array, parent: number, other: number): void {
    const { random, memory } = this;
    const { size } = this.encoding;
    const { places } = this.members;
    const slot = random.below(SHADE.memory);
    const rate = Math.min(1, Math.max(0, (memory.rates[slot] as number) + 0.1 * random.normal()));
    const factor = this.factor(memory.factors[slot] as number);
    const best = this.oneOfTheBest() * size;
    const [far, from] = this.anyone(parent, other);
    const forced = random.below(size);
    for (let i = 0; i < size; i++) {
      const own = places[parent * size + i] as number;
      row[i] = own;
      if (i !== forced && random.next() >= rate) continue;
      const towards = (places[best + i] as number) - own;
      const moved = own + factor * (towards + (places[other * size + i] as number) - (far[from + i] as number));
      row[i] = moved < 0 ? own / 2 : moved > 1 ? (own + 1) / 2 : moved;
    }
    row[size] = factor;
    row[size + 1] = rate;
  }

  /** After Cauchy, in (0, 1]. */
  private factor(around: number): number {
    for (;;) {
      const drawn = around + 0.1 * Math.tan(Math.PI * (this.random.next() - 0.5));
      if (drawn > 0) return Math.min(1, drawn);
    }
  }

  private oneOfTheBest(): number {
    const { members, memory, random } = this;
    const most = Math.max(2, Math.round(SHADE.best * memory.alive));
    const wanted = 1 + random.below(most);
    // The rank of few is found faster by looking than by sorting.
    let [bound, found] = [-Infinity, 0];
    for (let rank = 0; rank < wanted; rank++) {
      let least = Infinity;
      for (let at = 0; at < memory.alive; at++) {
        const value = members.values[at] as number;
        if (value > bound && value < least) [least, found] = [value, at];
      }
      bound = least;
    }
    return found;
  }

  /** A member or one of the archive: where it is kept, and from where on. */
  private anyone(parent: number, other: number): [Float64Array, number] {
    const { memory, archive, members, random } = this;
    const { size } = this.encoding;
    const archived = Math.min(memory.archived, archive.values.length);
    const at = random.below(memory.alive + archived);
    if (at >= memory.alive) return [archive.places, (at - memory.alive) * size];
    const third = this.member(parent, other);
    return [members.places, (third < 0 ? parent : third) * size];
  }

  /** Negative where there is none. */
  private member(not: number, nor: number): number {
    return anotherOf(this.members, this.memory.alive, this.random, not, nor);
  }

  private remember(parent: number, row: Float64Array, gain: number): void {
    const { memory, archive, members, random } = this;
    const { size } = this.encoding;
    const seats = archive.values.length;
    const seat = memory.archived < seats ? memory.archived : random.below(seats);
    archive.places.set(members.places.subarray(parent * size, (parent + 1) * size), seat * size);
    memory.archived = Math.min(seats, memory.archived + 1);
    const [factor, rate] = [row[size] as number, row[size + 1] as number];
    // One who was worst of all gains without measure.
    const weight = gain < Infinity ? gain : 1;
    [1, factor, factor * factor, rate, rate * rate].forEach(
      (part, at) => (memory.sums[at] = (memory.sums[at] as number) + weight * part),
    );
  }

  /** Weighted Lehmer means of what worked; and those that the budget no longer feeds are let go. */
  private learn(): void {
    const { memory } = this;
    const [weight = 0, f = 0, ff = 0, cr = 0, crcr = 0] = memory.sums;
    if (weight > 0 && f > 0) {
      memory.factors[memory.slot] = ff / f;
      memory.rates[memory.slot] = cr > 0 ? crcr / cr : 0;
      memory.slot = (memory.slot + 1) % SHADE.memory;
    }
    memory.sums.fill(0);
    if (this.budget <= 0) return;
    const left = this.count + ((4 - this.count) * memory.told) / this.budget;
    while (memory.alive > Math.max(4, Math.round(left))) this.dropWorst();
  }

  private dropWorst(): void {
    const { members, memory } = this;
    const { size } = this.encoding;
    let worst = 0;
    for (let at = 1; at < memory.alive; at++)
      if ((members.values[at] as number) > (members.values[worst] as number)) worst = at;
    const last = --memory.alive;
    members.places.copyWithin(worst * size, last * size, (last + 1) * size);
    for (const array of [members.values, members.filled, members.elites]) array[worst] = array[last] as number;
  }
}
