import assert from "node:assert/strict";
import { appendFileSync, existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { assertApplied, assertRefused, ENFORCE, world, type World } from "./guard.fixture.ts";
import { restoreFromJournal } from "./restore.ts";

function restored(w: World): [string, boolean][] {
  const result = w.restore();
  assert.ok(result.ok, result.ok ? "" : result.says);
  return result.value.map((each) => [each.action, each.written]);
}

test("after kill -9 every open change is taken back, newest first, once", (t) => {
  const w = world(t);
  const a = assertApplied(w.propose("cpu.weight", "/swarms/a", 10)).action;
  const b = assertApplied(w.propose("cpu.idle", "/swarms/a", 1)).action;
  const c = assertApplied(w.propose("freeze", "/swarms/b", 1)).action;
  const d = assertApplied(w.propose("cpu.weight", "/swarms/b", 10)).action;
  assert.ok(w.guard.undo(d, "root").ok);
  assert.deepEqual(restored(w), [
    [c, true],
    [b, true],
    [a, true],
  ]);
  assert.deepEqual([w.see("cpu.weight"), w.see("cpu.idle"), w.see("cgroup.freeze", "/swarms/b")], ["100", "0", "0"]);
  const records = w.verify();
  assert.deepEqual(restored(w), []);
  assert.equal(w.verify(), records, "a restore with nothing to do writes nothing");
});

test("a crash at any moment of a write is repaired", (t) => {
  class Killed extends Error {}
  const moments: ((w: World) => void)[] = [
    (w) =>
      (w.host.fault = () => {
        throw new Killed();
      }),
    (w) =>
      (w.host.after = () => {
        throw new Killed();
      }),
    (w) =>
      (w.host.after = () => {
        w.host.read = () => {
          throw new Killed();
        };
      }),
  ];
  for (const kind of ["cpu.weight", "cpu.idle", "freeze"] as const)
    for (const [index, moment] of moments.entries()) {
      const w = world(t);
      w.someoneWrites("cpu.weight", "333");
      moment(w);
      assert.throws(() => w.propose(kind, "/swarms/a", 10 ** Number(kind === "cpu.weight")), Killed);
      w.crash();
      w.host.fault = () => undefined;
      w.host.after = () => {};
      Reflect.deleteProperty(w.host, "read");
      restored(w);
      assert.deepEqual(
        [w.see("cpu.weight"), w.see("cpu.idle"), w.see("cgroup.freeze")],
        ["333", "0", "0"],
        `${kind} ${index}`,
      );
      assert.deepEqual(restored(w), []);
      w.verify();
    }
});

test("a crash while one value takes over from another is repaired", (t) => {
  for (const hook of ["fault", "after"] as const) {
    const w = world(t);
    assertApplied(w.propose("cpu.weight", "/swarms/a", 50));
    w.host[hook] = () => {
      throw new Error("killed");
    };
    assert.throws(() => w.propose("cpu.weight", "/swarms/a", 10));
    w.host.fault = () => undefined;
    w.host.after = () => {};
    assert.equal(restored(w).length, 1);
    assert.equal(w.see("cpu.weight"), "100");
  }
});

test("what somebody else wrote since is left alone, what is gone with its group is tolerated", (t) => {
  const w = world(t);
  const a = assertApplied(w.propose("cpu.weight", "/swarms/a", 10)).action;
  const b = assertApplied(w.propose("freeze", "/swarms/b", 1)).action;
  w.someoneWrites("cpu.weight", "77");
  w.host.removeGroup("/swarms/b");
  assert.deepEqual(restored(w), [
    [b, false],
    [a, false],
  ]);
  assert.equal(w.see("cpu.weight"), "77");
  assert.deepEqual(restored(w), []);
});

test("while an instance runs, a restore keeps its hands off", (t) => {
  const w = world(t);
  w.host.process(5000, { startTicks: 1 });
  assertApplied(w.propose("cpu.weight", "/swarms/a", 10));
  const busy = w.restore();
  assert.equal(busy.ok ? "" : busy.code, "SW-STATE-BUSY");
  assert.equal(w.see("cpu.weight"), "10");
  w.host.process(5000, { startTicks: 1, state: "Z" });
  assert.equal(restored(w).length, 1);
});

test("after a restart of the kernel nothing is written: knobs do not survive it", (t) => {
  const w = world(t);
  assertApplied(w.propose("cpu.weight", "/swarms/a", 10));
  w.bootId = "another";
  assert.deepEqual(restored(w), []);
  w.restart();
  assertApplied(w.propose("freeze", "/swarms/b", 1));
  assert.equal(restored(w).length, 1);
  assert.deepEqual([w.see("cpu.weight"), w.see("cgroup.freeze", "/swarms/b")], ["10", "0"]);
});

test("a knob that refuses stays open for the next restore", (t) => {
  const w = world(t);
  const { action } = assertApplied(w.propose("freeze", "/swarms/a", 1));
  w.host.fault = () => "EBUSY";
  assert.deepEqual(restored(w), [[action, false]]);
  w.host.fault = () => undefined;
  assert.deepEqual(restored(w), [[action, true]]);
});

test("a full disk keeps nothing frozen", (t) => {
  const w = world(t);
  const { action } = assertApplied(w.propose("freeze", "/swarms/a", 1));
  w.journalFault = () => "ENOSPC";
  w.restoreThroughFaults = true;
  const result = w.restore();
  assert.ok(result.ok && result.value[0]?.action === action && /not recorded/.test(result.value[0].says));
  assert.equal(w.see("cgroup.freeze"), "0");
  w.journalFault = undefined;
  w.restart();
  w.guard.expire();
  assert.equal(w.guard.explain(action)?.reverted?.cause, "recovery", "recorded by the next run");
  assertApplied(w.propose("freeze", "/swarms/a", 1));
});

test("a knob that refuses while the layer starts is taken back by the layer that runs, and left alone until then", (t) => {
  const w = world(t);
  const { action } = assertApplied(w.propose("freeze", "/swarms/a", 1));
  w.host.fault = () => "EBUSY";
  assert.ok(w.restore().ok);
  w.restart();
  assert.deepEqual(w.guard.expire(), []);
  assertRefused(w.propose("freeze", "/swarms/a", 1), "SW-GUARD-KNOB");
  w.host.fault = () => undefined;
  w.clock.advance(1000);
  assert.deepEqual(
    w.guard.expire().map((each) => [each.action, each.cause, each.written]),
    [[action, "recovery", true]],
  );
  assert.equal(w.see("cgroup.freeze"), "0");
  assertApplied(w.propose("freeze", "/swarms/a", 1));
});

test("a damaged journal thaws as far as it reads, is reported, and stays as it is for examination", (t) => {
  const w = world(t);
  assertApplied(w.propose("freeze", "/swarms/a", 1));
  const path = join(w.folder, "journal.jsonl");
  appendFileSync(path, "{}\n");
  const text = readFileSync(path, "utf8");
  const result = w.restore();
  assert.equal(result.ok ? "" : result.code, "SW-JOURNAL-DAMAGED");
  assert.equal(w.see("cgroup.freeze"), "0");
  assert.equal(readFileSync(path, "utf8"), text);
});

test("a torn last line is no obstacle", (t) => {
  const w = world(t, ENFORCE);
  assertApplied(w.propose("freeze", "/swarms/a", 1));
  appendFileSync(join(w.folder, "journal.jsonl"), '{"v":1,"seq":');
  assert.equal(restored(w).length, 1);
  assert.equal(w.see("cgroup.freeze"), "0");
  assert.equal(readFileSync(join(w.folder, "torn-after-3"), "utf8"), '{"v":1,"seq":');
  w.verify();
});

test("a journal of a later version does not keep what is known from being taken back", (t) => {
  const w = world(t);
  assertApplied(w.propose("freeze", "/swarms/a", 1));
  const appended = w.journal.append("intent", { kind: "io.max", cgroup: "/swarms/b" } as never);
  assert.ok(appended.ok);
  assert.equal(restored(w).length, 1);
});

test("without a journal there is nothing to restore, and none is made", (t) => {
  const w = world(t);
  const folder = join(w.host.root, "never");
  assert.deepEqual(restoreFromJournal({ folder, fs: w.host, clock: w.clock, cause: "restore" }), {
    ok: true,
    value: [],
  });
  assert.equal(existsSync(folder), false);
});

test("a weight that lies under a cpu.idle which will not go back waits for it, and is not taken for somebody else's", (t) => {
  const w = world(t);
  w.someoneWrites("cpu.weight", "300");
  assertApplied(w.propose("cpu.weight", "/swarms/a", 10));
  assertApplied(w.propose("cpu.idle", "/swarms/a", 1));
  w.host.fault = () => "EBUSY";
  assert.deepEqual(
    restored(w).map(([, written]) => written),
    [false, false],
  );
  w.host.fault = () => undefined;
  assert.deepEqual(
    restored(w).map(([, written]) => written),
    [true, true],
  );
  assert.deepEqual([w.see("cpu.weight"), w.see("cpu.idle")], ["300", "0"]);
  w.verify();
});
