import assert from "node:assert/strict";
import { test } from "node:test";
import { assertApplied, assertRefused, ENFORCE, world } from "./guard.fixture.ts";

/** The kernel forgets a group's weight when cpu.idle goes back to 0, and hides it before: see actuators/cpu-idle.ts. */

for (const shape of ["v2", "v1", "hybrid"] as const) {
  const file = shape === "v2" ? "cpu.weight" : "cpu.shares";

  test(`${shape}: the weight comes back with the end of idle`, (t) => {
    const w = world(t, ENFORCE, shape);
    w.someoneWrites(file, "333");
    assertApplied(w.propose("cpu.idle", "/swarms/a", 1));
    w.guard.revertAll("shutdown");
    assert.deepEqual([w.see("cpu.idle"), w.see(file)], ["0", "333"]);
  });

  test(`${shape}: a weight under idle is masked, not foreign: it renews, and all comes back newest first`, (t) => {
    const w = world(t, ENFORCE, shape);
    w.someoneWrites(file, "333");
    assertApplied(w.propose("cpu.weight", "/swarms/a", 10));
    assertApplied(w.propose("cpu.idle", "/swarms/a", 1));
    assert.equal(w.propose("cpu.weight", "/swarms/a", 10).outcome, "renewed");
    assert.deepEqual(
      w.guard.revertAll("shutdown").map((each) => each.written),
      [true, true],
    );
    assert.deepEqual([w.see("cpu.idle"), w.see(file)], ["0", "333"]);
    w.verify();
  });

  test(`${shape}: a weight that expires under idle comes back when idle ends, also through a restore`, (t) => {
    for (const end of ["expire", "restore"]) {
      const w = world(t, ENFORCE, shape);
      w.someoneWrites(file, "333");
      assertApplied(w.propose("cpu.weight", "/swarms/a", 10, { leaseMs: 5000 }));
      assertApplied(w.propose("cpu.idle", "/swarms/a", 1));
      w.clock.advance(5000);
      assert.deepEqual(
        w.guard.expire().map((each) => each.written),
        [true],
      );
      assert.equal(w.see("cpu.idle"), "1");
      w.clock.advance(5000);
      if (end === "expire") w.guard.expire();
      else assert.ok(w.restore().ok);
      assert.deepEqual([w.see("cpu.idle"), w.see(file)], ["0", "333"], end);
    }
  });

  test(`${shape}: a crash between the two writes of a revert is finished by a restore`, (t) => {
    const w = world(t, ENFORCE, shape);
    w.someoneWrites(file, "333");
    assertApplied(w.propose("cpu.weight", "/swarms/a", 10));
    assertApplied(w.propose("cpu.idle", "/swarms/a", 1));
    w.someoneWrites("cpu.idle", "0");
    assert.notEqual(w.see(file), "333");
    const restored = w.restore();
    assert.ok(restored.ok);
    assert.deepEqual([w.see("cpu.idle"), w.see(file)], ["0", "333"]);
  });
}

test("a weight of a group that is idle already is refused before anything is written", (t) => {
  const w = world(t);
  w.someoneWrites("cpu.idle", "1");
  assertRefused(w.propose("cpu.weight", "/swarms/a", 10), "SW-GUARD-KNOB");
  assertApplied(w.propose("cpu.idle", "/swarms/a", 0));
  assert.deepEqual([w.see("cpu.idle"), w.see("cpu.weight")], ["0", "100"]);
  w.guard.revertAll("shutdown");
  assert.equal(w.see("cpu.idle"), "1");
});

test("another weight under our own idle is refused before anything is written, and the first baseline stays", (t) => {
  const w = world(t);
  assertApplied(w.propose("cpu.weight", "/swarms/a", 20));
  assertApplied(w.propose("cpu.idle", "/swarms/a", 1));
  assertRefused(w.propose("cpu.weight", "/swarms/a", 10), "SW-GUARD-KNOB");
  w.guard.revertAll("shutdown");
  assert.deepEqual([w.see("cpu.idle"), w.see("cpu.weight")], ["0", "100"]);
});

test("a switch that failed without effect leaves a weight that somebody else writes meanwhile", (t) => {
  const w = world(t);
  w.someoneWrites("cpu.weight", "333");
  w.host.fault = () => "EBUSY";
  assertRefused(w.propose("cpu.idle", "/swarms/a", 0), "SW-GUARD-KNOB");
  w.host.fault = () => undefined;
  w.someoneWrites("cpu.weight", "400");
  w.guard.revertAll("shutdown");
  assert.ok(w.restore().ok);
  assert.equal(w.see("cpu.weight"), "400");
});
