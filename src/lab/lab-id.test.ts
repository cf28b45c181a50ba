import assert from "node:assert/strict";
import { test } from "node:test";
import { isOfDeadLab, labName, ownerOf, thisProcess } from "./lab-id.ts";

test("a lab's name says whose it is, as a folder too", () => {
  const owner = { pid: 4711, startTicks: 123_456 };
  assert.equal(labName(owner), "swarms-lab-4711-123456");
  assert.deepEqual(ownerOf(labName(owner)), owner);
  assert.deepEqual(ownerOf(`${labName(owner)}-aB3xY9`), owner);
});

test("no other name is taken for a lab's", () => {
  for (const name of ["swarms-lab-1", "swarms-1-2", "system.slice", "swarms-lab-1-2-../../x", "xswarms-lab-1-2", ""])
    assert.equal(ownerOf(name), undefined, name);
});

test("what a living lab uses is not dead; a reused pid does not keep it alive", () => {
  const self = thisProcess();
  assert.equal(isOfDeadLab(labName(self)), false);
  assert.equal(isOfDeadLab(labName({ pid: self.pid, startTicks: self.startTicks + 1 })), true);
  assert.equal(isOfDeadLab("system.slice"), false);
});
