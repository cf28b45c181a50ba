import assert from "node:assert/strict";
import { test } from "node:test";
import type { ProcessRecord } from "../../core/agent.ts";
import type { EventBase } from "../../core/event.ts";
import { DOERS, Doers } from "./doers.ts";

type Mutable<T> = { -readonly [K in keyof T]: T[K] };

function record(path: string, cgroup: string): Mutable<ProcessRecord> {
  return { key: "p:7@7", parent: "p:1@1", comm: "x", path, exe: "f:1:1", uid: 0, cgroup, sinceMs: 0 };
}

function event(cgroupId = 5, pid = 7): EventBase {
  return { atNs: 0, process: { pid, startTicks: 7 }, comm: "x", uid: 0, cgroupId, cpuCgroupId: cgroupId };
}

function contextOf(known: ProcessRecord | undefined) {
  return { processes: { get: () => known, lineage: () => [] } };
}

test("is a program in a place, one and the same for all processes of it", () => {
  const doers = new Doers();
  const first = doers.of(event(), contextOf(record("/usr/bin/curl", "/app.slice")));
  assert.equal(first.program, "/bin/curl");
  assert.equal(first.place, "/app.slice");
  assert.equal(doers.of(event(5, 8), contextOf(record("/bin/curl", "/app.slice"))), first);
  assert.notEqual(doers.of(event(5, 9), contextOf(record("/bin/curl", "/web.slice"))), first);
});

test("follows a record that changes in place, a process that moves, and one that executes", () => {
  const doers = new Doers();
  const known = record("/bin/a", "");
  assert.equal(doers.of(event(5), contextOf(known)).place, "#5");
  assert.equal(doers.of(event(6), contextOf(known)).place, "#6");
  known.cgroup = "/x";
  assert.equal(doers.of(event(6), contextOf(known)).place, "/x");
  known.path = "/bin/b";
  assert.equal(doers.of(event(6), contextOf(known)).program, "/bin/b");
  doers.forget("p:7@7");
  assert.equal(doers.of(event(6), contextOf(record("/bin/c", "/x"))).program, "/bin/c");
});

test("nothing is known of a process without a record, and that is not kept", () => {
  const doers = new Doers();
  assert.equal(doers.of(event(), contextOf(undefined)).program, "");
  assert.equal(doers.of(event(), contextOf(record("/bin/a", "/"))).program, "/bin/a");
});

test("stays right however many there are", () => {
  const doers = new Doers();
  for (let i = 0; i < 3 * DOERS.processes; i++) {
    const path = `/bin/p${String.fromCharCode(97 + (i % 26))}-${"x".repeat(i % 140)}`;
    assert.equal(doers.of(event(5, i + 1), contextOf(record(path, "/"))).program, path);
  }
});
