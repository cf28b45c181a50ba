import type { RandomStream } from "../core/random.ts";

/** A box of the unit cube on which a tree says the same everywhere. */
export interface Leaf {
  readonly low: readonly number[];
  readonly high: readonly number[];
  readonly value: number;
}

export type Tree = readonly Leaf[];

export interface Forest {
  readonly trees: readonly Tree[];
  /**
   * Share of the variance of values that trees explain which had not seen them (out of bag); 0 or less where they explain
   * nothing.
   */
  readonly explained: number;
}

export const FOREST = {
  trees: 48,
  /** Share of the dimensions that are looked at for a split. */
  dimensions: 5 / 6,
  /** Fewest points in a leaf. */
  leaf: 2,
  /** What lies closer together is not told apart: boxes keep a volume. */
  width: 1e-6,
} as const;

interface Data {
  readonly points: readonly (readonly number[])[];
  readonly values: readonly number[];
}

/**
 * Regression trees on resampled points (L. Breiman, "Random forests", Machine Learning 45, 2001), kept as boxes. Points lie
 * in the unit cube.
 */
export function growForest(data: Data, random: RandomStream): Forest {
  const count = data.points.length;
  const trees: Tree[] = [];
  const sums = Array.from({ length: count }, () => ({ value: 0, trees: 0 }));
  for (let at = 0; at < FOREST.trees; at++) {
    const drawn = Array.from({ length: count }, () => random.below(count));
    const tree = grow(data, drawn, random);
    trees.push(tree);
    const seen = new Set(drawn);
    for (const [index, sum] of sums.entries()) {
      if (seen.has(index)) continue;
      sum.value += predict(tree, data.points[index] ?? []);
      sum.trees++;
    }
  }
  return { trees, explained: explainedBy(data, sums) };
}

export function predict(tree: Tree, point: readonly number[]): number {
  const inside = ({ low, high }: Leaf): boolean =>
    // Boxes are open below, but for the cube's own side.
    point.every((x, dim) => (x > (low[dim] ?? 0) || low[dim] === 0) && x <= (high[dim] ?? 1));
  return tree.find(inside)?.value ?? Number.NaN;
}

function grow(data: Data, drawn: readonly number[], random: RandomStream): Tree {
  const dims = data.points[0]?.length ?? 0;
  const leaves: Leaf[] = [];
  const stack = [{ rows: drawn, low: Array<number>(dims).fill(0), high: Array<number>(dims).fill(1) }];
  for (let node = stack.pop(); node !== undefined; node = stack.pop()) {
    const { rows, low, high } = node;
    const split = bestSplit(data, rows, random);
    if (split === undefined) {
      leaves.push({ low, high, value: meanOf(rows.map((row) => data.values[row] ?? 0)) });
      continue;
    }
    const { dim, at } = split;
    const isBelow = (row: number): boolean => (data.points[row]?.[dim] ?? 0) <= at;
    stack.push({ rows: rows.filter(isBelow), low, high: high.with(dim, at) });
    stack.push({ rows: rows.filter((row) => !isBelow(row)), low: low.with(dim, at), high });
  }
  return leaves;
}

/** Where the squares about the means of both sides are least; undefined where nothing is gained. */
function bestSplit(data: Data, rows: readonly number[], random: RandomStream): { dim: number; at: number } | undefined {
  const dims = data.points[0]?.length ?? 0;
  let best: { dim: number; at: number } | undefined;
  const total = rows.reduce((sum, row) => sum + (data.values[row] ?? 0), 0);
  // The sum of squares falls by what this rises.
  let most = total ** 2 / rows.length + 1e-12;
  for (let dim = 0; dim < dims; dim++) {
    if (dims > 1 && random.next() >= FOREST.dimensions) continue;
    const sorted = rows.toSorted((a, b) => (data.points[a]?.[dim] ?? 0) - (data.points[b]?.[dim] ?? 0));
    let left = 0;
    for (let at = 1; at < sorted.length; at++) {
      const [before, after] = [sorted[at - 1] ?? 0, sorted[at] ?? 0];
      left += data.values[before] ?? 0;
      const [x, y] = [data.points[before]?.[dim] ?? 0, data.points[after]?.[dim] ?? 0];
      if (y - x < FOREST.width || at < FOREST.leaf || sorted.length - at < FOREST.leaf) continue;
      const score = left ** 2 / at + (total - left) ** 2 / (sorted.length - at);
      if (score > most) [most, best] = [score, { dim, at: (x + y) / 2 }];
    }
  }
  return best;
}

function explainedBy({ values }: Data, sums: readonly { readonly value: number; readonly trees: number }[]): number {
  const mean = meanOf(values);
  let [missed, spread] = [0, 0];
  for (const [index, { value, trees }] of sums.entries()) {
    if (trees === 0) continue;
    missed += ((values[index] ?? 0) - value / trees) ** 2;
    spread += ((values[index] ?? 0) - mean) ** 2;
  }
  return spread > 0 ? 1 - missed / spread : 0;
}

function meanOf(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / Math.max(1, values.length);
}
