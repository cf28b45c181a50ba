import assert from "node:assert/strict";
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdirSync, rmdirSync, writeFileSync } from "node:fs";
import { cpus } from "node:os";
import { join } from "node:path";
import { test, type TestContext } from "node:test";
import { setTimeout as sleep } from "node:timers/promises";
import { probeCgroupLayout } from "./cgroup-layout.ts";
import { probeFeatures } from "./features.ts";
import { MAX_TRIGGERS, PressureTriggers } from "./pressure-trigger.ts";

/** A group of v2 and triggers, gone after the test; undefined where this host has neither. */
function world(t: TestContext) {
  const { v2 } = probeCgroupLayout();
  const feature = probeFeatures().find(({ name }) => name === "psi.trigger");
  if (v2 === undefined || feature?.available !== true || process.getuid?.() !== 0) {
    t.skip(`needs root, cgroup v2 and psi.trigger (${feature?.found})`);
    return undefined;
  }
  const dir = join(v2, `swarms-test-psi-${process.pid}`);
  mkdirSync(dir);
  const hogs: ChildProcess[] = [];
  let fired = 0;
  const triggers = new PressureTriggers(() => fired++);
  t.after(async () => {
    triggers.close();
    for (const hog of hogs) {
      hog.kill("SIGKILL");
      if (hog.exitCode === null && hog.signalCode === null) await once(hog, "exit");
    }
    remove(dir);
  });
  return {
    dir,
    triggers,
    fired: () => fired,
    crowd(): void {
      for (let count = 0; count < cpus().length * 2; count++) {
        const hog = spawn("sh", ["-c", "while :; do :; done"], { stdio: "ignore" });
        hogs.push(hog);
        writeFileSync(join(dir, "cgroup.procs"), String(hog.pid));
      }
    },
  };
}

function remove(dir: string): void {
  try {
    rmdirSync(dir);
  } catch {
    // Removed by the test.
  }
}

async function until(holds: () => boolean, withinMs: number): Promise<boolean> {
  for (let waited = 0; waited < withinMs; waited += 50) {
    if (holds()) return true;
    await sleep(50);
  }
  return holds();
}

test("a group that becomes crowded fires, and no more than once a window; a quiet one does not", async (t) => {
  const here = world(t);
  if (here === undefined) return;
  const { dir, triggers, fired, crowd } = here;
  triggers.watch([join(dir, "cpu.pressure")]);
  assert.equal(triggers.watched.length, 1);
  await sleep(300);
  assert.equal(fired(), 0);
  const beganMs = performance.now();
  crowd();
  assert.ok(await until(() => fired() >= 2, 20_000), `${fired()} times`);
  const windows = ((performance.now() - beganMs) * 1000) / (triggers.windowUs ?? 0);
  assert.ok(fired() <= windows + 1, `${fired()} times in ${windows} windows`);
});

test("a group that is removed is told once and watched no more, without a busy loop", async (t) => {
  const here = world(t);
  if (here === undefined) return;
  const { dir, triggers, fired } = here;
  const file = join(dir, "io.pressure");
  triggers.watch([file, join(dir, "memory.pressure")]);
  assert.equal(triggers.watched.length, 2);
  rmdirSync(dir);
  assert.ok(await until(() => triggers.watched.length === 0, 3000));
  const after = fired();
  await sleep(200);
  assert.ok(fired() - after <= 1 && after <= 3, `${after}, then ${fired()}`);
  triggers.watch([file]);
  assert.deepEqual(triggers.watched, []);
});

test("what is no longer wanted is let go, what is refused is left out, and their number is bounded", (t) => {
  const here = world(t);
  if (here === undefined) return;
  const { dir, triggers } = here;
  const files = ["cpu.pressure", "memory.pressure"].map((name) => join(dir, name));
  triggers.watch([...files, "/nowhere", "/proc/self/stat"]);
  assert.deepEqual(triggers.watched, files);
  triggers.watch(files.slice(1));
  assert.deepEqual(triggers.watched, files.slice(1));
  triggers.watch(Array.from({ length: 60 }, (_, at) => `${dir}/${"./".repeat(at)}cpu.pressure`));
  assert.equal(triggers.watched.length, MAX_TRIGGERS);
  triggers.close();
  triggers.close();
  triggers.watch(files);
  assert.deepEqual(triggers.watched, []);
});
