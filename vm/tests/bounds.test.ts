import assert from "node:assert/strict";
import { type ChildProcess, spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { mkdirSync, readFileSync, rmdirSync, rmSync } from "node:fs";
import { join } from "node:path";
import { test, type TestContext } from "node:test";
import { configSchema } from "../../src/core/config.ts";
import { ACTUATORS } from "../../src/guard/actuators/actuators.ts";
import { elsewhere, fs } from "./machine.fixture.ts";

const MIB = 1 << 20;
let made = 0;

/** An empty group with every controller, and a way to run a program in it. */
function groupOf(t: TestContext): { path: string; run(command: string): ChildProcess } {
  const path = `/swarms-test-bounds-${made++}`;
  const dir = fs.dir("memory", path) ?? "";
  mkdirSync(dir);
  const children: ChildProcess[] = [];
  t.after(async () => {
    await Promise.all(children.map((child) => ended(child)));
    rmdirSync(dir);
  });
  return {
    path,
    run(command) {
      const script = `echo 0 > ${dir}/cgroup.procs && ${command}`;
      const child = spawn("sh", ["-c", script], { stdio: ["pipe", "pipe", "ignore"] });
      children.push(child);
      return child;
    },
  };
}

async function ended(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const exit = once(child, "exit");
  child.kill("SIGKILL");
  await exit;
}

test("memory.reclaim takes what a group has in its cache, and says how much", { timeout: 30_000 }, async (t) => {
  if (elsewhere(t)) return;
  const file = "/var/tmp/swarms-test-cache";
  t.after(() => rmSync(file, { force: true }));
  const { path, run } = groupOf(t);
  const child = run(`dd if=/dev/zero of=${file} bs=1M count=24 status=none && sync ${file} && echo full && exec cat`);
  await once(child.stdout ?? child, "data");
  const current = (): number => Number(readFileSync(join(fs.dir("memory", path) ?? "", "memory.current"), "utf8"));
  const before = current();
  assert.ok(before > 16 * MIB, `${before}`);
  const actuator = ACTUATORS["memory.reclaim"];
  const done = actuator.apply(fs, path, actuator.encode(fs, 16), "");
  assert.ok(done.ok, done.ok ? "" : done.says);
  assert.match(done.value, /^the group went from \d+ to \d+ MiB$/);
  assert.ok(before - current() > 8 * MIB, `${before} ${current()}`);
});

test("memory.low and memory.high are set and put back beside a program", (t) => {
  if (elsewhere(t)) return;
  const { path } = groupOf(t);
  for (const [kind, text] of [
    ["memory.high", String(64 * MIB)],
    ["memory.low", String(64 * MIB)],
  ] as const) {
    const actuator = ACTUATORS[kind];
    const before = actuator.read(fs, path);
    assert.ok(before.ok && actuator.apply(fs, path, actuator.encode(fs, 64), before.value).ok);
    assert.equal(readFileSync(join(fs.dir("memory", path) ?? "", kind), "utf8").trim(), text);
    assert.ok(actuator.restore(fs, path, before.value).ok);
    assert.deepEqual(actuator.read(fs, path), before);
  }
});

test("io.max bounds the disks that a group has used, and leaves other limits of the same disk", (t) => {
  if (elsewhere(t)) return;
  const file = "/var/tmp/swarms-test-bound";
  t.after(() => rmSync(file, { force: true }));
  const { path } = groupOf(t);
  const dir = fs.dir("io", path) ?? "";
  const enter = `echo 0 > ${dir}/cgroup.procs && exec dd if=/dev/zero of=${file} bs=1M count=4 oflag=direct status=none`;
  assert.equal(spawnSync("sh", ["-c", enter], { timeout: 60_000 }).status, 0);
  const device = /^\d+:\d+/m.exec(readFileSync(join(dir, "io.stat"), "utf8"))?.[0] ?? "";
  assert.ok(fs.write("io", path, "io.max", `${device} riops=500`).ok);
  const actuator = ACTUATORS["io.max"];
  const before = actuator.read(fs, path);
  const setting = actuator.prepare?.(fs, 2048, { cgroup: path, config: configSchema.parse({}) });
  assert.ok(before.ok && setting?.ok, "prepared");
  assert.ok(actuator.apply(fs, path, setting.value, before.value).ok);
  assert.match(readFileSync(join(dir, "io.max"), "utf8"), /rbps=2097152 wbps=2097152 riops=500/);
  assert.ok(actuator.restore(fs, path, before.value).ok);
  assert.match(readFileSync(join(dir, "io.max"), "utf8"), /rbps=max wbps=max riops=500/);
  assert.deepEqual(actuator.read(fs, path), before);
});
