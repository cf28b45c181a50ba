import type { RandomStream } from "../core/random.ts";
import type { ComparisonState, Direction, Verdict } from "../swarm/comparison.ts";
import type { Optimiser, Space } from "../swarm/optimiser.ts";

export type Role = "warm-up" | "default" | "incumbent" | "candidate" | "confirm default" | "confirm best";

/** A run that is wanted. */
export interface Ask {
  readonly role: Role;
  readonly point: readonly number[];
}

/** What became of it. */
export interface Outcome {
  /** NaN where it failed. */
  readonly value: number;
  /** It failed, or a constraint did not hold. */
  readonly broke: boolean;
  /** Time spent on the tuning so far, interruptions left out. */
  readonly elapsedMs: number;
}

export interface SearchPlan {
  readonly space: Space;
  readonly start: readonly number[];
  readonly direction: Direction;
  readonly budget: { readonly runs?: number | undefined; readonly minutes?: number | undefined };
  readonly warmUps: number;
  readonly repeats: number;
  readonly confidence: number;
  readonly smallestEffect: number;
  readonly random: RandomStream;
  /** Points that are the same for the command have the same. */
  keyOf(point: readonly number[]): string;
  optimiser(noisy: boolean, evaluations: number): Optimiser;
}

/** What is known of one setting. */
export interface Tried {
  readonly point: readonly number[];
  /** Logarithm of how many times better than the default; worst of all where it broke something. */
  readonly gain: number;
  readonly pairs: number;
  readonly state: ComparisonState | "broke";
}

export interface Found {
  /** What the default measured at the beginning. */
  readonly defaults: readonly number[];
  /** Undefined where nothing was found that is better than the default. */
  readonly best: readonly number[] | undefined;
  /** The rerun of the best against the default. */
  readonly confirmation: Verdict | undefined;
  readonly tried: readonly Tried[];
  readonly runs: number;
  /** Why the search ended. */
  readonly ended: "budget" | "exhausted" | "default fails";
}
