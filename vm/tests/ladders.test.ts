import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { readFileSync, rmSync, truncateSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { test, type TestContext } from "node:test";
import { setTimeout as pause } from "node:timers/promises";
import { LadderLoop, type Numbers } from "./ladder-loop.fixture.ts";
import { elsewhere, fs, type Group, groupOf } from "./machine.fixture.ts";

const MIB = 1 << 20;
const CACHE_MIB = 320;

function textIn(group: Group, controller: "memory" | "io", file: string): string {
  return readFileSync(join(fs.dir(controller, group.path) ?? "", file), "utf8").trim();
}

/** A program in the group; a shell before it enters. Gives what waits for its end. */
function inGroup(t: TestContext, group: Group, script: string): Promise<unknown> {
  const child = spawn("sh", ["-c", `echo 0 > ${group.dir}/cgroup.procs && ${script}`], { stdio: "ignore" });
  const exit = once(child, "exit");
  t.after(() => exit);
  return exit;
}

test("memory: while a service waits for it, a job gives back down to half of what it had; later all is as before", async (t) => {
  if (elsewhere(t)) return;
  const group = await groupOf(t, 0);
  const file = "/var/tmp/swarms-test-cache";
  t.after(() => rmSync(file, { force: true }));
  writeFileSync(file, "");
  // Holes: read, they fill the cache as data does, and the disk has nothing to do.
  truncateSync(file, CACHE_MIB * MIB);
  await inGroup(t, group, `exec dd if=${file} of=/dev/null bs=1M status=none`);
  const holds = (): number => Number(textIn(group, "memory", "memory.current"));
  const had = holds();
  assert.ok(had >= 0.9 * CACHE_MIB * MIB, `${had}`);
  const loop = new LadderLoop(t, group);
  const uses = (): Numbers => ({ "memory.bytes": holds() });
  const highs = new Set<string>();
  const reached = loop.run({ "pressure.memory.some": 0.6 }, uses, () => {
    highs.add(textIn(group, "memory", "memory.high"));
    return loop.done.includes("memory.reclaim applied");
  });
  const shares = [...highs].map((high) => Math.round((100 * Number(high)) / had));
  assert.ok(reached, `${shares}; ${[...new Set(loop.done)]}`);
  // Demand is urgent: the first two steps are one.
  assert.deepEqual(shares, [Number.NaN, 75, 50]);
  assert.ok(holds() <= 0.55 * had, `${holds()} of ${had}`);
  assert.ok(loop.run({ "pressure.memory.some": 0 }, uses, () => loop.leases === 0));
  assert.equal(textIn(group, "memory", "memory.high"), "max");
});

test("storage: a job gives way by weight, then is held to half of what it wrote; later all is as before", async (t) => {
  if (elsewhere(t)) return;
  const group = await groupOf(t, 0);
  if (fs.read("io", group.path, "io.weight").ok === false) return t.skip("this kernel gives disks no weights");
  const file = "/var/tmp/swarms-test-ladder";
  t.after(() => rmSync(file, { force: true }));
  // Direct, so that the writer is held back itself and no flusher of the kernel's.
  const dd = `dd if=/dev/zero of=${file} bs=64k count=512 oflag=direct status=none`;
  void inGroup(t, group, `while :; do ${dd}; done`);
  const written = (): number =>
    [...textIn(group, "io", "io.stat").matchAll(/\bwbytes=(\d+)/g)].reduce((sum, [, bytes]) => sum + Number(bytes), 0);
  const rate = async (): Promise<number> => {
    const [before, beganMs] = [written(), performance.now()];
    await pause(4000);
    return ((written() - before) * 1000) / (performance.now() - beganMs);
  };
  await pause(1000);
  const free = await rate();
  const before = [textIn(group, "io", "io.max"), textIn(group, "io", "io.weight")];
  const loop = new LadderLoop(t, group);
  const uses = (): Numbers => ({ "io.write.bytes": free });
  const reached = loop.run({ "pressure.io.some": 0.9 }, uses, () => loop.done.includes("io.max applied"));
  assert.ok(reached, `${[...new Set(loop.done)]}`);
  assert.match(textIn(group, "io", "io.weight"), /^default 10$/m);
  const held = await rate();
  assert.ok(held < 0.75 * free, `${held} of ${free} bytes/s`);
  assert.ok(loop.run({ "pressure.io.some": 0 }, uses, () => loop.leases === 0));
  assert.deepEqual([textIn(group, "io", "io.max"), textIn(group, "io", "io.weight")], before);
});
