import type { Evidence } from "../../core/action.ts";

/** Of one incident: beyond it a list is no help to a person. */
export const MOST_TECHNIQUES = 8;

/**
 * What the evidence names, each technique once: that of the heaviest fact first, then in order of time. What was named before
 * stays, after what is named now.
 */
export function techniquesOf(evidence: readonly Evidence[], before: readonly string[] = []): readonly string[] {
  const heaviest = evidence.toSorted((a, b) => b.weight - a.weight || a.atMs - b.atMs);
  const named = heaviest.flatMap(({ techniques }) => techniques ?? []);
  return [...new Set([...named, ...before])].slice(0, MOST_TECHNIQUES);
}
