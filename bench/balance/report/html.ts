import { escapeHtml as text } from "../../../src/lab/plot.ts";
import { spreadOf } from "../../../src/lab/spread.ts";
import { p99sOf, relativeWork, roundsOf } from "../figures-of.ts";
import { BARS } from "../judge.ts";
import type { BalanceResult, Bar, ScenarioResult } from "../result.ts";
import { ARM_SAYS } from "../scenario.ts";
import { settingWords } from "../setting.ts";
import { coursePlot, latencyStrip, workStrip } from "./plots.ts";
import { BALANCE_STYLE } from "./style.ts";
import { lastChanges, settingSentences, tableOf } from "./table.ts";

/** The report as one self-contained page: no script, no request to anywhere. */
export function htmlReport(result: BalanceResult): string {
  const { host } = result;
  const bars = result.scenarios.flatMap((scenario) => scenario.bars).filter(({ held }) => held !== undefined);
  const made = new Date(result.atMs).toISOString().slice(0, 16).replace("T", " ");
  return `<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>Swarms Layer: balance</title>
<style>${BALANCE_STYLE}</style>
<h1>Balance on live workloads</h1>
<p class="soft">Swarms Layer on kernel ${text(host.kernel)}, ${host.cores} cores (${text(host.cpuModel)}), cgroups ${text(host.cgroups)};
${made} UTC, ${Math.round(result.seconds / 60)} min, <code>${text(result.command)}</code>. ${bars.filter(({ held }) => held).length} of ${bars.length} bars held.</p>
<p>Clients send open loop (Poisson arrivals; a request's time counts from when it was due, so that a stalled service shows in full). Arms take turns round by
round; ratios are paired by round: median, and the interval that holds it. Dots are rounds, the bar across them is the median.</p>
${result.scenarios.map(section).join("\n")}
${result.skipped.map((says) => `<p>Skipped: ${text(says)}</p>`).join("")}
</html>
`;
}

function section(scenario: ScenarioResult): string {
  const { head, rows } = tableOf(scenario);
  const cells = rows.map(
    (row) =>
      `<tr><th>${text(row[0] ?? "")}</th>${row
        .slice(1)
        .map((cell) => `<td>${text(cell)}</td>`)
        .join("")}</tr>`,
  );
  return `<h2>${text(scenario.id)}. ${text(scenario.title)}</h2>
<p>${text(scenario.says)}.</p>
<ul class="verdicts">${scenario.bars.map(barItem).join("")}</ul>
<div class="plots">${plots(scenario).join("")}</div>
<div class="scroll"><table><tr>${head.map((title) => `<th>${text(title)}</th>`).join("")}</tr>${cells.join("")}</table></div>
${settingSentences(scenario)
  .concat(scenario.notes)
  .map((says) => `<p class="soft">${text(says)}</p>`)
  .join("")}
<details><summary>What the layer was told, what it changed, and the searches for static settings</summary>
<pre>${text(scenario.config.trim())}</pre>
${reasonOf(scenario)}
<p class="soft">Changes in the last round, from where it is measured: ${text(lastChanges(scenario).join("; ")) || "none"}</p>
${scenario.phases
  .flatMap(({ says }, i) => [
    searchTable(`Exhaustive search, ${says}`, scenario.tried[i] ?? []),
    searchTable(`Random search, ${says}`, scenario.drawn[i] ?? []),
  ])
  .join("")}</details>`;
}

/** In the layer's own words. */
function reasonOf(scenario: ScenarioResult): string {
  const reason = roundsOf(scenario, "layer").findLast(({ layer }) => layer?.reason)?.layer?.reason;
  return reason === undefined ? "" : `<p>The layer says: ${text(reason)}</p>`;
}

function barItem({ held, says }: Bar): string {
  if (held === undefined) return `<li><span class="info">measured</span>${text(says)}</li>`;
  return `<li><span class="${held ? "held" : "missed"}">${held ? "✓ held" : "✗ missed"}</span>${text(says)}</li>`;
}

function plots(scenario: ScenarioResult): string[] {
  const { arms, targets, jobs } = scenario;
  const latency = targets.map(({ group }, service) => {
    const title = `p99 of ${group}, per round`;
    const values = arms.map((arm) => ({ arm, values: p99sOf(scenario, arm, service).map((us) => us / 1000) }));
    return figure(title, latencyStrip(title, values), "Logarithmic; lower is better.");
  });
  const workTitle = "Batch work, median of the kernel default = 1";
  const work = arms.map((arm) => ({ arm, values: relativeWork(scenario, arm) }));
  const works = jobs.length === 0 ? [] : [figure(workTitle, workStrip(workTitle, work), "Higher is better.")];
  return [...latency, ...works, ...courses(scenario)];
}

function courses(scenario: ScenarioResult): string[] {
  if (scenario.id === "S1") return [startCourse(scenario)];
  return scenario.phases.length > 1 ? [phaseCourse(scenario)] : [];
}

function startCourse(scenario: ScenarioResult): string {
  const title = "p99 in each second after the layer's start";
  const starts = roundsOf(scenario, "layer").flatMap(({ layer }) => layer ?? []);
  const limit = (BARS.p99OfDefault * spreadOf(p99sOf(scenario, "default")).median) / 1000;
  const lines = starts.map(({ secondsP99Us }) => ({ css: "one", values: secondsP99Us.map((us) => us / 1000) }));
  return figure(
    title,
    coursePlot(title, lines, limit, []),
    "One line per start; dashed: the bar, 0.35 of the kernel default.",
  );
}

function phaseCourse(scenario: ScenarioResult): string {
  const title = "p99 in each second of a round, median over the rounds";
  const lines = scenario.arms.map((arm) => {
    const rounds = roundsOf(scenario, arm).map(({ phases }) =>
      phases.flatMap(({ services }) => services[0]?.secondsP99Us ?? []),
    );
    const seconds = Math.min(...rounds.map((round) => round.length));
    const values = Array.from(
      { length: seconds },
      (_, at) => spreadOf(rounds.map((round) => round[at] ?? 0)).median / 1000,
    );
    return { css: arm, values };
  });
  let at = 0;
  const marks = scenario.phases.map(({ says, seconds }) => {
    at += seconds;
    return { atSeconds: at - seconds, says };
  });
  const keys = scenario.arms.map((arm) => `<span class="key ${arm}">${text(ARM_SAYS[arm])}</span>`);
  const plot = coursePlot(title, lines, scenario.targets[0]?.targetMs ?? 1, marks);
  return figure(title, plot, "Red: the target.", keys.join(" "));
}

function searchTable(title: string, tried: ScenarioResult["tried"][number]): string {
  if (tried.length === 0) return "";
  const rows = tried.map(
    ({ setting, overTarget, work, tries }) =>
      `<tr><td>${text(settingWords(setting))}</td><td>${overTarget.toFixed(2)}</td><td>${work.toFixed(3)}</td><td>${tries}</td></tr>`,
  );
  return `<h3>${text(title)}</h3><div class="scroll"><table><tr><th>setting</th><th>p99 / target</th><th>work, of default</th><th>tries</th></tr>${rows.join("")}</table></div>`;
}

/** `key`: what the colours mean, as HTML. */
function figure(title: string, plot: string, caption: string, key = ""): string {
  return `<figure><h3>${text(title)}</h3>${plot}<figcaption>${text(caption)}${key}</figcaption></figure>`;
}
