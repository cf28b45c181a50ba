import assert from "node:assert/strict";
import { test } from "node:test";
import { BEGAN_MS, deedOf, incidentOf } from "./deed.fixture.ts";
import { comparison, evasionVerdict } from "./evasion-outcomes.ts";
import { judge } from "./judge.ts";
import { htmlReport } from "./report-html.ts";
import { textReport } from "./report-text.ts";
import type { AttackResult } from "./results.ts";
import { techniqueRows } from "./technique-rows.ts";
import { verdictsOf } from "./verdicts.ts";

function resultOf(): AttackResult {
  const deeds = [
    deedOf({ id: "dropper.a" }, { contained: [{ kind: "freeze", sinceMs: BEGAN_MS, incident: "i-1" }] }),
    deedOf({ id: "miner.b", techniques: ["T1496"] }, { processes: ["p:9@9"] }),
    deedOf({ id: "inject.c" }, { skipped: "not installed here: gdb", processes: [] }),
    deedOf({ id: "backup", techniques: [] }, { phase: "benign", processes: ["p:8@8"] }),
  ];
  const figures = judge(deeds, [
    incidentOf({ id: "i-1" }),
    incidentOf({ id: "i-2", entity: "p:8@8", lineage: [], says: "tar <script>alert(1)</script> read keys" }),
  ]);
  return {
    atMs: BEGAN_MS,
    seconds: 300,
    host: { kernel: "6.18", cpuModel: "x", cores: 2, cgroups: "hybrid" },
    seed: 1,
    days: 7,
    events: { learning: 1000, benign: 2000, attack: 9000 },
    lost: 0,
    figures,
    techniques: techniqueRows(figures),
    failedBenign: [],
    ablation: {
      all: { detected: 1, right: 1, falseIncidents: 1 },
      rows: [{ off: "rules", detected: 0, right: 0, falseIncidents: 0, lost: ["dropper.a"] }],
    },
    after: [],
    verdicts: verdictsOf(figures),
  };
}

test("the text tells each scenario with its outcome, what was missed, what was false, and what an agent is worth", () => {
  const text = textReport(resultOf());
  assert.match(text, /dropper\.a .*right +500 ms {2}lineage, fresh-file {2}\[freeze\]/);
  assert.match(text, /miner\.b .*missed/);
  assert.match(text, /inject\.c .*not played .*not installed here: gdb/);
  assert.match(text, /False incidents in the judged benign set:\n {3}backup, i-2: tar/);
  assert.match(text, /rules +0 +0 +0 {3}dropper\.a/);
  assert.match(text, /MISSED {2}1 of 2 attacks became an incident of the right technique, 50\.0 %/);
  assert.match(text, /held +1 false incidents/);
});

test("the page shows the same and takes nothing from an incident's text for markup", () => {
  const html = htmlReport(resultOf());
  assert.match(html, /<code title="x does not fit">dropper\.a<\/code>/);
  assert.match(html, /tar &lt;script&gt;/);
  assert.doesNotMatch(html, /<script/);
});

test("an evasion that went further than is documented is said to, and misses the bar; one that was caught is better", () => {
  const outcome = (id: string, known: "caught" | "through", now: "caught" | "through") => ({
    id,
    known,
    now,
    because: "why",
  });
  const worse = outcome("evasion.a", "caught", "through");
  const better = outcome("evasion.b", "through", "caught");
  assert.deepEqual(
    [comparison(worse), comparison(better), comparison({ ...worse, now: "caught" })],
    ["worse", "better", "as documented"],
  );
  assert.equal(evasionVerdict([worse, better]).held, false);
  assert.equal(evasionVerdict([better]).held, true);
  assert.match(textReport({ ...resultOf(), evasions: [worse] }), /evasion\.a +worse +through +why/);
});
