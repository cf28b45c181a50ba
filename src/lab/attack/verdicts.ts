import type { Verdict } from "../results.ts";
import type { Figures } from "./judge.ts";

/** What the layer has to reach. */
export const BARS = {
  /** Share of the attacks that become an incident that names a right technique. */
  right: 0.9,
  medianMs: 1000,
  /** In one full run of the benign set after its learning. */
  falseIncidents: 1,
  benignContained: 0,
} as const;

export function verdictsOf(
  figures: Figures,
): readonly [rights: Verdict, delay: Verdict, falseOnes: Verdict, contained: Verdict] {
  const { played, right, medianMs, falseIncidents, benignContained } = figures;
  const share = played === 0 ? 0 : right / played;
  return [
    {
      says: `${right} of ${played} attacks became an incident of the right technique, ${(100 * share).toFixed(1)} % (bar: at least ${100 * BARS.right} %)`,
      held: played > 0 && share >= BARS.right,
    },
    {
      says: `median delay from the first act to the incident ${medianMs === undefined ? "not known" : `${medianMs.toFixed(0)} ms`} (bar: under ${BARS.medianMs} ms)`,
      held: medianMs !== undefined && medianMs < BARS.medianMs,
    },
    {
      says: `${falseIncidents.length} false incidents in the benign set (bar: at most ${BARS.falseIncidents})`,
      held: falseIncidents.length <= BARS.falseIncidents,
    },
    {
      says: `${benignContained.length} containments of something benign (bar: none)`,
      held: benignContained.length <= BARS.benignContained,
    },
  ];
}
