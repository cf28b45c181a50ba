import type { RandomStream } from "../../core/random.ts";
import type { Encoding } from "./encoding.ts";
import type { Population } from "./population.ts";

/** No elite stands for it. */
export const NO_ELITE = -1;

/** What a strategy is made from. */
export interface Surroundings {
  readonly encoding: Encoding;
  readonly random: RandomStream;
  readonly noisy: boolean;
  /** Starting points, in the cube; each is asked for, and injected when it is told. */
  readonly starts: readonly Float64Array[];
  /** Infinity where nobody knows. */
  readonly evaluations: number;
}

/** So few measurements that a population of the usual size would hardly have its second generation. */
export const isShort = ({ evaluations, encoding }: Surroundings): boolean => evaluations <= 200 * encoding.size;

/**
 * How one algorithm searches the unit cube. Identities, bounds, starting points and the best are kept around it, by `AskTell`.
 * Any proposal may be answered late, out of order or never.
 */
export interface Strategy {
  readonly name: string;
  /** Numbers that a proposal carries beside its coordinates, for the strategy to have back. */
  readonly carried: number;
  /** Fills `row` with a place in the cube, one outside stands for the nearest inside, and what is carried. Gives a tag to have back. */
  propose(row: Float64Array): number;
  /** `value` is finite, or Infinity for the worst. `elite` is the number under which `revise` may name it. */
  receive(tag: number, row: Float64Array, value: number, elite: number): void;
  /** A place that somebody else proposed: a starting point. */
  inject(row: Float64Array, value: number, elite: number): void;
  /** Under noise: what is known of that elite has become this. */
  revise(elite: number, value: number): void;
  /** Absent where it searches without a population. */
  readonly population?: Population;
  save(): unknown;
  /** False where that is not a state of this strategy. */
  load(saved: unknown): boolean;
}
