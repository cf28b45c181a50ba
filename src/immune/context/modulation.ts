import type { FieldView, ProcessView } from "../../core/agent.ts";
import type { EntityKey } from "../../core/entity.ts";
import { lineOf } from "../programs/process-line.ts";

export const MODULATION = {
  /** What evidence counts at most in a mature context, and at least in a tolerant one. */
  most: 1.5,
  least: 0.5,
  /** A fact of this weight or more speaks for itself: no context lowers it, none raises another above it. */
  strong: 0.75,
  /** So many kinds, each more than a stray hint, are not lowered at all: whoever forges safe signals gains little. */
  kinds: 3,
} as const;

/**
 * The context of a process, from 0.5 (semi-mature: safety outweighs danger) over 1 (nothing is known) to 1.5 (mature), as the
 * context agent left it in the field.
 */
export function contextFactor(
  entity: EntityKey,
  context: { readonly field: FieldView; readonly processes: ProcessView },
): number {
  const line = lineOf(entity, context.processes);
  const mature = Math.min(1, context.field.concentration(line, "mature"));
  const tolerant = Math.min(1, context.field.concentration(line, "tolerant"));
  return 1 + mature * (MODULATION.most - 1) - tolerant * (1 - MODULATION.least);
}

/**
 * Evidence by kind as the context lets it count. Two strong kinds, or three of any, are never lowered; a kind below `stray` is
 * never raised, so that a hint stays a hint. `told`: all that speak, where some of it does not count since others said the same; they agree
 * nevertheless, and it is not for a quiet past to overrule them.
 */
export function modulated(
  bySource: ReadonlyMap<string, number>,
  factor: number,
  stray: number,
  told: ReadonlyMap<string, number> = bySource,
): ReadonlyMap<string, number> {
  if (factor === 1) return bySource;
  const { strong, kinds } = MODULATION;
  if (factor < 1 && [...told.values()].filter((amount) => amount >= stray).length >= kinds) return bySource;
  const counts = (amount: number): number => {
    if (amount >= strong || (factor > 1 && amount < stray)) return amount;
    return Math.min(amount * factor, strong);
  };
  return new Map([...bySource].map(([kind, amount]) => [kind, counts(amount)]));
}
