import type { Best, Optimiser } from "../optimiser.ts";
import type { OptimiserSettings } from "./ask-tell.ts";
import { type OptimiserName, createOptimiser } from "./catalogue.ts";
import { defaultOptimiser } from "./default-optimiser.ts";

export interface MinimiseSettings extends OptimiserSettings {
  /** How many measurements there will be. */
  readonly evaluations: number;
  /** Default: what measures best for so many, in so many dimensions. */
  readonly optimiser?: OptimiserName;
  /** So many are measured at the same time. Default 1. */
  readonly parallel?: number;
  /** After each answer: to look on, or to `save()` what is known so far. */
  readonly onAnswer?: (search: Optimiser) => void;
}

/**
 * Asks, measures and tells, as often as `evaluations` says. Smaller is better; what could not be measured is `NaN`.
 * Undefined where nothing could be measured. Rejects with whatever `measure` threw, once what was under way has ended.
 *
 * @example
 * const space = [{ name: "threads", low: 1, high: 64, scale: "log", integer: true }] as const;
 * const best = await minimise(([threads]) => secondsWith(threads), { space, seed: 1, evaluations: 40, noisy: true });
 *
 * @throws RangeError where a dimension has no room between its bounds
 */
export async function minimise(
  measure: (point: readonly number[]) => number | Promise<number>,
  settings: MinimiseSettings,
): Promise<Best | undefined> {
  const { space, evaluations, noisy = false, parallel = 1, onAnswer } = settings;
  const search = createOptimiser(settings.optimiser ?? defaultOptimiser(space, evaluations, noisy), settings);
  let asked = 0;
  const work = async (): Promise<void> => {
    while (asked < evaluations) {
      asked++;
      const { id, point } = search.ask();
      try {
        search.tell(id, await measure(point));
      } catch (error) {
        asked = evaluations;
        throw error;
      }
      onAnswer?.(search);
    }
  };
  const ended = await Promise.allSettled(Array.from({ length: Math.max(1, Math.floor(parallel)) }, work));
  for (const each of ended) if (each.status === "rejected") throw each.reason;
  const best = search.best();
  return best?.value === Infinity ? undefined : best;
}
