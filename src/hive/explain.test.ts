import assert from "node:assert/strict";
import { test } from "node:test";
import { explainChange, explainIncident, type ChangeRecord } from "./explain.ts";

const FACT = { atMs: 0, agent: "demand", kind: "runq", entity: "host", weight: 2, says: "p99 is 4 ms", numbers: {} };

const CHANGE: ChangeRecord = {
  atMs: Date.UTC(2026, 0, 1),
  proposal: {
    id: "p-1",
    agent: "reflex",
    kind: "cpu.idle",
    target: "w:/jobs",
    value: 1,
    leaseMs: 10_000,
    reason: "redis waits 4 ms, its target is 1 ms",
    evidence: [FACT],
  },
  decision: {
    proposal: "p-1",
    action: "c-0004",
    outcome: "applied",
    kind: "cpu.idle",
    cgroup: "/jobs",
    from: "not idle",
    to: "idle",
    untilMs: Date.UTC(2026, 0, 1) + 10_000,
    code: "",
    says: "",
  },
};

function text(change: ChangeRecord): Record<string, string> {
  return Object.fromEntries(explainChange(change, CHANGE.atMs + 4000).lines.map((line) => [line.label, line.text]));
}

test("a change in force answers what, why, evidence, from, to, until and undo", () => {
  const lines = text(CHANGE);
  assert.match(lines["what"] ?? "", /^cpu\.idle of \/jobs: run the group only when/);
  assert.equal(lines["why"], "redis waits 4 ms, its target is 1 ms");
  assert.equal(lines["evidence"], "runq +2.00 (demand): p99 is 4 ms");
  assert.equal(lines["from"], "not idle");
  assert.equal(lines["to"], "idle");
  assert.equal(lines["until"], "2026-01-01 00:00:10 UTC (6 s from now), unless renewed");
  assert.equal(lines["undo"], "swarms undo c-0004");
});

test("a change that the search found tells each comparison by its own name, with no concentration", () => {
  const piece = (kind: string, says: string): typeof FACT => ({ ...FACT, agent: "search", kind, weight: 0, says });
  const evidence = [piece("comparison", "9 pairs: batch work +12 %"), piece("lost", "weight 30: 5 pairs")];
  const lines = text({ ...CHANGE, proposal: { ...CHANGE.proposal, agent: "search", evidence } });
  assert.equal(lines["comparison"], "9 pairs: batch work +12 %");
  assert.equal(lines["lost"], "weight 30: 5 pairs");
});

test("a change that was taken back says by what, and offers no undo", () => {
  const reverted = {
    action: "c-0004",
    cause: "undo" as const,
    written: true,
    says: "back at not idle",
    atMs: CHANGE.atMs,
  };
  const lines = text({ ...CHANGE, reverted });
  assert.equal(lines["undone"], "2026-01-01 00:00:00 UTC (undo): back at not idle");
  assert.equal(lines["undo"], undefined);
});

test("programs get the same as fields: in force with its end and undo, taken back with by what", () => {
  const { change } = explainChange(CHANGE, CHANGE.atMs);
  assert.equal(change?.untilMs, CHANGE.decision.untilMs);
  assert.equal(change.undo, "swarms undo c-0004");
  assert.deepEqual(change.evidence, CHANGE.proposal.evidence);
  assert.equal("undone" in change, false);
  const reverted = { action: "c-0004", cause: "expired" as const, written: true, says: "", atMs: 5 };
  const back = explainChange({ ...CHANGE, reverted }, CHANGE.atMs).change;
  assert.deepEqual(back?.undone, { atMs: 5, cause: "expired", says: "" });
  assert.equal(back !== undefined && ("undo" in back || "untilMs" in back), false);
});

test("what the paragraph of an incident leaves out is not said to be left out where it is listed", () => {
  const incident = (facts: number) => ({
    id: "i-1",
    atMs: 0,
    lastMs: 0,
    entity: "p:1@1",
    concentration: 2,
    kinds: ["lineage"],
    lineage: [],
    says: "First, a. 3 more facts are left out. Two agree.",
    count: 1,
    status: "open" as const,
    evidence: Array.from({ length: facts }, (_, at) => ({ ...FACT, says: `fact ${at}` })),
  });
  const what = (facts: number): string => explainIncident(incident(facts), []).lines[0]?.text ?? "";
  assert.equal(what(4), "First, a. Two agree.");
  assert.equal(what(24), "First, a. Two agree. The 24 weightiest facts are below.");
  assert.equal(explainIncident(incident(4), [CHANGE]).incident?.changes[0]?.action, "c-0004");
});

test("an incident says what happened, the lineage, and what was done", () => {
  const incident = {
    id: "i-1",
    atMs: 0,
    lastMs: 0,
    entity: "p:1@1",
    concentration: 2,
    kinds: ["lineage", "fresh-file"],
    evidence: [...CHANGE.proposal.evidence, ...CHANGE.proposal.evidence],
    lineage: [
      { process: "p:2@1", comm: "dropped", path: "/tmp/dropped" },
      { process: "p:1@1", comm: "app-MainThread", path: "/bin/app" },
    ],
    says: "app started dropped",
    count: 3,
    status: "open" as const,
  };
  const lines = explainIncident(incident, [CHANGE]).lines.map((line) => `${line.label}: ${line.text}`);
  assert.ok(lines.includes("lineage: dropped (2) [/tmp/dropped] ← app (1) [/bin/app]"));
  assert.equal(lines.filter((line) => line === "evidence: runq +2.00 (demand): p99 is 4 ms").length, 1);
  assert.ok(lines.includes("done: cpu.idle of /jobs (c-0004); undo with: swarms undo c-0004"));
  assert.match(explainIncident(incident, []).lines.at(-1)?.text ?? "", /^nothing: only reported/);
});
