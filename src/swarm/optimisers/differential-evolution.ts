import { InitialDesign } from "./initial-design.ts";
import {
  type Population,
  anotherOf,
  clear,
  emptyPopulation,
  hasCollapsed,
  isStuck,
  membersOf,
  put,
  revise,
  seatFor,
} from "./population.ts";
import { type State, loadState, saveState } from "./state.ts";
import { type Strategy, type Surroundings, isShort } from "./strategy.ts";

/**
 * Differential evolution, DE/rand/1/bin (Storn and Price, "Differential evolution", Journal of Global Optimization 11,
 * 1997), in its steady-state form: a better trial takes its parent's place at once. Trials that leave the cube are put half-way between
 * the parent and the wall. When all stand at one place, another population begins.
 */
export class DifferentialEvolution implements Strategy {
  readonly name = "de";
  readonly carried = 0;
  private readonly encoding: Surroundings["encoding"];
  private readonly random: Surroundings["random"];
  private readonly count: number;
  private readonly factor: number;
  private readonly crossover: number;
  private readonly design: InitialDesign;
  readonly population: Population;
  private readonly turn: { next: number } & State = { next: 0 };

  constructor(
    around: Surroundings,
    {
      population: asked,
      factor = 0.5,
      crossover = 0.9,
    }: { population?: number; factor?: number; crossover?: number } = {},
  ) {
    const { encoding, random } = around;
    const usual = isShort(around) ? Math.max(8, 4 * encoding.size) : Math.max(20, Math.min(100, 10 * encoding.size));
    this.encoding = encoding;
    this.random = random;
    this.count = membersOf(asked, usual, 4);
    this.factor = factor;
    this.crossover = crossover;
    this.design = new InitialDesign(encoding.size, this.count, random);
    this.population = emptyPopulation(this.count, encoding.size);
  }

  propose(row: Float64Array): number {
    const parent = this.turn.next;
    this.turn.next = (parent + 1) % this.count;
    if (parent === 0 && (hasCollapsed(this.population) || isStuck(this.population))) clear(this.population);
    const [a, b, c] = this.others(parent);
    if (this.population.filled[parent] === 0 || c < 0) this.design.next(row);
    else this.trial(row, parent, a, b, c);
    return parent;
  }

  receive(parent: number, row: Float64Array, value: number, elite: number): void {
    const { population } = this;
    if (population.filled[parent] === 0 || value <= (population.values[parent] as number))
      put(population, parent, row, value, elite);
  }

  inject(row: Float64Array, value: number, elite: number): void {
    const seat = seatFor(this.population, value);
    if (seat >= 0) put(this.population, seat, row, value, elite);
  }

  revise(elite: number, value: number): void {
    revise(this.population, elite, value);
  }

  save(): unknown {
    return [this.design.state, this.population, this.turn].map((part) => saveState(part));
  }

  load(saved: unknown): boolean {
    const parts = [this.design.state, this.population, this.turn];
    return Array.isArray(saved) && parts.every((part, at) => loadState(part, saved[at]));
  }

  private trial(row: Float64Array, parent: number, a: number, b: number, c: number): void {
    const { random, factor, crossover } = this;
    const { size } = this.encoding;
    const { places } = this.population;
    const forced = random.below(size);
    for (let i = 0; i < size; i++) {
      const own = places[parent * size + i] as number;
      if (i !== forced && random.next() >= crossover) {
        row[i] = own;
        continue;
      }
      const step = factor * ((places[b * size + i] as number) - (places[c * size + i] as number));
      const moved = (places[a * size + i] as number) + step;
      row[i] = moved < 0 ? own / 2 : moved > 1 ? (own + 1) / 2 : moved;
    }
  }

  /** Three told members, different from each other and from the parent; the last is negative where there are not so many. */
  private others(parent: number): [number, number, number] {
    const { population, count, random } = this;
    const a = anotherOf(population, count, random, parent);
    const b = anotherOf(population, count, random, parent, a);
    return [a, b, anotherOf(population, count, random, parent, a, b)];
  }
}
