import type { HostFacts, Verdict } from "../results.ts";
import type { EvasionOutcome } from "./evasion-outcomes.ts";
import type { Deed } from "./ground-truth.ts";
import type { Figures } from "./judge.ts";

/** Everything that one run found out: the reports and `--json` show this and nothing else. */
export interface AttackResult {
  readonly atMs: number;
  readonly seconds: number;
  readonly host: HostFacts;
  readonly seed: number;
  /** Days of the learning period: each a round of the benign set, with the nights cut out. */
  readonly days: number;
  /** Events that the layer had heard of at the end of each phase, host and all; learning is counted by itself. */
  readonly events: Readonly<Record<Deed["phase"], number>>;
  /** What the kernel could not hand over. */
  readonly lost: number;
  readonly figures: Figures;
  readonly techniques: readonly TechniqueRow[];
  /** Of a run of evasions. */
  readonly evasions?: readonly EvasionOutcome[];
  /** Benign stories that did not end well, so that their silence proves less. */
  readonly failedBenign: readonly string[];
  readonly ablation: Ablation | { readonly missing: string };
  readonly after: readonly string[];
  readonly verdicts: readonly Verdict[];
}

/** Attacks by the first technique that counts as right. */
export interface TechniqueRow {
  readonly technique: string;
  readonly played: number;
  readonly right: number;
}

/** The same recorded events, judged by a hive that lacks one agent. */
export interface Ablation {
  /** Of the replay with everything; the live run was not different but for chance. */
  readonly all: Pick<Figures, "detected" | "right"> & { readonly falseIncidents: number };
  readonly rows: readonly AblationRow[];
}

export interface AblationRow {
  readonly off: string;
  readonly detected: number;
  readonly right: number;
  readonly falseIncidents: number;
  /** Scenarios that are told rightly with everything and not without this. */
  readonly lost: readonly string[];
}
