import assert from "node:assert/strict";
import { test } from "node:test";
import type { Proposal } from "../core/action.ts";
import { OPEN_PROPOSALS, OpenProposals } from "./open-proposals.ts";

function proposal(id: string): Proposal {
  return { id, agent: "a", kind: "freeze", target: "p:1@1", value: 1, leaseMs: 1, reason: "", evidence: [] };
}

test("an answer finds its proposal, once", () => {
  const open = new OpenProposals();
  open.add(proposal("p-1"), 0);
  assert.equal(open.take("p-1", "applied")?.id, "p-1");
  assert.equal(open.take("p-1", "applied"), undefined);
  assert.equal(open.take("p-2", "applied"), undefined);
});

test("too many without answers are refused, until their time is over", () => {
  const open = new OpenProposals();
  for (let i = 0; i < OPEN_PROPOSALS.most; i++) assert.equal(open.add(proposal(`p-${i}`), i), true);
  assert.equal(open.add(proposal("late"), OPEN_PROPOSALS.keepMs - 1), false);
  assert.equal(open.add(proposal("late"), OPEN_PROPOSALS.keepMs), true, "the oldest has had its time");
  assert.equal(open.take("p-0", "applied"), undefined);
  assert.equal(open.take("p-1", "applied")?.id, "p-1");
  assert.equal(open.take("late", "applied")?.id, "late");
});

test("what waits for a person is there until that one has decided; of those too, only so many", () => {
  const open = new OpenProposals();
  for (let i = 0; i <= OPEN_PROPOSALS.advised; i++) {
    open.add(proposal(`p-${i}`), i);
    assert.equal(open.take(`p-${i}`, "advised")?.id, `p-${i}`);
  }
  assert.equal(open.take("p-0", "applied"), undefined);
  assert.equal(open.take("p-1", "applied")?.id, "p-1");
  assert.equal(open.take("p-1", "applied"), undefined);
});
