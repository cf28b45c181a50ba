import assert from "node:assert/strict";
import { test } from "node:test";
import { setTimeout as sleep } from "node:timers/promises";
import type { ActionKind } from "../../src/core/action.ts";
import { actuatorOf } from "../../src/guard/actuators/actuators.ts";
import { elsewhere, fs, type Group, groupOf } from "./machine.fixture.ts";

/** Half-seconds. */
const COMPETES_AGAIN_WITHIN = 12;

/** Share of the first CPU that `one` of the two gets, in [0, 1], over half a second. */
async function shareOf(one: Group, other: Group): Promise<number> {
  const before = [one.usageUs(), other.usageUs()] as const;
  await sleep(500);
  const [own, others] = [one.usageUs() - before[0], other.usageUs() - before[1]];
  return own / (own + others);
}

function apply(kind: ActionKind, group: Group, value: number): () => void {
  const actuator = actuatorOf(kind);
  const baseline = actuator.read(fs, group.path);
  assert.ok(baseline.ok, baseline.ok ? "" : baseline.says);
  const applied = actuator.apply(fs, group.path, actuator.encode(fs, value), baseline.value);
  assert.ok(applied.ok, applied.ok ? "" : applied.says);
  return () => {
    assert.ok(actuator.restore(fs, group.path, baseline.value).ok);
    assert.deepEqual(actuator.read(fs, group.path), baseline);
  };
}

test("everything is on the one hierarchy of cgroup v2", (t) => {
  if (elsewhere(t)) return;
  const v2 = { dir: "/sys/fs/cgroup", version: 2 };
  assert.deepEqual(fs.layout, { v2: v2.dir, cpu: v2, memory: v2, freezer: v2, io: v2, shape: "v2" });
});

for (const { kind, value, most } of [
  // Weights of 10 against 100 are a share of 0.09.
  { kind: "cpu.weight", value: 10, most: 0.16 },
  { kind: "cpu.idle", value: 1, most: 0.05 },
  // A tenth of the CPU, which the neighbour fills up.
  { kind: "cpu.max", value: 10, most: 0.16 },
  // Between groups it is the group's weight that counts; its tasks' nice values take nothing from the neighbour.
  { kind: "sched.nice", value: 10, most: 0.55 },
  { kind: "freeze", value: 1, most: 0 },
] as const) {
  test(`${kind}: a group that competes for a CPU gives way to its neighbour, and competes again after the restore`, async (t) => {
    if (elsewhere(t)) return;
    const [group, neighbour] = [await groupOf(t, 1), await groupOf(t, 1)];
    const even = await shareOf(group, neighbour);
    assert.ok(even > 0.35 && even < 0.65, `even ${even}`);
    const restore = apply(kind, group, value);
    const less = await shareOf(group, neighbour);
    assert.ok(less <= most, `with ${kind} ${less}`);
    restore();
    // A group that was idle or frozen stays behind for a while: what the scheduler owes is counted in the weight it had.
    let again = 0;
    for (let look = 0; look < COMPETES_AGAIN_WITHIN && (again <= 0.2 || again >= 0.8); look++)
      again = await shareOf(group, neighbour);
    assert.ok(again > 0.2 && again < 0.8, `again ${again}`);
  });
}
