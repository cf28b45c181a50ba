import { InitialDesign } from "./initial-design.ts";
import { membersOf } from "./population.ts";
import { loadState, saveState } from "./state.ts";
import type { Strategy, Surroundings } from "./strategy.ts";

/**
 * Evenly at random, stratified: each run of `strata` points is a Latin hypercube (McKay, Beckman and Conover 1979), one
 * point to each layer of each dimension; with `strata` 1, plainly at random. What every other optimiser has to
 * beat, and at a handful of evaluations often does not.
 */
export class RandomSearch implements Strategy {
  readonly name = "random";
  readonly carried = 0;
  private readonly design: InitialDesign;

  constructor({ encoding, random }: Surroundings, strata?: number) {
    this.design = new InitialDesign(encoding.size, membersOf(strata, 4 * encoding.size, 1), random);
  }

  propose(row: Float64Array): number {
    this.design.next(row);
    return 0;
  }

  receive(): void {}
  inject(): void {}
  revise(): void {}

  save(): unknown {
    return saveState(this.design.state);
  }

  load(saved: unknown): boolean {
    return loadState(this.design.state, saved);
  }
}
