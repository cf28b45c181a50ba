import type { Scenario } from "../scenario.ts";
import { type ScenarioRow, scenarios } from "../scenario.ts";

/** What is known to become of an evasion: an incident, an incident for other reasons than what was hidden, or nothing. */
export type Outcome = "caught" | "in part" | "through";

export interface Evasion {
  readonly scenario: Scenario;
  /** Kind of evidence that the same act gives where it is not hidden. */
  readonly hides: string;
  readonly outcome: Outcome;
  /** What the layer sees of it, or what it lacks, in a sentence for the threat model. */
  readonly because: string;
}

export type EvasionRow = ScenarioRow & Pick<Evasion, "hides" | "outcome" | "because">;

export function evasions(rows: readonly EvasionRow[]): readonly Evasion[] {
  return rows.flatMap(({ hides, outcome, because, ...row }) =>
    // The tool that begins it is often told at once, and what it hides comes later.
    scenarios([{ whole: true, ...row }]).map((scenario) => ({ scenario, hides, outcome, because })),
  );
}

/** What a run says of one, to be held against what is known. */
export function outcomeOf(
  { hides }: Evasion,
  found: { readonly detected: boolean; readonly told: readonly string[] },
): Outcome {
  if (!found.detected) return "through";
  return found.told.includes(hides) ? "caught" : "in part";
}

/** Five sorts of secrets, which together are a hunt. */
export const SECRETS = "/etc/shadow /root/.ssh/id_rsa /root/.aws/credentials /root/.kube/config /root/.bash_history";
export const HUNTED = ["T1552", "T1552.001", "T1552.003", "T1552.004", "T1003", "T1003.008", "T1555", "T1528"] as const;
