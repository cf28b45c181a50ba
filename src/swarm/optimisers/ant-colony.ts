import { InitialDesign } from "./initial-design.ts";
import {
  type Population,
  clear,
  emptyPopulation,
  hasCollapsed,
  membersOf,
  put,
  revise,
  seatFor,
} from "./population.ts";
import { type State, loadState, saveState } from "./state.ts";
import { type Strategy, type Surroundings, isShort } from "./strategy.ts";

export const ACO_R = {
  /** Socha and Dorigo 2008, table 2: solutions kept, and the evaporation of the width. */
  archive: 50,
  evaporation: 0.85,
  /** Locality: the smaller, the more ants follow the best alone. Theirs for the test functions is 0.0001; see docs/optimisers.md. */
  locality: 0.1,
} as const;

export interface AntTuning {
  readonly archive?: number;
  readonly locality?: number;
  readonly evaporation?: number;
}

/**
 * Ant colony optimisation in continuous domains, ACO_R (Socha and Dorigo, "Ant colony optimization for continuous domains", EJOR 185, 2008): the
 * pheromone is an archive of solutions; an ant chooses one by its rank and walks about it in every coordinate by a normal number
 * as wide as the others are far from it.
 */
export class AntColony implements Strategy {
  readonly name = "aco";
  readonly carried = 0;
  private readonly encoding: Surroundings["encoding"];
  private readonly random: Surroundings["random"];
  private readonly evaporation: number;
  private readonly count: number;
  private readonly design: InitialDesign;
  /** Best first, but for what was revised since the last answer. */
  private readonly archive: ReturnType<typeof emptyPopulation>;
  private readonly trail: State & { asked: number };
  /** Share of the ants that follow one of the first so many. */
  private readonly chances: Float64Array;

  constructor(around: Surroundings, tuning: AntTuning = {}) {
    const { encoding, random } = around;
    const usual = isShort(around) ? 5 + 2 * encoding.size : Math.min(ACO_R.archive, 8 + 4 * encoding.size);
    this.encoding = encoding;
    this.random = random;
    this.evaporation = tuning.evaporation ?? ACO_R.evaporation;
    this.count = membersOf(tuning.archive, usual, 3);
    this.design = new InitialDesign(encoding.size, this.count, random);
    this.archive = emptyPopulation(this.count, encoding.size);
    this.trail = { asked: 0 };
    this.chances = chancesOf(this.count, tuning.locality ?? ACO_R.locality);
  }

  get population(): Population {
    return this.archive;
  }

  propose(row: Float64Array): number {
    const { trail, archive, count } = this;
    // Half an archive is enough to walk by, where answers keep others waiting.
    const ready = archive.filled[trail.asked < 2 * count ? count - 1 : count >> 1] === 1;
    trail.asked++;
    if (trail.asked % count === 0 && hasCollapsed(archive)) {
      clear(archive);
      trail.asked = 0;
    }
    if (ready) this.walk(row);
    else this.design.next(row);
    return 0;
  }

  receive(_tag: number, row: Float64Array, value: number, elite: number): void {
    const seat = seatFor(this.archive, value);
    if (seat < 0) return;
    put(this.archive, seat, row, value, elite);
    this.settle(seat);
  }

  inject(row: Float64Array, value: number, elite: number): void {
    this.receive(0, row, value, elite);
  }

  revise(elite: number, value: number): void {
    revise(this.archive, elite, value);
    for (let at = 1; at < this.count; at++) this.settle(at);
  }

  save(): unknown {
    return [this.design.state, this.archive, this.trail].map((part) => saveState(part));
  }

  load(saved: unknown): boolean {
    const parts = [this.design.state, this.archive, this.trail];
    return Array.isArray(saved) && parts.every((part, at) => loadState(part, saved[at]));
  }

  private walk(row: Float64Array): void {
    const { random } = this;
    const { size } = this.encoding;
    const { places, filled } = this.archive;
    const drawn = random.next();
    let guide = 0;
    while ((this.chances[guide] as number) <= drawn && guide < this.count - 1 && filled[guide + 1] === 1) guide++;
    for (let i = 0; i < size; i++) {
      const at = places[guide * size + i] as number;
      let [sum, others] = [0, 0];
      for (let other = 0; other < this.count && filled[other] === 1; other++, others++)
        sum += Math.abs((places[other * size + i] as number) - at);
      row[i] = at + ((this.evaporation * sum) / Math.max(1, others - 1)) * random.normal();
    }
  }

  /** Moves one up, past those that are worse. */
  private settle(from: number): void {
    const { archive } = this;
    for (let at = from; at > 0 && (archive.values[at] as number) < (archive.values[at - 1] as number); at--)
      this.swap(at, at - 1);
  }

  private swap(a: number, b: number): void {
    const { size } = this.encoding;
    const { places, values, filled, elites } = this.archive;
    for (let i = 0; i < size; i++) {
      const place = places[a * size + i] as number;
      places[a * size + i] = places[b * size + i] as number;
      places[b * size + i] = place;
    }
    for (const array of [values, filled, elites]) {
      const kept = array[a] as number;
      array[a] = array[b] as number;
      array[b] = kept;
    }
  }
}

function chancesOf(count: number, locality: number): Float64Array {
  const width = 2 * (locality * count) ** 2;
  const weights = Float64Array.from({ length: count }, (_, rank) => Math.exp(-(rank * rank) / width));
  const total = weights.reduce((sum, weight) => sum + weight, 0);
  let sum = 0;
  return weights.map((weight) => (sum += weight / total));
}
