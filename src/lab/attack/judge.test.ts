import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { rowOf } from "./ablation.ts";
import { BEGAN_MS, deedOf, incidentOf } from "./deed.fixture.ts";
import { judge } from "./judge.ts";
import { quantile } from "./quantile.ts";
import { techniqueRows } from "./technique-rows.ts";
import { verdictsOf } from "./verdicts.ts";

const STRANGER = { entity: "p:7@7", lineage: [{ process: "p:7@7", comm: "y", path: "/y" }] } as const;

test("an incident about a descendant of the foothold is a detection, and its delay counts from the first act", () => {
  const { findings, detected, right, medianMs } = judge([deedOf({ id: "a" })], [incidentOf({ id: "i-1" })]);
  assert.deepEqual([detected, right, medianMs], [1, 1, 500]);
  assert.deepEqual(findings[0]?.incidents, ["i-1"]);
});

test("another technique is a detection that tells wrongly, and one of several incidents is enough to tell rightly", () => {
  const wrong = incidentOf({ id: "i-1", techniques: ["T1496"] });
  assert.deepEqual(judge([deedOf({ id: "a" })], [wrong]).right, 0);
  assert.deepEqual(judge([deedOf({ id: "a" })], [wrong]).detected, 1);
  const later = incidentOf({ id: "i-2", atMs: BEGAN_MS + 1900 });
  const both = judge([deedOf({ id: "a" })], [later, wrong]);
  assert.deepEqual([both.right, both.medianMs], [1, 500]);
});

test("an incident about somebody else is no detection but told as elsewhere", () => {
  const figures = judge([deedOf({ id: "a" })], [incidentOf({ id: "i-1", ...STRANGER })]);
  assert.deepEqual([figures.detected, figures.elsewhere.map(({ id }) => id)], [0, ["i-1"]]);
});

test("what was folded into an older incident counts, with that incident's techniques and the time of the repeat", () => {
  const folded = deedOf({ id: "a" }, { repeated: [{ id: "i-0", atMs: BEGAN_MS + 1200 }] });
  const earlier = deedOf({ id: "b" }, { processes: [STRANGER.entity], actMs: BEGAN_MS - 60_200 });
  const old = incidentOf({ id: "i-0", atMs: BEGAN_MS - 60_000, count: 2, ...STRANGER });
  const figures = judge([folded, earlier], [old]);
  assert.deepEqual([figures.detected, figures.right, figures.medianMs], [2, 2, 200]);
  assert.deepEqual([figures.rightFolded, ...figures.findings.map(({ folded: is }) => is)], [1, true, false]);
  // Of an incident about the rest of the host, a repeat says nothing.
  assert.equal(judge([folded], [old]).detected, 0);
});

test("what was counted up before the first act, or of a story that never acted, is not its doing", () => {
  const earlier = deedOf({ id: "b" }, { processes: [STRANGER.entity], actMs: BEGAN_MS - 60_200 });
  const old = incidentOf({ id: "i-0", atMs: BEGAN_MS - 60_000, count: 2, ...STRANGER });
  const contained = [{ kind: "freeze", sinceMs: BEGAN_MS + 100, incident: "i-0" }];
  for (const part of [
    { repeated: [{ id: "i-0", atMs: BEGAN_MS + 900 }] },
    { repeated: [{ id: "i-0", atMs: BEGAN_MS + 1200 }], actMs: undefined },
    { contained },
  ])
    assert.equal(judge([deedOf({ id: "a" }, part), earlier], [old]).detected, 1);
});

test("an incident before the first act is no negative delay", () => {
  const early = incidentOf({ id: "i-1", atMs: BEGAN_MS + 900 });
  assert.equal(judge([deedOf({ id: "a" })], [early]).medianMs, 0);
});

test("what was not played counts neither for nor against", () => {
  const figures = judge(
    [deedOf({ id: "a" }, { skipped: "no gdb" }), deedOf({ id: "b" }, { processes: ["p:9@9"] })],
    [],
  );
  assert.deepEqual([figures.played, figures.detected], [1, 0]);
});

test("an incident about a benign story is false, in the phase in which it was raised; its containment too", () => {
  const contained = [{ kind: "freeze", sinceMs: BEGAN_MS, incident: "i-1" }];
  const benign = deedOf({ id: "backup", techniques: [] }, { phase: "benign", contained });
  const learned = deedOf({ id: "backup", techniques: [] }, { phase: "learning", processes: ["p:9@9"] });
  const figures = judge([benign, learned], [incidentOf({ id: "i-1" })]);
  assert.deepEqual(
    figures.falseIncidents.map(({ story, id }) => [story, id]),
    [["backup", "i-1"]],
  );
  assert.deepEqual([figures.whileLearning.length, figures.played], [0, 0]);
  assert.deepEqual(figures.benignContained, ["backup: freeze for i-1"]);
  assert.deepEqual(
    verdictsOf(figures).map(({ held }) => held),
    [false, false, true, false],
  );
});

test("each bar is held at its value and missed beyond it", () => {
  const many = (right: number): Parameters<typeof judge> => [
    Array.from({ length: 10 }, (_, i) => deedOf({ id: `s${i}` }, { processes: [`p:${i + 200}@1`] })),
    Array.from({ length: right }, (_, i) => incidentOf({ id: `i-${i}`, entity: `p:${i + 200}@1`, lineage: [] })),
  ];
  assert.deepEqual(
    verdictsOf(judge(...many(9))).map(({ held }) => held),
    [true, true, true, true],
  );
  assert.deepEqual(
    verdictsOf(judge(...many(8))).map(({ held }) => held),
    [false, true, true, true],
  );
});

test("a row of the ablation names what is no longer told rightly", () => {
  const deeds = [deedOf({ id: "a" }), deedOf({ id: "b" }, { processes: ["p:9@9"] })];
  const a = incidentOf({ id: "i-1" });
  const b = incidentOf({ id: "i-2", entity: "p:9@9", lineage: [] });
  const row = rowOf("rules", judge(deeds, [a, b]), judge(deeds, [a, { ...b, techniques: [] }]));
  assert.deepEqual(row, { off: "rules", detected: 2, right: 1, falseIncidents: 0, lost: ["b"] });
});

test("techniques are counted by the first that a scenario names, without what was not played", () => {
  const deeds = [
    deedOf({ id: "a" }),
    deedOf({ id: "b" }, { skipped: "no gcc" }),
    deedOf({ id: "c", techniques: ["T1046"] }, { processes: [] }),
  ];
  assert.deepEqual(techniqueRows(judge(deeds, [incidentOf({ id: "i-1" })])), [
    { technique: "T1046", played: 1, right: 0 },
    { technique: "T1105", played: 1, right: 1 },
  ]);
});

test("a quantile is one of the values, and no smaller than its share of them", () => {
  assert.equal(quantile([], 0.5), undefined);
  fc.assert(
    fc.property(
      fc.array(fc.integer(), { minLength: 1 }),
      fc.double({ min: 0, max: 1, noNaN: true }),
      (values, share) => {
        const value = quantile(values, share);
        if (value === undefined || !values.includes(value)) return false;
        return values.filter((each) => each <= value).length >= share * values.length - 1e-9;
      },
    ),
  );
});
