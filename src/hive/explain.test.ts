import assert from "node:assert/strict";
import { test } from "node:test";
import type { Incident } from "../core/incident.ts";
import { TECHNIQUES } from "../core/techniques.ts";
import { adviceFor } from "./advice.ts";
import { explainChange, type ChangeRecord } from "./explain.ts";
import { explainIncident } from "./explain-incident.ts";

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
  const reported = explainIncident(incident, []).lines.find(({ label }) => label === "done");
  assert.match(reported?.text ?? "", /^nothing: only reported/);
  // What was done is no rung of a response, so nothing is said to come next.
  assert.ok(!lines.some((line) => line.startsWith("next:")));
});

function incidentOf(more: Partial<Incident> = {}): Incident {
  return {
    id: "i-1",
    atMs: 0,
    lastMs: 0,
    entity: "p:4711@1",
    concentration: 2,
    kinds: ["lineage"],
    techniques: ["T1496.001", "T1059.004"],
    evidence: [],
    lineage: [],
    says: "app started miner.",
    count: 1,
    status: "open",
    ...more,
  };
}

function said(incident: Incident, changes: readonly ChangeRecord[] = []): string[] {
  return explainIncident(incident, changes).lines.map(({ label, text }) => `${label}: ${text}`);
}

test("an incident names its techniques, what comes next by what is held, what to look at by technique, and how to answer", () => {
  const held = { ...CHANGE, decision: { ...CHANGE.decision, kind: "cpu.max" as const } };
  const lines = said(incidentOf(), [held]);
  assert.ok(lines.includes("technique: T1496.001 (Resource Hijacking: Compute Hijacking)"));
  assert.ok(lines.some((line) => line.startsWith("next: with more evidence net.deny, then freeze")));
  const looks = lines.filter((line) => line.startsWith("look at:"));
  assert.equal(looks.length, 3);
  assert.match(looks[0] ?? "", /pid=4711 shows the pool/);
  assert.ok(lines.some((line) => line.startsWith("if it is true: swarms confirm i-1")));
  assert.ok(lines.some((line) => line.startsWith("if it is nothing: swarms dismiss i-1")));
});

test("of a dismissed incident only how to take that back is told, of a confirmed one not to confirm it; the guard's own has no process", () => {
  const dismissed = said(incidentOf({ status: "dismissed" }));
  assert.ok(dismissed.includes("undo: swarms undo i-1 takes the dismissal back"));
  assert.ok(!dismissed.some((line) => /^(?:look at|next|if )/.test(line)));
  assert.ok(!said(incidentOf({ confirmed: true })).some((line) => line.includes("swarms confirm")));
  assert.ok(!said(incidentOf({ entity: "host" })).some((line) => line.startsWith("look at")));
});

test("every technique that has advice is one that is known, and no word of the attacker's gets into a command", () => {
  for (const id of Object.keys(TECHNIQUES)) {
    const advice = adviceFor(incidentOf({ techniques: [id], says: "$(reboot)", lineage: [] }));
    assert.ok(advice.length >= 2 && advice.length <= 3 && advice.every((line) => !line.includes("PID ")), id);
  }
});
