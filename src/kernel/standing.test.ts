import assert from "node:assert/strict";
import { readdirSync } from "node:fs";
import { test } from "node:test";
import { Worker } from "node:worker_threads";
import { STANDING } from "../core/leisure.ts";
import { taskScheduling } from "./sched-attr.ts";
import { stand, standAll } from "./standing.ts";

const root = process.getuid?.() === 0;

test("a thread of ours takes a standing, and another again", (t) => {
  if (!root) return t.skip("needs root");
  const own = taskScheduling.get(0);
  assert.ok(own.ok);
  t.after(() => taskScheduling.set(0, own.value));
  stand(0, STANDING.leisurely);
  const now = taskScheduling.get(0);
  assert.ok(now.ok);
  assert.deepEqual([now.value.policy, now.value.nice], [STANDING.leisurely.policy, STANDING.leisurely.nice]);
  // Kernels before 6.12 have no slices of tasks.
  assert.ok([0, STANDING.leisurely.sliceNs].includes(now.value.sliceNs), String(now.value.sliceNs));
  stand(0, STANDING.eager);
  const then = taskScheduling.get(0);
  assert.ok(then.ok);
  assert.deepEqual([then.value.policy, then.value.nice], [0, STANDING.eager.nice]);
});

test("threads are chosen by their names; one that is gone is no error, but by itself", async (t) => {
  if (!root) return t.skip("needs root");
  const worker = new Worker("setInterval(() => {}, 1000)", { eval: true, name: "swarms-standing" });
  t.after(() => worker.terminate());
  await new Promise((resolve) => worker.once("online", resolve));
  const chosen: number[] = [];
  const others = { policy: 3, nice: 7, sliceNs: 0 };
  standAll(process.pid, others, (tid, name) => {
    if (name === "" || !"swarms-standing".startsWith(name)) return false;
    chosen.push(tid);
    return true;
  });
  assert.equal(chosen.length, 1);
  const changed = readdirSync("/proc/self/task").filter((tid) => {
    const read = taskScheduling.get(Number(tid));
    return read.ok && read.value.nice === others.nice;
  });
  assert.deepEqual(changed.map(Number), chosen);
  standAll(2 ** 22 + 1, STANDING.eager, () => true);
  assert.throws(() => stand(2 ** 22 + 1, STANDING.eager));
});
