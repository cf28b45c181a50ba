import type { ActionKind } from "../core/action.ts";
import { type Effect, MINUTE_MS, SearchHost, type SearchHostOptions } from "./search-host.fixture.ts";

export const HOUR_MS = 60 * MINUTE_MS;

/** Turns of 15 ms and a tenth of the weight do most together; everything else does less, or harm. */
const SLICE: Readonly<Record<number, number>> = { 5000: 1.03, 15_000: 1.12, 50_000: 1.06 };
const WEIGHT: Readonly<Record<number, number>> = { 30: 1.05, 10: 1.1, 3: 0.95, 1: 0.8 };
export const KINDS: readonly ActionKind[] = ["sched.slice", "cpu.weight"];
export const BEST = ["cpu.weight /batch 10", "sched.slice /batch 15000"];
export const twoKnobs: Effect = (value) => ({
  work: (SLICE[value("sched.slice", "/batch") ?? 0] ?? 1) * (WEIGHT[value("cpu.weight", "/batch") ?? 0] ?? 1),
});
/** One knob, one setting that wins much. */
export const oneKnob: Effect = (value) => ({ work: value("sched.slice", "/batch") === 15_000 ? 1.2 : 1 });

export function host(options: SearchHostOptions = {}): SearchHost {
  return new SearchHost({ kinds: KINDS, effect: twoKnobs, ...options });
}

/** Minutes until that is kept, Infinity where it is not within the hour. */
export function minutesTo(made: SearchHost, wanted: readonly string[], withinMs = HOUR_MS): number {
  const tookMs = made.run(withinMs, () => made.kept.join() === wanted.join());
  return tookMs < withinMs ? tookMs / MINUTE_MS : Number.POSITIVE_INFINITY;
}
