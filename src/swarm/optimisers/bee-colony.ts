import { InitialDesign } from "./initial-design.ts";
import { type Population, anotherOf, emptyPopulation, membersOf, put, revise, seatFor } from "./population.ts";
import { type State, loadState, saveState } from "./state.ts";
import type { Strategy, Surroundings } from "./strategy.ts";

/**
 * Artificial bee colony (Karaboga, "An idea based on honey bee swarm for numerical optimization", TR06, 2005; Karaboga and Basturk 2007):
 * employed bees look beside each source in turn, onlookers beside the better ones, and a source that is not bettered for long is left for a
 * new one. Sources are chosen by rank, not by value, so that adding a constant to all values changes nothing.
 */
export class BeeColony implements Strategy {
  readonly name = "abc";
  readonly carried = 0;
  private readonly encoding: Surroundings["encoding"];
  private readonly random: Surroundings["random"];
  private readonly count: number;
  private readonly patience: number;
  private readonly design: InitialDesign;
  private readonly sources: ReturnType<typeof emptyPopulation>;
  private readonly colony: State & {
    /** In a round: first all sources in turn, then as many onlookers. */
    next: number;
    readonly failures: Float64Array;
  };

  constructor(
    { encoding, random }: Surroundings,
    { sources, patience = 0 }: { sources?: number; patience?: number } = {},
  ) {
    this.encoding = encoding;
    this.random = random;
    this.count = membersOf(sources, Math.max(6, Math.min(25, 2 * encoding.size)), 2);
    this.patience = patience > 0 ? patience : this.count * encoding.size;
    this.design = new InitialDesign(encoding.size, this.count, random);
    this.sources = emptyPopulation(this.count, encoding.size);
    this.colony = { next: 0, failures: new Float64Array(this.count) };
  }

  get population(): Population {
    return this.sources;
  }

  propose(row: Float64Array): number {
    const { colony, count } = this;
    const turn = colony.next;
    colony.next = (turn + 1) % (2 * count);
    if (turn === 0) this.sendScout();
    const source = turn < count ? turn : this.better();
    const other = anotherOf(this.sources, count, this.random, source);
    if (this.sources.filled[source] === 0 || other < 0) this.design.next(row);
    else this.beside(row, source, other);
    return source;
  }

  receive(source: number, row: Float64Array, value: number, elite: number): void {
    const { sources, colony } = this;
    const better = sources.filled[source] === 0 || value < (sources.values[source] as number);
    if (better) put(sources, source, row, value, elite);
    colony.failures[source] = better ? 0 : (colony.failures[source] as number) + 1;
  }

  inject(row: Float64Array, value: number, elite: number): void {
    const seat = seatFor(this.sources, value);
    if (seat >= 0) this.receive(seat, row, value, elite);
  }

  revise(elite: number, value: number): void {
    revise(this.sources, elite, value);
  }

  save(): unknown {
    return [this.design.state, this.sources, this.colony].map((part) => saveState(part));
  }

  load(saved: unknown): boolean {
    const parts = [this.design.state, this.sources, this.colony];
    return Array.isArray(saved) && parts.every((part, at) => loadState(part, saved[at]));
  }

  /** One coordinate moved towards another source or away from it. */
  private beside(row: Float64Array, source: number, other: number): void {
    const { random } = this;
    const { size } = this.encoding;
    const { places } = this.sources;
    for (let i = 0; i < size; i++) row[i] = places[source * size + i] as number;
    const axis = random.below(size);
    const own = row[axis] as number;
    const moved = own + (2 * random.next() - 1) * (own - (places[other * size + axis] as number));
    row[axis] = Math.min(1, Math.max(0, moved));
  }

  /** The better of two at random: the better half is chosen three times out of four. */
  private better(): number {
    const { random, count, sources } = this;
    const [a, b] = [random.below(count), random.below(count)];
    return (sources.values[a] as number) <= (sources.values[b] as number) ? a : b;
  }

  /** At most one a round, to the stead of what was tried in vain most often; the best is not remembered here, but around. */
  private sendScout(): void {
    const { failures } = this.colony;
    let tired = 0;
    for (let at = 1; at < this.count; at++) if ((failures[at] as number) > (failures[tired] as number)) tired = at;
    if ((failures[tired] as number) <= this.patience) return;
    failures[tired] = 0;
    this.sources.filled[tired] = 0;
    this.sources.values[tired] = Infinity;
  }
}
