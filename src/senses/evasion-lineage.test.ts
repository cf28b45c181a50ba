import assert from "node:assert/strict";
import { setTimeout as sleep } from "node:timers/promises";
import { processKey } from "../core/entity.ts";
import type { SensedEvent } from "../core/event.ts";
import { evades, fileOf, type Evasion } from "./evasion.fixture.ts";

async function ended(e: Evasion, pid: number): Promise<Extract<SensedEvent, { kind: "exit" }>> {
  for (let tries = 0; tries < 200; tries++) {
    const exit = e.events.find((event) => event.kind === "exit" && event.process.pid === pid);
    if (exit?.kind === "exit") return exit;
    await sleep(10);
  }
  return assert.fail(`no end of ${pid}`);
}

evades("a double fork keeps its ancestors, whoever has adopted it", async (e, target) => {
  const { pid } = await e.run("orphan", target, "orphan");
  const exec = await e.exec("orphan");
  const key = processKey(exec.process);
  const [self, middle, first, tester] = e.table.lineage(key).map(({ process }) => process);
  assert.equal(self, key);
  assert.match(middle ?? "", /^p:\d+@\d+$/);
  assert.ok(first?.startsWith(`p:${pid}@`) && tester?.startsWith(`p:${process.pid}@`));
  // The kernel says that somebody else is its parent by now, and so does the record.
  assert.notEqual(processKey(exec.parent), middle);
  assert.deepEqual([e.table.get(key)?.parent, e.table.get(key)?.adopter], [middle, processKey(exec.parent)]);
});

evades("a child made with CLONE_PARENT belongs to who made it, and its adopter is told", async (e, target) => {
  const { pid } = await e.run("sibling", target, "sibling");
  const exec = await e.exec("sibling");
  const record = e.table.get(processKey(exec.process));
  assert.ok(record !== undefined && record.parent.startsWith(`p:${pid}@`));
  // The kernel's word: the test itself.
  assert.equal(exec.parent.pid, process.pid);
  assert.equal(record.adopter, processKey(exec.parent));
  const fork = e.events.find((event) => event.kind === "fork" && event.child.pid === exec.process.pid);
  assert.ok(fork?.kind === "fork");
  assert.equal((fork.flags ?? 0) & 0x8000, 0x8000);
});

evades("where a thread executes, the process goes on under its pid, and ends once", async (e, target) => {
  const { pid } = await e.run("thread", target, "threaded");
  const exec = await e.exec("threaded");
  assert.deepEqual([exec.process.pid, exec.exe], [pid, fileOf(target)]);
  assert.notEqual(exec.tid, pid, "the thread that asked");
  const fork = e.events.find((event) => event.kind === "fork" && event.child.pid === pid);
  assert.ok(fork?.kind === "fork");
  assert.equal(processKey(fork.child), processKey(exec.process));
  const exit = await ended(e, pid);
  assert.equal(processKey(exit.process), processKey(exec.process));
  await sleep(50);
  assert.equal(e.events.filter((event) => event.kind === "exit" && event.process.pid === pid).length, 1);
  assert.equal(e.table.get(processKey(exec.process))?.exe, `f:${exec.exe.dev}:${exec.exe.ino}`);
});

evades("a pid that comes again is another process, with its own start and its own end", async (e, target, t) => {
  const { code, pid } = await e.run("reuse", target, "again");
  if (code === 7) return t.skip("may not choose a pid (clone3 with set_tid)");
  const [first, second] = [await e.exec("again"), await e.exec("again", 2)];
  assert.equal(first.process.pid, second.process.pid);
  assert.ok(first.process.startTicks < second.process.startTicks);
  const [before, after] = [e.table.get(processKey(first.process)), e.table.get(processKey(second.process))];
  assert.ok(before !== undefined && after !== undefined && before !== after);
  for (const record of [before, after]) assert.ok(record.parent.startsWith(`p:${pid}@`));
  await ended(e, pid);
  const ends = e.events.filter((event) => event.kind === "exit" && event.process.pid === first.process.pid);
  assert.deepEqual(
    ends.map((event) => processKey(event.process)),
    [processKey(first.process), processKey(second.process)],
  );
});
