import type { Figures } from "./judge.ts";
import type { TechniqueRow } from "./results.ts";

/** One row for each technique that a played attack names first. */
export function techniqueRows({ findings }: Figures): readonly TechniqueRow[] {
  const rows = new Map<string, { played: number; right: number }>();
  for (const { right, techniqueRight, skipped } of findings) {
    if (skipped !== "") continue;
    const technique = right[0] ?? "";
    const row = rows.get(technique) ?? { played: 0, right: 0 };
    row.played++;
    if (techniqueRight) row.right++;
    rows.set(technique, row);
  }
  return [...rows]
    .map(([technique, row]) => ({ technique, ...row }))
    .toSorted((a, b) => (a.technique < b.technique ? -1 : 1));
}
