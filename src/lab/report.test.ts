import assert from "node:assert/strict";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { EXIT } from "../core/errors.ts";
import { deliver } from "./report.ts";
import { htmlReport } from "./report-html.ts";
import { textReport } from "./report-text.ts";
import { DROPPER, resultOf } from "./results.fixture.ts";

const missing = { missing: "no eBPF here" };

test("the text holds the figures with their spread, the verdicts, the evidence and the undo", () => {
  const text = textReport(resultOf());
  assert.match(text, /service p99 +4\.20 ms \(4\.00 to 4\.40\) +1\.00 ms \(0\.90 to 1\.10\) +0\.24/);
  assert.match(text, /held +service p99 with the layer is 24 % of without \(bar: at most 50 %\)/);
  assert.match(text, /First change of a knob 310 ms, 280 ms, 350 ms/);
  assert.match(text, /43 ms +layer +incident i-7k2m9q/);
  assert.match(text, /undo: +swarms undo c-0004/);
  assert.ok(text.split("\n").every((line) => line.length <= 100));
  assert.match(textReport(resultOf(missing)), /Not shown on this host: no eBPF here/);
});

test("the page asks nobody for anything and runs nothing", () => {
  const html = htmlReport(resultOf());
  assert.doesNotMatch(html, /<script|<link|<img|<iframe|@import|url\(|https?:|src=|href=/);
  assert.equal(html.match(/<svg /g)?.length, 4);
  assert.equal(html.match(/<circle [^>]*class="dot (?:off|on)"/g)?.length, 20);
});

test("what processes are called cannot become markup", () => {
  const hostile = `"><script>alert(1)</script>&'`;
  const incident = { ...DROPPER.incident!, says: hostile, lineage: [hostile], explained: [hostile] };
  const timeline = [{ atMs: 1, who: "layer" as const, says: hostile }];
  const html = htmlReport(
    resultOf(
      { ...DROPPER, incident, timeline },
      { host: { kernel: hostile, cpuModel: hostile, cores: 1, cgroups: hostile } },
    ),
  );
  assert.doesNotMatch(html, /<script/);
  assert.ok(html.includes("&lt;script&gt;"));
});

test("odd figures still give a page without NaN or Infinity", () => {
  const result = resultOf();
  const rounds = result.balance.rounds.map((round) => ({ ...round, p99Us: 0, workPerSecond: 0, latency: [] }));
  const odd = { ...result, balance: { ...result.balance, rounds } };
  assert.doesNotMatch(htmlReport(odd), /NaN|Infinity/);
  assert.doesNotMatch(htmlReport({ ...odd, balance: { ...odd.balance, rounds: [] } }), /NaN|Infinity/);
});

test("the exit status tells held, missed, not shown and not written apart", (t) => {
  const folder = mkdtempSync(join(tmpdir(), "swarms-report-"));
  t.after(() => rmSync(folder, { recursive: true }));
  const reportPath = join(folder, "new/report.html");
  let printed = "";
  const out = { write: (text: string) => (printed += text) };
  const good = resultOf();
  assert.equal(deliver(good, { out, reportPath }), EXIT.ok);
  assert.ok(printed.includes(reportPath));
  assert.match(readFileSync(reportPath, "utf8"), /^<!doctype html>/);
  assert.equal(deliver(resultOf(missing), { out, reportPath }), EXIT.unavailable);
  const bad = { ...good, verdicts: [...good.verdicts, { says: "x", held: false }] };
  assert.equal(deliver(bad, { out, reportPath }), EXIT.failed);
  assert.equal(deliver(good, { out, reportPath: join(reportPath, "below-a-file.html") }), EXIT.cantCreate);
  printed = "";
  deliver(good, { out, reportPath, json: true });
  assert.equal((JSON.parse(printed) as { report: string }).report, reportPath);
});
