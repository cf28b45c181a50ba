import assert from "node:assert/strict";
import { test } from "node:test";
import { assertApplied, assertRefused, world } from "./guard.fixture.ts";
import type { JournalFiles } from "./journal/files.ts";

const JOURNAL_STEPS: readonly (keyof JournalFiles)[] = ["write", "fsync", "open", "rename"];

test("where the journal cannot be written, the knob is not", (t) => {
  for (const [errno, code] of [
    ["ENOSPC", "SW-STATE-FULL"],
    ["EIO", "SW-JOURNAL-WRITE"],
    ["EROFS", "SW-JOURNAL-WRITE"],
  ] as const)
    for (const step of JOURNAL_STEPS) {
      const w = world(t);
      let touched = false;
      w.host.after = () => (touched = true);
      w.journalFault = (operation) => (operation === step ? errno : undefined);
      assertRefused(w.propose("cpu.weight", "/swarms/a", 10), code);
      assert.equal(touched, false, `${errno} at ${step}`);
      w.journalFault = undefined;
      assertApplied(w.propose("cpu.weight", "/swarms/a", 10));
      w.verify();
    }
});

test("where the journal fails between intent and result, the knob is put back", (t) => {
  for (const step of JOURNAL_STEPS) {
    const w = world(t);
    w.host.after = () => (w.journalFault = (operation) => (operation === step ? "ENOSPC" : undefined));
    assertRefused(w.propose("freeze", "/swarms/a", 1), "SW-STATE-FULL");
    assert.deepEqual([w.see("cgroup.freeze"), w.guard.leases()], ["0", []], step);
    assertRefused(w.propose("freeze", "/swarms/b", 1), "SW-STATE-FULL");
    w.journalFault = undefined;
    w.host.after = () => {};
    assertApplied(w.propose("freeze", "/swarms/b", 1));
    w.verify();
    w.restart();
    assert.equal(w.see("cgroup.freeze"), "0");
  }
});

test("where an unfinished record cannot even be cut off, nothing is changed until it can", (t) => {
  const w = world(t);
  w.journalFault = (operation) => (operation === "fsync" || operation === "truncate" ? "EIO" : undefined);
  assertRefused(w.propose("cpu.weight", "/swarms/a", 10), "SW-JOURNAL-WRITE");
  w.journalFault = (operation) => (operation === "truncate" ? "EIO" : undefined);
  assertRefused(w.propose("cpu.weight", "/swarms/a", 10), "SW-JOURNAL-WRITE");
  w.journalFault = undefined;
  assertApplied(w.propose("cpu.weight", "/swarms/a", 10));
  w.verify();
});

test("leases end although the journal is full; the records follow before anything new", (t) => {
  const w = world(t);
  const { action } = assertApplied(w.propose("cpu.weight", "/swarms/a", 10));
  w.journalFault = (operation) => (operation === "truncate" ? undefined : "ENOSPC");
  w.clock.advance(10_000);
  assert.equal(w.guard.expire().length, 1);
  assert.equal(w.see("cpu.weight"), "100");
  assertRefused(w.propose("cpu.weight", "/swarms/a", 10), "SW-STATE-FULL");
  w.journalFault = undefined;
  assertApplied(w.propose("cpu.weight", "/swarms/a", 10));
  assert.equal(w.guard.explain(action)?.reverted?.cause, "expired");
  w.verify();
});

test("a knob that refuses is an error with its code, and leaves the baseline, no lease and a result", (t) => {
  for (const errno of ["EIO", "EROFS", "EBUSY"])
    for (const kind of ["cpu.weight", "cpu.idle", "freeze"] as const) {
      const w = world(t);
      w.host.fault = () => errno;
      const records = w.verify();
      const decision = w.propose(kind, "/swarms/a", 1);
      assertRefused(decision, "SW-GUARD-KNOB");
      assert.match(decision.says, new RegExp(errno));
      assert.deepEqual(w.guard.leases(), []);
      assert.equal(w.verify(), records + 3, "intent, result, refused");
      assert.deepEqual([w.see("cpu.weight"), w.see("cpu.idle"), w.see("cgroup.freeze")], ["100", "0", "0"]);
    }
});

test("a knob that takes another value than asked is put back", (t) => {
  const w = world(t);
  w.host.after = (file, text) => void (file === "cpu.weight" && text === "10" && w.someoneWrites(file, "11"));
  assertRefused(w.propose("cpu.weight", "/swarms/a", 10), "SW-GUARD-KNOB");
  assert.deepEqual(w.guard.leases(), []);
});

test("a value that takes over and fails ends both changes at the baseline", (t) => {
  const w = world(t);
  assertApplied(w.propose("cpu.weight", "/swarms/a", 50));
  w.host.fault = (_, text) => (text === "10" ? "EBUSY" : undefined);
  assertRefused(w.propose("cpu.weight", "/swarms/a", 10), "SW-GUARD-KNOB");
  assert.deepEqual([w.see("cpu.weight"), w.guard.leases()], ["100", []]);
  w.verify();
});

test("a knob that will not go back is tried again every second until it does", (t) => {
  const w = world(t);
  const { action } = assertApplied(w.propose("freeze", "/swarms/a", 1));
  w.host.fault = () => "EBUSY";
  w.clock.advance(10_000);
  assert.deepEqual(w.guard.expire(), []);
  assert.equal(w.guard.leases().length, 1);
  assert.equal(w.guard.undo(action, "root").ok, false);
  assert.equal(w.guard.nextExpiryMs(), w.clock.monoMs() + 1000);
  w.host.fault = () => undefined;
  w.clock.advance(1000);
  assert.deepEqual(
    w.guard.expire().map((each) => [each.action, each.written]),
    [[action, true]],
  );
  assert.equal(w.see("cgroup.freeze"), "0");
});

test("a failed write whose knob will not go back is tried again too, and by a restore", (t) => {
  for (const how of ["expire", "restore"]) {
    const w = world(t);
    w.host.after = () => {
      w.host.fault = () => "EBUSY";
      w.host.process(900, { ppid: 899, cgroup: "/swarms/a" });
    };
    assertRefused(w.propose("freeze", "/swarms/a", 1), "SW-GUARD-PROTECTED");
    assert.equal(w.see("cgroup.freeze"), "1");
    w.host.fault = () => undefined;
    w.clock.advance(1000);
    if (how === "expire") assert.equal(w.guard.expire().length, 1);
    else assert.ok(w.restore().ok);
    assert.equal(w.see("cgroup.freeze"), "0");
    w.verify();
  }
});
