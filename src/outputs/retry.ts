import type { Random } from "../core/random.ts";

/** Doubles from a second to five minutes; a quarter of it by chance, so that many hosts do not come back at once. */
export const RETRY = { firstMs: 1000, lastMs: 300_000, chance: 0.25 } as const;

/** Milliseconds until the next try after `failures` in a row, at least one. */
export function waitMs(failures: number, random: Random, asked = 0): number {
  const plain = Math.min(RETRY.lastMs, RETRY.firstMs * 2 ** Math.min(failures - 1, 30));
  return Math.max(asked, plain * (1 - RETRY.chance + 2 * RETRY.chance * random()));
}
