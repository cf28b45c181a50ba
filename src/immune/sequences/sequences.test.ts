import assert from "node:assert/strict";
import { test } from "node:test";
import type { ProcessRef } from "../../core/entity.ts";
import { PROFILE_LIMITS, type ProfileOrder } from "../../core/sequence-profile.ts";
import { fromHive } from "../../core/wire/schema.ts";
import { LEARNING } from "./sequence-profile.ts";
import { SEQUENCES } from "./sequences.ts";
import { SequenceHost } from "./sequences.fixture.ts";

const HABIT = Array.from({ length: LEARNING.windows + 6 }, (_, at) => [0, 1, 3, 9][at % 4] ?? 0);
const STRANGE = [41, 42, 33, 33, 33, 59, 12, 9, 10, 11, 56, 57, 61, 231];

/** A service with a profile that is learned and checked. */
function checked(memory?: unknown): { on: SequenceHost; service: ProcessRef } {
  const on = new SequenceHost(memory);
  const service = on.host.existing("/usr/sbin/nginx");
  on.unprofiled(service);
  on.calls(service, HABIT);
  on.minutes(LEARNING.quietMs / 60_000 + 1);
  return { on, service };
}

test("an executable is learned until it has shown enough and new orders have long been rare, and then checked", () => {
  const on = new SequenceHost();
  const service = on.host.existing("/usr/sbin/nginx");
  on.unprofiled(service);
  assert.equal(on.modeOf(service), "learn");
  on.calls(service, HABIT.slice(0, 1000));
  on.minutes(30);
  assert.equal(on.modeOf(service), "learn", "too few windows");
  on.calls(service, HABIT.slice(0, 15_000));
  on.minutes(1);
  on.calls(service, STRANGE);
  on.minutes(1);
  on.calls(service, HABIT);
  on.minutes(5);
  assert.equal(on.modeOf(service), "learn", "new ones came lately");
  on.minutes(10);
  assert.equal(on.modeOf(service), "check");
  assert.equal(on.calls(service, HABIT.slice(0, 500)), 0);
  assert.deepEqual(on.weights, []);
});

test("until when it learns is told: when enough will have been shown, and new orders been rare for long enough", () => {
  const on = new SequenceHost();
  const service = on.host.existing("/usr/sbin/nginx");
  assert.equal(on.agent.learning(), undefined);
  on.unprofiled(service);
  assert.deepEqual(on.agent.learning(), { learning: 1, learned: 0 }, "nothing was heard of it");
  const endMs = (): number => on.agent.learning()?.nextMs ?? 0;
  on.calls(service, HABIT.slice(0, LEARNING.windows / 10));
  on.minutes(1);
  on.calls(service, HABIT.slice(0, LEARNING.windows / 10));
  on.minutes(1);
  const left = endMs() - on.host.wallMs;
  assert.ok(left > 7 * 60_000 && left < 10 * 60_000, `a fifth took two minutes: ${left} ms left`);
  on.calls(service, HABIT);
  on.minutes(1);
  const quiet = endMs() - on.host.wallMs;
  assert.ok(quiet > 0 && quiet <= LEARNING.quietMs, `only rest lacks: ${quiet} ms left`);
  on.minutes(Math.ceil(quiet / 60_000));
  assert.deepEqual(on.agent.learning(), { learning: 0, learned: 1 });
});

test("a departure is a hint with names and figures, fades where it is repeated, and is never an incident alone", () => {
  const { on, service } = checked();
  const child = on.host.fork(service);
  for (let again = 0; again < 20; again++) {
    on.calls(child, [...STRANGE, ...STRANGE]);
    on.host.wait(1000);
    on.host.tick();
  }
  const { weights } = on;
  assert.ok(weights[0] !== undefined && weights[0] > SEQUENCES.least);
  assert.ok(weights.every((weight) => weight <= SEQUENCES.most));
  const first = on.host.deposits.find(({ evidence }) => evidence.agent === "sequences");
  assert.match(
    first?.evidence.says ?? "",
    /^nginx \(\d+\) made system calls in an order that \/usr\/sbin\/nginx is not/,
  );
  if (process.arch === "x64") assert.match(first?.evidence.says ?? "", /socket, connect/);
  assert.deepEqual(on.host.incidents, []);
  const bystander = on.host.fork(service);
  for (const kind of ["one", "another"]) {
    on.accuse(child, 0.65, kind);
    on.accuse(bystander, 0.65, kind);
  }
  assert.equal(on.host.incidents.length, 1, "beside other kinds it counts");
  const [incident] = on.host.reports.slice(-1);
  assert.ok(incident?.kinds.includes("sequences"));
});

test("nothing is learned of who is under suspicion, and what came in just before goes again", () => {
  const on = new SequenceHost();
  const service = on.host.existing("/usr/sbin/nginx");
  on.unprofiled(service);
  on.calls(service, HABIT.slice(0, 5000));
  on.minutes(3);
  on.calls(service, STRANGE);
  // Reported once already: not yet taken for good.
  on.minutes(1);
  on.accuse(service, 0.5);
  assert.equal(on.modeOf(service), "off");
  assert.equal(on.calls(service, STRANGE), 0, "neither learned nor checked");
  on.minutes(LEARNING.pauseMs / 60_000 + 1);
  assert.equal(on.modeOf(service), "learn");
  on.calls(service, HABIT);
  on.minutes(LEARNING.quietMs / 60_000 + 1);
  assert.equal(on.modeOf(service), "check");
  assert.ok(on.calls(service, STRANGE) > 0, "the attack before the suspicion was not kept");
});

