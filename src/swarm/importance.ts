import type { RandomStream } from "../core/random.ts";
import { growForest, type Leaf, type Tree } from "./regression-forest.ts";

export interface Importance {
  /** By dimension: share of the differences over the whole space that this one makes by itself, 0 to 1. */
  readonly alone: readonly number[];
  /** Share that only several together make. */
  readonly together: number;
  /** How much of what was measured the model behind it foresees, at most 1; near 0 the shares mean nothing. */
  readonly explained: number;
}

/** Fewer points say nothing. */
const FEWEST = 8;

/**
 * How much each dimension matters: functional analysis of variance of a forest fitted to what was measured (Hutter, Hoos,
 * Leyton-Brown, "An efficient approach for assessing hyperparameter importance", ICML 2014): averages over all
 * others, so that it holds for the whole space and not only around the best. Points lie in the unit cube.
 */
export function importanceOf(
  points: readonly (readonly number[])[],
  values: readonly number[],
  random: RandomStream,
): Importance | undefined {
  if (points.length < FEWEST) return undefined;
  const forest = growForest({ points, values }, random);
  const dims = points[0]?.length ?? 0;
  const shares = forest.trees.map((tree) => sharesOf(tree, dims)).filter((each) => each !== undefined);
  if (shares.length === 0) return undefined;
  const alone = Array.from(
    { length: dims },
    (_, dim) => shares.reduce((sum, each) => sum + (each[dim] ?? 0), 0) / shares.length,
  );
  return {
    alone,
    together: Math.max(0, 1 - alone.reduce((sum, share) => sum + share, 0)),
    explained: forest.explained,
  };
}

/** Undefined for a tree that says the same everywhere. */
function sharesOf(tree: Tree, dims: number): readonly number[] | undefined {
  const mean = tree.reduce((sum, leaf) => sum + volumeOf(leaf) * leaf.value, 0);
  const variance = tree.reduce((sum, leaf) => sum + volumeOf(leaf) * (leaf.value - mean) ** 2, 0);
  if (!(variance > 0)) return undefined;
  return Array.from({ length: dims }, (_, dim) => varianceAlong(tree, dim, mean) / variance);
}

/** Variance of what is left of a tree when it is averaged over all dimensions but one. */
function varianceAlong(tree: Tree, dim: number, mean: number): number {
  const ends = [...new Set(tree.flatMap(({ low, high }) => [low[dim] ?? 0, high[dim] ?? 1]))].sort((a, b) => a - b);
  let variance = 0;
  for (const [at, end] of ends.slice(1).entries()) {
    const begin = ends[at] ?? 0;
    const middle = (begin + end) / 2;
    const along = tree.filter(({ low, high }) => (low[dim] ?? 0) < middle && middle < (high[dim] ?? 1));
    const average = along.reduce((sum, leaf) => sum + (volumeOf(leaf) / widthOf(leaf, dim)) * leaf.value, 0);
    variance += (end - begin) * (average - mean) ** 2;
  }
  return variance;
}

function volumeOf({ low, high }: Leaf): number {
  return low.reduce((volume, begin, dim) => volume * ((high[dim] ?? 1) - begin), 1);
}

function widthOf({ low, high }: Leaf, dim: number): number {
  return (high[dim] ?? 1) - (low[dim] ?? 0);
}
