import { techniqueName } from "../../core/techniques.ts";
import { escapeHtml as text } from "../plot.ts";
import { STYLE } from "../report-style.ts";
import type { FalseIncident, Finding } from "./judge.ts";
import { delaySentence, milliseconds, outcome, setUpSentence, whole } from "./report-words.ts";
import type { AttackResult } from "./results.ts";

/** The report as one self-contained page: no script, no request to anywhere. */
export function htmlReport(result: AttackResult): string {
  const { host, figures, techniques, verdicts } = result;
  const held = verdicts.filter((verdict) => verdict.held).length;
  const made = new Date(result.atMs).toISOString().slice(0, 16).replace("T", " ");
  return `<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>Swarms Layer: attacks</title>
<style>${STYLE}</style>
<h1>Attacks</h1>
<p class="soft">Swarms Layer on kernel ${text(host.kernel)}, ${host.cores} cores (${text(host.cpuModel)}), cgroups ${text(host.cgroups)};
${made} UTC, ${whole(result.seconds)} s. ${held} of ${verdicts.length} verdicts held.</p>
<ul class="verdicts">${verdicts.map(({ held: is, says }) => `<li><span class="${is ? "held" : "missed"}">${is ? "✓ held" : "✗ missed"}</span>${text(says)}</li>`).join("")}</ul>
<p>${text(setUpSentence(result))}</p>
<p>${text(delaySentence(result))}</p>
<h2>Scenarios</h2>
${table(
  ["scenario", "what", "variant", "outcome", "delay", "kinds of evidence", "techniques told", "done"],
  figures.findings.map(findingCells),
)}
<h2>Techniques</h2>
${table(
  ["named first by a scenario", "told rightly", "played"],
  techniques.map(({ technique, right, played }) => [text(techniqueName(technique)), String(right), String(played)]),
)}
<h2>What each kind of evidence is worth</h2>
${ablationSection(result)}
${falseSection("False incidents in the judged benign set", figures.falseIncidents)}
${falseSection("Incidents while the benign set was learned", figures.whileLearning)}
${falseSection("Incidents about nobody in these stories", figures.elsewhere)}
</html>
`;
}

function findingCells(finding: Finding): readonly string[] {
  const is = outcome(finding);
  const tone = is === "right" ? "held" : is === "not played" ? "soft" : "missed";
  return [
    `<code title="${text(finding.says.join(" "))}">${text(finding.id)}</code>`,
    text(finding.title),
    finding.variant,
    `<span class="${tone}">${is}</span>${text(finding.skipped)}`,
    milliseconds(finding.delayMs),
    text(finding.kinds.join(", ")),
    text(finding.techniques.join(", ")),
    text(finding.contained.join(", ")),
  ];
}

function ablationSection({ ablation }: AttackResult): string {
  if ("missing" in ablation) return `<p>${text(ablation.missing)}</p>`;
  const { all, rows } = ablation;
  return `<p>The events of this very run were recorded and replayed without one agent at a time.</p>
${table(
  ["without", "detected", "right technique", "false incidents", "no longer told rightly"],
  [
    ["nothing", String(all.detected), String(all.right), String(all.falseIncidents), ""],
    ...rows.map(({ off, detected, right, falseIncidents, lost }) => [
      text(off),
      String(detected),
      String(right),
      String(falseIncidents),
      text(lost.join(", ")),
    ]),
  ],
)}`;
}

function falseSection(title: string, incidents: readonly FalseIncident[]): string {
  const items = incidents.map(({ story, id, says }) => `<p><b>${text(story)}</b>, ${text(id)}: ${text(says)}</p>`);
  return `<h2>${title}</h2>${items.length === 0 ? "<p>None.</p>" : `<blockquote>${items.join("")}</blockquote>`}`;
}

/** Cells are HTML. */
function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const body = rows
    .map((cells) => `<tr>${cells.map((cell) => `<td class="wrap">${cell}</td>`).join("")}</tr>`)
    .join("");
  return `<div class="scroll"><table><tr>${head.map((cell) => `<th>${cell}</th>`).join("")}</tr>${body}</table></div>`;
}
