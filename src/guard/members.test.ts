import assert from "node:assert/strict";
import { appendFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { test, type TestContext } from "node:test";
import { failed } from "../core/errors.ts";
import { assertRefused, world } from "./guard.fixture.ts";
import { type Shape, SimulatedHost } from "./host.fixture.ts";
import { membersOf } from "./members.ts";

function host(t: TestContext, shape: Shape = "v2"): SimulatedHost {
  const made = new SimulatedHost(shape);
  t.after(() => made.remove());
  made.group("/a", [101]);
  made.group("/a/b", [102]);
  made.group("/a/c", [103]);
  return made;
}

function pidsIn(fs: SimulatedHost): number[] | string {
  const members = membersOf(fs, fs.procRoot, "freezer", "/a");
  return members.ok ? members.value.pids.toSorted((a, b) => a - b) : members.code;
}

for (const shape of ["v2", "v1"] as const)
  test(`${shape}: a process that is not listed is found by its threads, one that is listed once only`, (t) => {
    const fs = host(t, shape);
    fs.process(500);
    fs.thread(501, 500, "/a/b");
    fs.thread(502, 500, "/a/c");
    fs.thread(111, 101, "/a");
    assert.deepEqual(pidsIn(fs), [101, 102, 103, 500]);
  });

test("a thread that cannot be looked up is a process that cannot be identified", (t) => {
  const w = world(t);
  appendFileSync(join(w.host.dir("freezer", "/swarms/a") ?? "", "cgroup.threads"), "777\n");
  const decision = w.propose("freeze", "/swarms/a", 1);
  assertRefused(decision, "SW-GUARD-PROTECTED");
  assert.match(decision.says, /777 cannot be identified/);
  writeFileSync(join(w.host.dir("freezer", "/swarms/b") ?? "", "cgroup.threads"), "0\n");
  assertRefused(w.propose("freeze", "/swarms/b", 1), "SW-GUARD-PROTECTED");
});

test("a child group that ended while it was looked at is no failure; one that only says so is", (t) => {
  const fs = host(t);
  const read = fs.read.bind(fs);
  fs.read = (controller, path, file) =>
    path === "/a/b" ? failed("SW-GUARD-GONE", path) : read(controller, path, file);
  assert.equal(pidsIn(fs), "SW-GUARD-PROTECTED");
  fs.read = (controller, path, file) => {
    if (path === "/a/b") fs.removeGroup(path);
    return read(controller, path, file);
  };
  assert.deepEqual(pidsIn(fs), [101, 103]);
});
