import assert from "node:assert/strict";
import { test, type TestContext } from "node:test";
import type { Decision, Reverted } from "../core/action.ts";
import { assertApplied, ENFORCE, type World, world } from "../guard/guard.fixture.ts";
import type { Asker } from "./control.ts";
import { answerPeople } from "./people.ts";

const ADVISE = { ...ENFORCE, mode: "advise" };
const TWO = { ...ADVISE, policies: [{ name: "two people", actions: ["freeze"], approvals: 2 }] };
const ALICE: Asker = { name: "login 1000 (uid 0)", known: true };
const BOB: Asker = { name: "login 1001 (uid 0)", known: true };
const NOBODY: Asker = { name: "uid 0", known: false };

function setUp(
  t: TestContext,
  config: object,
): { w: World; ask: ReturnType<typeof answerPeople>; told: (Decision | Reverted)[] } {
  const w = world(t, config);
  const told: (Decision | Reverted)[] = [];
  const onReverted = (all: readonly Reverted[]): void => void told.push(...all);
  return {
    w,
    told,
    ask: answerPeople(w.guard, w.clock, { onDecision: (decision) => void told.push(decision), onReverted }),
  };
}

function waitingId(w: World): string {
  const { approval } = w.propose("freeze", "/swarms/a", 1);
  assert.ok(approval);
  return approval;
}

test("what waits can be listed and approved; the hive and the journal are told who did it", (t) => {
  const { w, ask, told } = setUp(t, ADVISE);
  const id = waitingId(w);
  const listed = ask({ ask: "waiting" }, ALICE);
  assert.ok(listed.ok && listed.waiting?.[0]?.id === id && listed.waiting[0].untilMs > w.clock.wallMs());
  const approved = ask({ ask: "approve", id }, ALICE);
  assert.ok(approved.ok, approved.ok ? "" : approved.says);
  assert.equal(w.see("cgroup.freeze"), "1");
  assert.deepEqual(
    told.map((one) => ("outcome" in one ? one.outcome : one.cause)),
    ["applied"],
  );
  assert.match(w.guard.leases()[0]?.reason ?? "", /login 1000/);
  const undone = ask({ ask: "undo", id: w.guard.leases()[0]?.action ?? "" }, BOB);
  assert.ok(undone.ok);
  assert.equal(w.see("cgroup.freeze"), "0");
});

test("two people are two logins: one login twice, or a session without login, is not enough", (t) => {
  const { w, ask } = setUp(t, TWO);
  const id = waitingId(w);
  const unknown = ask({ ask: "approve", id }, NOBODY);
  assert.ok(!unknown.ok && unknown.code === "SW-NEEDS-LOGIN");
  assert.ok(ask({ ask: "approve", id }, ALICE).ok);
  const twice = ask({ ask: "approve", id }, ALICE);
  assert.ok(!twice.ok && twice.code === "SW-APPROVED-ALREADY");
  assert.equal(w.see("cgroup.freeze"), "0");
  assert.ok(ask({ ask: "approve", id }, BOB).ok);
  assert.equal(w.see("cgroup.freeze"), "1");
});

test("restore takes everything back, dismiss takes it off the list, unknown ids are said to be unknown", (t) => {
  const { w, ask } = setUp(t, { ...ADVISE, actions: { "cpu.weight": { mode: "enforce" } } });
  assertApplied(w.propose("cpu.weight", "/swarms/b", 50));
  const id = waitingId(w);
  assert.ok(ask({ ask: "dismiss", id }, ALICE).ok);
  const restored = ask({ ask: "restore" }, ALICE);
  assert.match(restored.says, /1 changes reverted/);
  for (const request of [
    { ask: "approve", id },
    { ask: "dismiss", id },
    { ask: "undo", id: "c-99" },
  ] as const) {
    const answer = ask(request, ALICE);
    assert.ok(!answer.ok && answer.code === "SW-NOT-FOUND");
  }
});
