import type { Random } from "../src/core/random.ts";

/** Something that takes bytes from across a trust boundary. */
export interface Target {
  /** Bytes that are right: what mutations begin with. */
  readonly seeds: readonly Uint8Array[];
  /** Takes one input. What it throws is a crash; refusing it is what it should do. */
  run(input: Uint8Array): void | Promise<void>;
  /** Makes a damaged text valid up to its own checks, where there are any, so that what lies behind them is reached. */
  mend?(input: Uint8Array, random: Random): Uint8Array;
  close?(): void;
}
