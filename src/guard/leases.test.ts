import assert from "node:assert/strict";
import { test } from "node:test";
import { assertApplied, assertRefused, ENFORCE, world } from "./guard.fixture.ts";

test("rule 6: every change expires and reverts unless renewed; a jump of the wall clock changes nothing", (t) => {
  const w = world(t);
  const weight = assertApplied(w.propose("cpu.weight", "/swarms/a", 10));
  const frozen = assertApplied(w.propose("freeze", "/swarms/b", 1, { leaseMs: 30_000 }));
  assert.equal(w.guard.nextExpiryMs(), w.clock.monoMs() + 10_000);
  w.clock.jumpWall(10 * 3_600_000);
  assert.deepEqual(w.guard.expire(), []);
  w.clock.jumpWall(-20 * 3_600_000);
  w.clock.advance(9999);
  assert.deepEqual(w.guard.expire(), []);
  assert.equal(w.propose("cpu.weight", "/swarms/a", 10).action, weight.action);
  w.clock.advance(9999);
  assert.deepEqual(w.guard.expire(), []);
  w.clock.advance(1);
  assert.deepEqual(
    w.guard.expire().map((each) => [each.action, each.cause]),
    [[weight.action, "expired"]],
  );
  assert.equal(w.see("cpu.weight"), "100");
  w.clock.advance(10_001);
  assert.deepEqual(
    w.guard.expire().map((each) => [each.action, each.written]),
    [[frozen.action, true]],
  );
  assert.equal(w.see("cgroup.freeze", "/swarms/b"), "0");
});

test("rule 6: no lease is longer than its kind and the configuration allow", (t) => {
  const w = world(t, { ...ENFORCE, leases: { balanceSeconds: 5, containSeconds: 60 } });
  w.propose("cpu.weight", "/swarms/a", 10, { leaseMs: 1e9 });
  assert.equal(w.guard.nextExpiryMs(), 5000);
  w.guard.revertAll("shutdown");
  w.propose("freeze", "/swarms/a", 1, { leaseMs: 1e9 });
  assert.equal(w.guard.nextExpiryMs(), 60_000);
});

test("rule 7: a knob that somebody else wrote is left alone, its lease released, and said so", (t) => {
  const w = world(t);
  const { action } = assertApplied(w.propose("cpu.weight", "/swarms/a", 10));
  w.someoneWrites("cpu.weight", "77");
  const decision = w.propose("cpu.weight", "/swarms/a", 10);
  assertRefused(decision, "SW-GUARD-YIELD");
  assert.match(decision.says, /is 77, not 10 as the layer wrote/);
  assert.deepEqual(
    w.released.map((each) => [each.action, each.cause, each.written]),
    [[action, "yield", false]],
  );
  assert.deepEqual([w.see("cpu.weight"), w.guard.leases()], ["77", []]);
  w.clock.advance(599_999);
  assertRefused(w.propose("cpu.weight", "/swarms/a", 10), "SW-GUARD-YIELD");
  w.clock.advance(1);
  assertApplied(w.propose("cpu.weight", "/swarms/a", 10));
});

test("rule 7: at the end of a lease too, a knob that somebody else wrote is left alone", (t) => {
  const w = world(t);
  assertApplied(w.propose("cpu.weight", "/swarms/a", 10));
  w.someoneWrites("cpu.weight", "77");
  w.clock.advance(10_000);
  assert.deepEqual(
    w.guard.expire().map((each) => each.written),
    [false],
  );
  assert.equal(w.see("cpu.weight"), "77");
  assertRefused(w.propose("cpu.weight", "/swarms/a", 10), "SW-GUARD-YIELD");
});

test("another value of the same knob takes the lease over, and the first baseline stays", (t) => {
  const w = world(t);
  w.someoneWrites("cpu.weight", "333");
  const first = assertApplied(w.propose("cpu.weight", "/swarms/a", 100));
  const second = assertApplied(w.propose("cpu.weight", "/swarms/a", 10));
  assert.deepEqual(
    w.guard.leases().map((lease) => [lease.action, lease.from, lease.to]),
    [[second.action, "100", "10"]],
  );
  assert.equal(w.guard.undo(first.action, "root").ok, false);
  w.guard.revertAll("shutdown");
  assert.equal(w.see("cpu.weight"), "333");
});

test("a group made anew under the same path is another group", (t) => {
  const w = world(t);
  assertApplied(w.propose("cpu.weight", "/swarms/a", 10));
  w.host.group("/swarms/keeps-the-inode-busy");
  w.host.removeGroup("/swarms/a");
  w.host.group("/swarms/other");
  w.host.group("/swarms/a", [101]);
  w.someoneWrites("cpu.weight", "10");
  w.clock.advance(10_000);
  assert.deepEqual(
    w.guard.expire().map((each) => each.written),
    [false],
  );
  assert.equal(w.see("cpu.weight"), "10");
});

test("a proposal for a group made anew is a new change, and the old lease went with the old group", (t) => {
  const w = world(t);
  const first = assertApplied(w.propose("cpu.weight", "/swarms/a", 10));
  w.host.group("/swarms/keeps-the-inode-busy");
  w.host.removeGroup("/swarms/a");
  w.host.group("/swarms/other");
  w.host.group("/swarms/a", [101]);
  const second = assertApplied(w.propose("cpu.weight", "/swarms/a", 10));
  assert.deepEqual(
    w.released.map((each) => [each.action, each.written]),
    [[first.action, false]],
  );
  assert.deepEqual(
    w.guard.leases().map((lease) => [lease.action, lease.from]),
    [[second.action, "100"]],
  );
});

test("what is in force is listed and taken back newest first", (t) => {
  const w = world(t);
  const made = [
    w.propose("cpu.weight", "/swarms/a", 10),
    w.propose("cpu.idle", "/swarms/a", 1),
    w.propose("freeze", "/swarms/b", 1),
  ].map((each) => each.action);
  assert.deepEqual(
    w.guard.leases().map((lease) => lease.action),
    made.toReversed(),
  );
  assert.deepEqual(
    w.guard.revertAll("hive-lost").map((each) => each.action),
    made.toReversed(),
  );
});
