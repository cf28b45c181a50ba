import assert from "node:assert/strict";
import { test, type TestContext } from "node:test";
import { ACTIONS } from "../../core/action.ts";
import type { Result } from "../../core/errors.ts";
import type { CgroupFs } from "../../kernel/cgroup-fs.ts";
import type { Actuator } from "./actuator.ts";

export interface Ground {
  readonly fs: CgroupFs;
  /** A group of this run alone, with a process in it, in every hierarchy that the actuators use. */
  readonly cgroup: string;
}

/** What every actuator must do, on a fixture tree and on the kernel. `ground` skips the test where it cannot be. */
export function actuatorCases(
  actuator: Actuator,
  where: string,
  ground: (t: TestContext) => Promise<Ground | undefined>,
): void {
  const { min, max } = ACTIONS[actuator.kind];
  const values = actuator.kind === "cpu.weight" ? [1, 10, 100, 777, 10_000] : [min, max];
  const name = `${actuator.kind} on ${where}`;

  test(`${name}: every value is applied, read back, and the baseline restored exactly`, async (t) => {
    const at = await ground(t);
    if (at === undefined) return;
    const baseline = value(actuator.read(at.fs, at.cgroup));
    for (const wanted of values) {
      const setting = actuator.encode(at.fs, wanted);
      value(actuator.apply(at.fs, at.cgroup, setting, baseline));
      const raw: string = value(actuator.read(at.fs, at.cgroup));
      assert.ok(actuator.shows(raw, setting), `${raw} shows ${setting}`);
      assert.ok(Math.abs((actuator.value(at.fs, raw) ?? NaN) - wanted) <= Math.max(0.1, wanted / 20) || wanted === 1);
      value(actuator.restore(at.fs, at.cgroup, baseline));
      assert.equal(value(actuator.read(at.fs, at.cgroup)), baseline);
    }
  });

  test(`${name}: a state is itself, and differs from another`, async (t) => {
    const at = await ground(t);
    if (at === undefined) return;
    const before = value(actuator.read(at.fs, at.cgroup));
    const setting = actuator.encode(at.fs, actuator.kind === "cpu.weight" ? 10 : 1);
    value(actuator.apply(at.fs, at.cgroup, setting, before));
    const after = value(actuator.read(at.fs, at.cgroup));
    assert.deepEqual(
      [actuator.same(before, before), actuator.same(after, after), actuator.same(before, after)],
      [true, true, false],
    );
    assert.notEqual(actuator.describe(at.fs, before), actuator.describe(at.fs, after));
    value(actuator.restore(at.fs, at.cgroup, before));
  });

  test(`${name}: it names its file, and says what is gone`, async (t) => {
    const at = await ground(t);
    if (at === undefined) return;
    assert.match(value(actuator.probe(at.fs, at.cgroup)), /^(cpu|cgroup|freezer)\.[a-z]+$/);
    for (const result of [actuator.probe(at.fs, "/swarms-none"), actuator.read(at.fs, "/swarms-none")])
      assert.equal(result.ok ? "" : result.code, "SW-GUARD-GONE");
    assert.equal(actuator.apply(at.fs, "/swarms-none", "1", "0 100").ok, false);
  });

  test(`${name}: only its own states are ever written, wherever the text comes from`, async (t) => {
    const at = await ground(t);
    if (at === undefined) return;
    const before = value(actuator.read(at.fs, at.cgroup));
    for (const text of ["", "max", "-1", "1\n2", "../../x", "9999999999", "0 max", "2 100"])
      assert.equal(actuator.restore(at.fs, at.cgroup, text).ok, false, JSON.stringify(text));
    value(actuator.restore(at.fs, at.cgroup, before));
    assert.equal(value(actuator.read(at.fs, at.cgroup)), before);
  });
}

function value<T>(result: Result<T>): T {
  assert.ok(result.ok, result.ok ? "" : result.says);
  return result.value;
}
