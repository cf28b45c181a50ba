import { escapeHtml } from "./plot.ts";
import { BAR_SENTENCE, distributionPlot, p99Plot, timelinePlot, workPlot } from "./plots.ts";
import { STYLE } from "./report-style.ts";
import {
  BUSY,
  isBusy,
  clientSentence,
  othersSentence,
  ratio,
  reflexSentence,
  ROWS,
  setUpSentence,
  spread,
  whole,
} from "./report-words.ts";
import type { DropperResult, FirstLightResult } from "./results.ts";

/** The report as one self-contained page: no script, no request to anywhere. */
export function htmlReport(result: FirstLightResult): string {
  const { host, dropper } = result;
  const held = result.verdicts.filter((verdict) => verdict.held).length;
  const made = new Date(result.atMs).toISOString().slice(0, 16).replace("T", " ");
  return `<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>Swarms Layer: first light</title>
<style>${STYLE}</style>
<h1>First light</h1>
<p class="soft">Swarms Layer on kernel ${text(host.kernel)}, ${host.cores} cores (${text(host.cpuModel)}), cgroups ${text(host.cgroups)};
${made} UTC, ${whole(result.seconds)} s. ${held} of ${result.verdicts.length} verdicts held.</p>
<ul class="verdicts">${result.verdicts.map(verdictItem).join("")}</ul>
${balanceSection(result)}
<h2>What does not belong is noticed and stopped</h2>
${"missing" in dropper ? `<p>Not shown on this host: ${text(dropper.missing)}</p>` : dropperSection(dropper)}
</html>
`;
}

function verdictItem({ held, says }: FirstLightResult["verdicts"][number]): string {
  return `<li><span class="${held ? "held" : "missed"}">${held ? "✓ held" : "✗ missed"}</span>${text(says)}</li>`;
}

function balanceSection(result: FirstLightResult): string {
  const { balance } = result;
  const rows = ROWS.map(({ name, unit, of }) => {
    const share = ratio(balance.on[of].median / balance.off[of].median);
    return `<tr><th>${name}</th><td>${spread(balance.off[of], unit)}</td><td>${spread(balance.on[of], unit)}</td><td>${share}</td></tr>`;
  });
  return `<h2>A service stays fast beside batch jobs</h2>
<p>${text(setUpSentence(result))}</p>
<p><span class="key">layer off</span><span class="key on">layer on</span></p>
<div class="plots">
${figure("99th percentile of the service, per round", p99Plot(balance.rounds), "Logarithmic; lower is better.")}
${figure("Batch work done, units per second", workPlot(balance.rounds), "Higher is better.")}
${figure("Latency of the service over all rounds", distributionPlot(balance.rounds), "The axis counts nines, so that the slowest requests show.")}
</div>
<div class="scroll"><table><tr><th>median (range) over rounds</th><th>layer off</th><th>layer on</th><th>on / off</th></tr>${rows.join("")}
<tr><th>p99 on / off, by pair</th><td colspan="3">${spread(balance.p99Ratio, ratio)}</td></tr>
<tr><th>work on / off, by pair</th><td colspan="3">${spread(balance.workRatio, ratio)}</td></tr></table></div>
<p>${text(reflexSentence(result))} ${BAR_SENTENCE}</p>
${quote("What the layer says about its change:", balance.explained)}
<p class="soft">${text(clientSentence(result))} ${text(othersSentence(result))}</p>
${isBusy(result) ? `<p>${BUSY}</p>` : ""}`;
}

function dropperSection(dropper: DropperResult): string {
  const { incident, undo } = dropper;
  const from = Math.max(
    0,
    dropper.timeline.findIndex((moment) => moment.says.startsWith("is exploited")),
  );
  const story = dropper.timeline.slice(from);
  const zero = story[0]?.atMs ?? 0;
  const items = story.map(
    ({ atMs, who, says }) => `<li><span class="at">${whole(atMs - zero)} ms, ${who}:</span> ${text(says)}</li>`,
  );
  return `<p>A web application (a stand-in, in a cgroup of its own) first serves ${dropper.learned} ordinary requests, from which the layer learns, and
${dropper.control.runs} more as the control (${dropper.control.incidents} incidents). Then it downloads a program from loopback, makes it executable, and runs it;
the program, a harmless counter, connects to another loopback port.</p>
<div class="plots">${figure("From the exploit on", timelinePlot(story, zero), "Hover over a dot to read it; the list has them in order.")}</div>
<ol class="moments">${items.join("")}</ol>
${incident === undefined ? "<p>No incident was raised.</p>" : `<h3>Incident ${text(incident.id)}</h3><blockquote><p>${text(incident.says)}</p></blockquote>`}
${incident === undefined ? "" : `<details><summary>The whole of <code>swarms explain ${text(incident.id)}</code></summary>${quote("", incident.explained)}</details>`}
${incident && incident.lineage.length > 0 ? `<p class="soft">Lineage, youngest first: ${incident.lineage.map(text).join(" ← ")}</p>` : ""}
<p>The payload's own counter: ${dropper.stepsBeforeFreeze} steps before it was frozen, ${dropper.stepsWhileFrozen} while frozen, ${dropper.stepsAfterUndo} after the undo.</p>
<p>Undo: ${undo.command === "" ? text(undo.says) : `<code>${text(undo.command)}</code>`}</p>`;
}

function figure(title: string, plot: string, caption: string): string {
  return `<figure><h3>${title}</h3>${plot}<figcaption>${caption}</figcaption></figure>`;
}

function quote(title: string, lines: readonly string[]): string {
  if (lines.length === 0) return "";
  return `${title && `<h3>${title}</h3>`}<blockquote>${lines.map((each) => `<p>${text(each)}</p>`).join("")}</blockquote>`;
}

const text = escapeHtml;
