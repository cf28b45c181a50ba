import assert from "node:assert/strict";
import { test } from "node:test";
import { WAIT_MS, DISMISSED_MS } from "./approvals.ts";
import { assertApplied, configOf, ENFORCE, type World, world } from "./guard.fixture.ts";

const ADVISE = { ...ENFORCE, mode: "advise" };
const TWO = { ...ADVISE, policies: [{ name: "two people", actions: ["freeze"], approvals: 2 }] };

function idOf(w: World, kind: "freeze" | "cpu.weight", cgroup: string, value: number): string {
  const decision = w.propose(kind, cgroup, value);
  assert.equal(decision.outcome, "advised");
  assert.ok(decision.approval);
  return decision.approval;
}

test("what waits is one entry however often it is asked for, and a person's word carries it out", (t) => {
  const w = world(t, ADVISE);
  const id = idOf(w, "cpu.weight", "/swarms/a", 50);
  assert.equal(idOf(w, "cpu.weight", "/swarms/a", 50), id);
  assert.notEqual(idOf(w, "cpu.weight", "/swarms/b", 50), id);
  assert.equal(w.see("cpu.weight"), "100");
  const approved = w.guard.approve(id, "alice");
  assert.ok(approved.ok && approved.value.decision);
  assertApplied(approved.value.decision);
  assert.equal(w.see("cpu.weight"), "50");
  assert.match(w.guard.leases()[0]!.reason, /approved by alice/);
  assert.deepEqual(
    w.guard.waiting().map(({ cgroup }) => cgroup),
    ["/swarms/b"],
  );
  assert.equal(w.propose("cpu.weight", "/swarms/a", 50).outcome, "renewed", "while it is needed it stays");
});

test("the two-person rule: one person, even twice, is not two", (t) => {
  const w = world(t, TWO);
  const id = idOf(w, "freeze", "/swarms/a", 1);
  const first = w.guard.approve(id, "alice");
  assert.ok(first.ok && first.value.decision === undefined);
  const again = w.guard.approve(id, "alice");
  assert.equal(again.ok ? "" : again.code, "SW-APPROVED-ALREADY");
  assert.equal(idOf(w, "freeze", "/swarms/a", 1), id, "asking again forgets nobody's word");
  assert.equal(w.see("cgroup.freeze"), "0");
  const second = w.guard.approve(id, "bob");
  assert.ok(second.ok && second.value.decision);
  assertApplied(second.value.decision);
  assert.equal(w.see("cgroup.freeze"), "1");
});

test("a rule that grew to two people after the first word needs the second", (t) => {
  const w = world(t, ADVISE);
  const id = idOf(w, "freeze", "/swarms/a", 1);
  w.guard.reload(configOf(TWO));
  const approved = w.guard.approve(id, "alice");
  assert.ok(approved.ok && approved.value.decision);
  assert.equal(approved.value.decision.outcome, "advised");
  assert.equal(w.see("cgroup.freeze"), "0");
});

test("everything is judged again: approval is no way around scope, protection or policy", (t) => {
  const w = world(t, ADVISE);
  const id = idOf(w, "cpu.weight", "/swarms/a", 50);
  w.guard.reload(configOf({ ...ADVISE, protect: { cgroups: ["/swarms/a"], executables: [] } }));
  const approved = w.guard.approve(id, "alice");
  assert.ok(approved.ok && approved.value.decision);
  assert.deepEqual([approved.value.decision.outcome, approved.value.decision.code], ["refused", "SW-GUARD-PROTECTED"]);
});

test("nobody's word: what waits expires, and what was dismissed is not asked again for an hour", (t) => {
  const w = world(t, ADVISE);
  const old = idOf(w, "cpu.weight", "/swarms/a", 50);
  w.clock.advance(WAIT_MS);
  assert.equal(w.guard.approve(old, "alice").ok, false);
  const id = idOf(w, "cpu.weight", "/swarms/a", 50);
  assert.notEqual(id, old);
  assert.ok(w.guard.dismiss(id).ok);
  const again = w.propose("cpu.weight", "/swarms/a", 50);
  assert.deepEqual([again.outcome, again.approval], ["advised", undefined]);
  assert.deepEqual(w.guard.waiting(), []);
  w.clock.advance(DISMISSED_MS);
  idOf(w, "cpu.weight", "/swarms/a", 50);
});

test("a flood of proposals is bounded and pushes out nothing that somebody has begun to approve", (t) => {
  const w = world(t, TWO);
  const id = idOf(w, "freeze", "/swarms/a", 1);
  assert.ok(w.guard.approve(id, "alice").ok);
  for (let value = 1; value <= 500; value++) w.propose("cpu.weight", "/swarms/a", value);
  const waiting = w.guard.waiting();
  assert.ok(waiting.length <= 64);
  assert.ok(waiting.some((entry) => entry.id === id));
});
