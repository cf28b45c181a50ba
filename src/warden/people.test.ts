import assert from "node:assert/strict";
import { test, type TestContext } from "node:test";
import type { Decision, Reverted } from "../core/action.ts";
import { assertApplied, configOf, ENFORCE, type World, world } from "../guard/guard.fixture.ts";
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
  mayHold: () => boolean = () => true,
): { w: World; ask: ReturnType<typeof answerPeople>; told: (Decision | Reverted)[] } {
  const w = world(t, config);
  const told: (Decision | Reverted)[] = [];
  const onReverted = (all: readonly Reverted[]): void => void told.push(...all);
  return {
    w,
    told,
    ask: answerPeople(
      w.guard,
      w.clock,
      { mayHold, onDecision: (decision) => void told.push(decision), onReverted },
      () => configOf(config).assistants.may,
    ),
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

test("while nothing may be held a word does not carry a change out, and is not used up", (t) => {
  let mayHold = false;
  const { w, ask } = setUp(t, ADVISE, () => mayHold);
  const id = waitingId(w);
  const early = ask({ ask: "approve", id }, ALICE);
  assert.equal(early.ok ? "" : early.code, "SW-GUARD-ALONE");
  assert.deepEqual([w.see("cgroup.freeze"), w.guard.leases()], ["0", []]);
  mayHold = true;
  assert.ok(ask({ ask: "approve", id }, ALICE).ok);
  assert.equal(w.see("cgroup.freeze"), "1");
});

test("a restore says what would not go back; that ends later in the name of whoever asked", (t) => {
  const { w, ask, told } = setUp(t, ENFORCE);
  const { action } = assertApplied(w.propose("freeze", "/swarms/a", 1));
  w.host.fault = () => "EIO";
  const answer = ask({ ask: "restore" }, ALICE);
  assert.equal(
    answer.ok && answer.says,
    `${ALICE.name} asked: 0 changes reverted; 1 would not go back yet and is tried again every second`,
  );
  assert.deepEqual(told, [], "nobody is told that it ended");
  w.host.fault = () => undefined;
  w.clock.advance(1000);
  assert.deepEqual(
    w.guard.expire().map((each) => each.cause),
    ["restore"],
  );
  assert.equal(w.guard.explain(action)?.reverted?.by, ALICE.name);
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
  assert.match(restored.says, /: 1 change reverted/);
  for (const request of [
    { ask: "approve", id },
    { ask: "dismiss", id },
    { ask: "undo", id: "c-99" },
  ] as const) {
    const answer = ask(request, ALICE);
    assert.ok(!answer.ok && answer.code === "SW-NOT-FOUND");
  }
});

test("an assistant does what is handed over, in its person's name, and is never one of two people", (t) => {
  const HANDED = { assistants: { may: ["approve", "undo"] } };
  const { w, ask } = setUp(t, { ...ADVISE, ...HANDED });
  const id = waitingId(w);
  const dismissed = ask({ ask: "dismiss", id, through: "assistant" }, ALICE);
  assert.ok(!dismissed.ok && dismissed.code === "SW-ASSISTANT");
  assert.ok(ask({ ask: "approve", id, through: "assistant" }, ALICE).ok);
  const [lease] = w.guard.leases();
  assert.match(lease?.reason ?? "", /login 1000 \(uid 0\) through an assistant/);
  assert.ok(ask({ ask: "undo", id: lease?.action ?? "", through: "assistant" }, ALICE).ok);
  assert.equal(w.guard.explain(lease?.action ?? "")?.reverted?.by, "login 1000 (uid 0) through an assistant");

  const two = setUp(t, { ...TWO, ...HANDED });
  const pair = waitingId(two.w);
  assert.ok(two.ask({ ask: "approve", id: pair }, ALICE).ok);
  const second = two.ask({ ask: "approve", id: pair, through: "assistant" }, ALICE);
  assert.ok(!second.ok && second.code === "SW-ASSISTANT");
  assert.equal(two.w.see("cgroup.freeze"), "0");
});

test("nothing is handed over unless the configuration says so", (t) => {
  const { w, ask } = setUp(t, ADVISE);
  const id = waitingId(w);
  for (const request of [
    { ask: "approve", id, through: "assistant" },
    { ask: "dismiss", id, through: "assistant" },
    { ask: "undo", id: "c-1", through: "assistant" },
  ] as const) {
    const answer = ask(request, ALICE);
    assert.ok(!answer.ok && answer.code === "SW-ASSISTANT");
  }
  assert.equal(w.guard.waiting().length, 1);
});
