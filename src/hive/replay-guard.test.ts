import assert from "node:assert/strict";
import { test } from "node:test";
import type { Decision, Proposal } from "../core/action.ts";
import { FakeClock } from "../core/clock.ts";
import { ReplayGuard } from "./replay-guard.ts";

const PROPOSAL: Proposal = {
  id: "p-1",
  agent: "containment",
  kind: "freeze",
  target: "w:/app.slice",
  value: 1,
  leaseMs: 300_000,
  reason: "it does not fit",
  evidence: [],
  incident: "i-1",
};

function answers(guard: ReplayGuard): Decision[] {
  const all: Decision[] = [];
  guard.settle((decision) => all.push(decision));
  return all;
}

test("each proposal is answered once, as in mode observe, and not before the turn is over", () => {
  const guard = new ReplayGuard(new FakeClock(1000));
  guard.propose(PROPOSAL);
  guard.propose({ ...PROPOSAL, id: "p-2", target: "p:7@70", leaseMs: 1e12 });
  const [group, process] = answers(guard);
  assert.deepEqual(group, {
    proposal: "p-1",
    action: "",
    outcome: "observed",
    kind: "freeze",
    cgroup: "/app.slice",
    from: "",
    to: "1",
    untilMs: 301_000,
    code: "",
    says: "freeze to 1 for 300 s; a replay changes nothing",
  });
  // No lease is longer than its kind allows, and a process's group is not known from a recording.
  assert.deepEqual([process?.proposal, process?.cgroup, process?.untilMs], ["p-2", "", 3_601_000]);
  assert.deepEqual(answers(guard), []);
});

test("the same asked again is one line with its count and times; of very many, the first thousand are kept", () => {
  const clock = new FakeClock(0, 5000);
  const guard = new ReplayGuard(clock);
  guard.begin();
  guard.propose(PROPOSAL);
  clock.advance(250);
  guard.propose({ ...PROPOSAL, id: "p-2", reason: "still" });
  const [asked] = guard.proposals().kinds;
  assert.deepEqual([asked?.count, asked?.firstMs, asked?.lastMs, asked?.reason], [2, 0, 250, "it does not fit"]);
  for (let i = 0; i < 2000; i++) guard.propose({ ...PROPOSAL, target: `w:/${i}` });
  const { total, kinds } = guard.proposals();
  assert.deepEqual([total, kinds.length], [2002, 1000]);
});

test("there is nothing to undo or restore", async () => {
  const guard = new ReplayGuard(new FakeClock());
  assert.deepEqual([(await guard.undo("c-1")).ok, (await guard.restore()).ok], [false, false]);
});

test("an agent that answers every answer with a proposal does not stop the replay", () => {
  const guard = new ReplayGuard(new FakeClock());
  guard.propose(PROPOSAL);
  let calls = 0;
  guard.settle(() => {
    calls++;
    guard.propose(PROPOSAL);
  });
  assert.equal(calls, 1000);
});
