import assert from "node:assert/strict";
import { test, type TestContext } from "node:test";
import type { ActionKind } from "../../core/action.ts";
import { configSchema } from "../../core/config.ts";
import type { FileRef } from "../../core/entity.ts";
import type { Result } from "../../core/errors.ts";
import type { CgroupFs } from "../../kernel/cgroup-fs.ts";
import type { Actuator } from "./actuator.ts";

export interface Ground {
  readonly fs: CgroupFs;
  /** A group of this run alone, with a process in it, in every hierarchy that the actuators use. */
  readonly cgroup: string;
  /** A program that a process of the group runs. */
  readonly file?: FileRef;
}

/** What is asked of a kind: values within its bounds that no state begins with, and texts that are states of it. */
interface Asked {
  readonly values: readonly number[];
  readonly states?: readonly string[];
}

const NUMBERS = ["max", "9999999999"];

/** Every kind with a way back. What is done once has tests of its own. */
export const ASKED: Readonly<Partial<Record<ActionKind, Asked>>> = {
  "cpu.weight": { values: [1, 10, 100, 777, 10_000] },
  "cpu.idle": { values: [1, 0] },
  "cpu.max": { values: [5, 50, 250] },
  "memory.high": { values: [16, 300, 4096], states: NUMBERS },
  "memory.low": { values: [1, 64], states: NUMBERS },
  "io.weight": { values: [10, 50, 700], states: NUMBERS },
  "io.max": { values: [1024, 9000] },
  "sched.nice": { values: [19, 3, -5], states: [""] },
  "sched.slice": { values: [100, 5000, 100_000], states: [""] },
  "knob.memory.swap.max": { values: [8 << 20, 512 << 20], states: NUMBERS },
  freeze: { values: [1] },
  "net.deny": { values: [1, 2, 3] },
  "exec.deny": { values: [1] },
  "exec.kill": { values: [1] },
  "sysctl.vm.swappiness": { values: [10, 0, 200], states: ["9999999999"] },
  "sysctl.vm.vfs_cache_pressure": { values: [50], states: ["9999999999"] },
  "sysctl.vm.dirty_background_ratio": { values: [5], states: ["9999999999"] },
  "sysctl.vm.dirty_ratio": { values: [40], states: ["9999999999"] },
  "sysctl.vm.watermark_scale_factor": { values: [50], states: ["9999999999"] },
  "sysctl.vm.compaction_proactiveness": { values: [0], states: ["9999999999"] },
  "sysctl.vm.page-cluster": { values: [0], states: ["9999999999"] },
  "sysctl.net.core.somaxconn": { values: [1024], states: ["9999999999"] },
  "sysctl.net.core.netdev_max_backlog": { values: [2000], states: ["9999999999"] },
  "sysctl.net.core.netdev_budget": { values: [200], states: ["9999999999"] },
  "sysctl.net.ipv4.tcp_slow_start_after_idle": { values: [0], states: ["9999999999"] },
  "sysctl.net.ipv4.tcp_notsent_lowat": { values: [131_072], states: ["9999999999"] },
};

const FILE = { dev: 1, ino: 4_000_000_001 };
export const CONFIG = configSchema.parse({ net: { allow: ["10.0.0.0/8:5432", "[fd00::/8]:443", "192.0.2.7"] } });

/** What every actuator with a way back must do, on a fixture tree and on the kernel. `ground` skips the test where it cannot be. */
export function actuatorCases(
  actuator: Actuator,
  { values, states = [] }: Asked,
  where: string,
  ground: (t: TestContext) => Promise<Ground | undefined>,
): void {
  const name = `${actuator.kind} on ${where}`;
  const onHost = actuator.controller === "host";

  test(`${name}: every value is applied, read back, and the baseline restored exactly`, async (t) => {
    const at = await ground(t);
    if (at === undefined) return;
    const baseline = value(actuator.read(at.fs, at.cgroup));
    for (const wanted of values) {
      const setting = settingOf(actuator, at, wanted);
      value(actuator.apply(at.fs, at.cgroup, setting, baseline));
      const raw: string = value(actuator.read(at.fs, at.cgroup));
      assert.ok(actuator.shows(raw, setting), `${raw} shows ${setting}`);
      const shown: number = actuator.value(at.fs, raw) ?? NaN;
      assert.ok(Math.abs(shown - wanted) <= Math.max(0.1, Math.abs(wanted) / 20) || wanted === 1, `${shown} ${wanted}`);
      value(actuator.restore(at.fs, at.cgroup, baseline));
      assert.equal(value(actuator.read(at.fs, at.cgroup)), baseline);
    }
  });

  test(`${name}: a state is itself, and differs from another`, async (t) => {
    const at = await ground(t);
    if (at === undefined) return;
    const before = value(actuator.read(at.fs, at.cgroup));
    const setting = settingOf(actuator, at, values.find((each) => each !== 100) ?? 1);
    value(actuator.apply(at.fs, at.cgroup, setting, before));
    const after = value(actuator.read(at.fs, at.cgroup));
    assert.deepEqual(
      [actuator.same(before, before), actuator.same(after, after), actuator.same(before, after)],
      [true, true, false],
    );
    assert.deepEqual([actuator.shows(after, setting), actuator.shows(before, setting)], [true, false]);
    assert.notEqual(actuator.describe(at.fs, before), actuator.describe(at.fs, after));
    value(actuator.restore(at.fs, at.cgroup, before));
  });

  test(`${name}: it names its file, and says what is gone`, async (t) => {
    const at = await ground(t);
    if (at === undefined) return;
    assert.match(value(actuator.probe(at.fs, at.cgroup)), /^[a-z0-9_./-]+$/);
    for (const result of onHost ? [] : [actuator.probe(at.fs, "/swarms-none"), actuator.read(at.fs, "/swarms-none")])
      assert.equal(result.ok ? "" : result.code, "SW-GUARD-GONE");
    assert.equal(actuator.apply(at.fs, "/swarms-none", onHost ? "none" : "1", "0 100").ok, false);
  });

  test(`${name}: only its own states are ever written, wherever the text comes from`, async (t) => {
    const at = await ground(t);
    if (at === undefined) return;
    const before = value(actuator.read(at.fs, at.cgroup));
    for (const text of ["", "max", "-1", "1\n2", "../../x", "9999999999", "0 max", "2 100"])
      if (!states.includes(text))
        assert.equal(actuator.restore(at.fs, at.cgroup, text).ok, false, JSON.stringify(text));
    value(actuator.restore(at.fs, at.cgroup, before));
    assert.equal(value(actuator.read(at.fs, at.cgroup)), before);
  });
}

export function settingOf(actuator: Actuator, { fs, cgroup, file = FILE }: Ground, wanted: number): string {
  const about = { cgroup, config: CONFIG, file };
  const prepared = actuator.prepare?.(fs, wanted, about);
  return prepared === undefined ? actuator.encode(fs, wanted) : value(prepared);
}

export function value<T>(result: Result<T>): T {
  assert.ok(result.ok, result.ok ? "" : result.says);
  return result.value;
}
