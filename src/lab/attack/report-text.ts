import { techniqueName } from "../../core/techniques.ts";
import { comparison } from "./evasion-outcomes.ts";
import type { FalseIncident } from "./judge.ts";
import { delaySentence, milliseconds, outcome, setUpSentence, whole } from "./report-words.ts";
import type { AttackResult } from "./results.ts";

/** The report for a terminal. */
export function textReport(result: AttackResult): string {
  const { figures, host, techniques, failedBenign, lost, after } = result;
  return [
    "",
    `Attacks · kernel ${host.kernel}, ${host.cores} cores, cgroups ${host.cgroups}, ${whole(result.seconds)} s`,
    "",
    setUpSentence(result),
    delaySentence(result),
    ...(lost > 0 ? [`${whole(lost)} events were lost.`] : []),
    "",
    row("scenario", "variant", "outcome", "delay", "evidence", "done"),
    ...figures.findings.map((finding) =>
      row(
        finding.id,
        finding.variant,
        outcome(finding),
        milliseconds(finding.delayMs),
        finding.skipped === "" ? finding.kinds.join(", ") : finding.skipped,
        finding.contained.join(", "),
      ),
    ),
    "",
    "Technique named first by a scenario, told rightly of played",
    ...techniques.map(
      ({ technique, right, played }) => `   ${right} of ${played}`.padEnd(14) + techniqueName(technique),
    ),
    "",
    ...falseLines("False incidents in the judged benign set", figures.falseIncidents),
    ...falseLines("Incidents while the benign set was learned", figures.whileLearning),
    ...falseLines("Incidents about nobody in these stories", figures.elsewhere),
    ...(failedBenign.length > 0 ? [`Benign stories that did not end well: ${failedBenign.join(", ")}`, ""] : []),
    ...evasionLines(result),
    ...ablationLines(result),
    "Verdict",
    ...result.verdicts.map(({ held, says }) => `   ${held ? "held  " : "MISSED"}  ${says}`),
    ...after.map((says) => `   MISSED  ${says}`),
    "",
  ].join("\n");
}

function row(id: string, variant: string, ...cells: readonly [string, string, string, string]): string {
  const [result, delay, evidence, done] = cells;
  return `   ${id.padEnd(30)}${variant.padEnd(13)}${result.padEnd(17)}${delay.padStart(8)}  ${evidence}${done === "" ? "" : `  [${done}]`}`;
}

function falseLines(title: string, incidents: readonly FalseIncident[]): readonly string[] {
  if (incidents.length === 0) return [`${title}: none`, ""];
  return [`${title}:`, ...incidents.map(({ story, id, says }) => `   ${story}, ${id}: ${says}`), ""];
}

function evasionLines({ evasions = [] }: AttackResult): readonly string[] {
  if (evasions.length === 0) return [];
  return [
    "Evasions, held against the threat model",
    ...evasions.map(
      (outcome) =>
        `   ${outcome.id.padEnd(30)}${comparison(outcome).padEnd(15)}${outcome.now.padEnd(9)}${outcome.because}`,
    ),
    "",
  ];
}

function ablationLines({ ablation }: AttackResult): readonly string[] {
  if ("missing" in ablation) return [`What each kind of evidence is worth: ${ablation.missing}`, ""];
  const { all, rows } = ablation;
  const line = (off: string, detected: number, right: number, falseOnes: number, lost: string): string =>
    `   ${off.padEnd(20)}${String(detected).padStart(9)}${String(right).padStart(8)}${String(falseOnes).padStart(8)}   ${lost}`;
  return [
    "What each kind of evidence is worth: the same recorded events without it",
    `   ${"without".padEnd(20)} detected   right   false   no longer told rightly`,
    line("(everything there)", all.detected, all.right, all.falseIncidents, ""),
    ...rows.map(({ off, detected, right, falseIncidents, lost }) =>
      line(off, detected, right, falseIncidents, lost.join(", ")),
    ),
    "",
  ];
}
