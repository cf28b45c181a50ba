import type { RandomStream } from "../../core/random.ts";

/**
 * Places in the cube that fill it: in each run of `strata` the layers of every dimension are visited once, in an order
 * drawn by chance (Latin hypercube; McKay, Beckman and Conover, Technometrics 21, 1979).
 */
export class InitialDesign {
  /** `layers`: for each dimension the order of the layers. */
  readonly state: { used: number; layers: Float64Array };
  private readonly size: number;
  private readonly strata: number;
  private readonly random: RandomStream;

  constructor(size: number, strata: number, random: RandomStream) {
    this.size = size;
    this.strata = strata;
    this.random = random;
    this.state = { used: this.strata, layers: new Float64Array(size * this.strata) };
  }

  /** Fills the first `size` of `row`. */
  next(row: Float64Array): void {
    const { size, strata, state, random } = this;
    if (state.used >= strata) this.shuffle();
    for (let i = 0; i < size; i++)
      row[i] = ((state.layers[i * strata + state.used] as number) + random.next()) / strata;
    state.used++;
  }

  private shuffle(): void {
    const { size, strata, random } = this;
    const { layers } = this.state;
    for (let i = 0; i < size; i++)
      for (let at = 0; at < strata; at++) {
        // Fisher and Yates, from the inside out.
        const other = random.below(at + 1);
        layers[i * strata + at] = layers[i * strata + other] as number;
        layers[i * strata + other] = at;
      }
    this.state.used = 0;
  }
}
