import type { Verdict } from "../results.ts";
import { KNOWN } from "./evasions/evasions.ts";
import { type Evasion, type Outcome, outcomeOf } from "./evasions/evasion.ts";
import type { Finding } from "./judge.ts";

/** One evasion: what is known to become of it, and what did. */
export interface EvasionOutcome {
  readonly id: string;
  readonly known: Outcome;
  readonly now: Outcome;
  /** Why, as the threat model says. */
  readonly because: string;
}

const RANK: Readonly<Record<Outcome, number>> = { through: 0, "in part": 1, caught: 2 };

/** Those that were played, held against what is known of them. */
export function evasionOutcomes(
  findings: readonly Finding[],
  known: readonly Evasion[] = KNOWN,
): readonly EvasionOutcome[] {
  return findings.flatMap((finding) => {
    const evasion = known.find(({ scenario }) => scenario.id === finding.id);
    if (evasion === undefined || finding.skipped !== "") return [];
    const { outcome, because } = evasion;
    return [{ id: finding.id, known: outcome, now: outcomeOf(evasion, finding), because }];
  });
}

/** "as documented", or that it got better or worse. */
export function comparison({ known, now }: EvasionOutcome): string {
  if (RANK[now] === RANK[known]) return "as documented";
  return RANK[now] > RANK[known] ? "better" : "worse";
}

/** The bar of a run of evasions: what gets through is documented. */
export function evasionVerdict(outcomes: readonly EvasionOutcome[]): Verdict {
  const worse = outcomes.filter((outcome) => comparison(outcome) === "worse");
  return {
    says:
      worse.length === 0
        ? `none of ${outcomes.length} evasions went further than is documented`
        : `went further than is documented: ${worse.map(({ id }) => id).join(", ")}`,
    held: worse.length === 0,
  };
}