test("what was learned and reported twice before the suspicion stays: slow drip that nobody notices gets in", () => {
  const on = new SequenceHost();
  const service = on.host.existing("/usr/sbin/nginx");
  on.unprofiled(service);
  on.calls(service, HABIT);
  on.calls(service, STRANGE);
  on.minutes(2);
  on.accuse(service, 0.5);
  on.minutes(LEARNING.pauseMs / 60_000 + LEARNING.quietMs / 60_000 + 2);
  assert.equal(on.modeOf(service), "check");
  assert.equal(on.calls(service, STRANGE), 0);
});

test("drip after the learning is over teaches nothing, however slow", () => {
  const { on, service } = checked();
  for (let day = 0; day < 30; day++) {
    on.calls(service, [...HABIT.slice(0, 200), ...STRANGE.slice(day % 7, (day % 7) + 1), ...HABIT.slice(0, 200)]);
    on.host.wait(86_400_000);
    on.report();
  }
  assert.equal(on.calls(service, STRANGE), STRANGE.length - 6, "all of its windows are unknown still");
});

test("freeze ends the learning, reset begins it anew; both by name, and no other name does anything", () => {
  const on = new SequenceHost();
  const service = on.host.existing("/usr/sbin/nginx");
  on.unprofiled(service);
  on.calls(service, HABIT.slice(0, 1000));
  on.minutes(1);
  const id = on.agent.list().profiles[0]?.id ?? "";
  assert.equal(on.agent.freeze("s-0-0-0"), undefined);
  assert.match(on.agent.freeze(id) ?? "", /learns no more/);
  assert.equal(on.modeOf(service), "check");
  on.minutes(60);
  assert.equal(on.agent.show(id)?.stage, "frozen");
  assert.ok(on.calls(service, STRANGE) > 0);
  assert.match(on.agent.reset(id, on.host.wallMs) ?? "", /learned anew/);
  assert.equal(on.modeOf(service), "learn");
  assert.ok(on.calls(service, HABIT.slice(0, 20)) > 0, "nothing is known any more");
});

test("other content begins anew, is learned longer and trusted less", () => {
  const { on, service } = checked();
  on.calls(service, [...STRANGE, ...STRANGE]);
  const before = on.weights[0] ?? 0;
  const changed = 1_600_000_009_000;
  on.unprofiled(service, changed);
  assert.equal(on.agent.list().profiles.length, 1);
  assert.ok((on.agent.list().profiles[0]?.changedMs ?? 0) > 0);
  assert.equal(on.modeOf(service), undefined, "what was learned of the old content is gone");
  on.calls(service, HABIT, changed);
  on.minutes(LEARNING.quietMs / 60_000 + 1);
  assert.equal(on.modeOf(service, changed), "learn");
  on.calls(service, HABIT, changed);
  on.minutes((LEARNING.quietMs / 60_000) * LEARNING.again);
  assert.equal(on.modeOf(service, changed), "check");
  on.host.wait(LEARNING.changedMs / 24);
  const count = on.weights.length;
  on.calls(on.host.fork(service), [...STRANGE, ...STRANGE], changed);
  const after = on.weights.slice(count)[0] ?? 0;
  assert.ok(after > 0 && after < before, `${after} of ${before}`);
});

test("profiles outlive a restart; memory that is not one is passed over", () => {
  const { on } = checked();
  const memory: unknown = JSON.parse(JSON.stringify(on.agent.remember()));
  const again = new SequenceHost(memory);
  const service = again.host.existing("/usr/sbin/nginx");
  assert.equal(again.modeOf(service), "check");
  assert.equal(again.calls(service, HABIT.slice(0, 300)), 0);
  assert.ok(again.calls(service, STRANGE) > 0);
  for (const wrong of [
    null,
    7,
    [],
    { profiles: [{}], trie: {} },
    { profiles: [{ path: "x" }], trie: { counts: [[1]] } },
  ])
    assert.deepEqual(new SequenceHost(wrong).orders, []);
});

test("where no start was ever learned, the first calls of a thread are no departure", () => {
  const { on } = checked();
  const memory = JSON.stringify(on.agent.remember());
  assert.match(memory, /"knowsStart":true/);
  const again = new SequenceHost(JSON.parse(memory.replace('"knowsStart":true', '"knowsStart":false')));
  const service = again.host.existing("/usr/sbin/nginx");
  assert.ok(again.calls(service, [...STRANGE, ...STRANGE]) > 0);
  assert.deepEqual(again.weights, []);
});

test("more executables than there are places are turned away and counted, and every order fits the wire", () => {
  const on = new SequenceHost();
  for (let at = 0; at < PROFILE_LIMITS.profiles + 5; at++) on.unprofiled(on.host.existing(`/opt/program-${at}`));
  assert.equal(on.kernel.size, PROFILE_LIMITS.profiles);
  assert.equal(on.agent.list().turnedAway, 5);
  on.minutes(1);
  const orders: ProfileOrder[] = [];
  on.agent.useOrders((more) => orders.push(...more));
  assert.equal(orders.length, 2 * PROFILE_LIMITS.profiles, "each forgotten and begun");
  for (const order of orders) assert.equal(fromHive.profiles.safeParse({ orders: [order] }).success, true);
  // A week later those of whom nothing was heard give way.
  on.host.wait(8 * 86_400_000);
  on.unprofiled(on.host.existing("/opt/late"));
  const { profiles, turnedAway } = on.agent.list();
  assert.deepEqual([profiles.length, turnedAway, profiles.at(-1)?.path], [PROFILE_LIMITS.profiles, 5, "/opt/late"]);
});
