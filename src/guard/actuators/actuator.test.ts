import assert from "node:assert/strict";
import { test } from "node:test";
import { ACTION_KINDS, type ActionKind, specOf } from "../../core/action.ts";
import { SimulatedHost, type Shape } from "../host.fixture.ts";
import { liveGroup } from "../live.fixture.ts";
import { actuatorCases, ASKED, CONFIG } from "./actuator.cases.ts";
import { actuatorOf } from "./actuators.ts";

const SHAPES = ["v2", "v1", "hybrid"] as const satisfies Shape[];

/** What a hierarchy does not have at all: said by the probe, and never tried. */
const ABSENT: Readonly<Partial<Record<ActionKind, readonly Shape[]>>> = {
  "memory.low": ["v1", "hybrid"],
  "knob.memory.swap.max": ["v1", "hybrid"],
  "memory.reclaim": ["v1", "hybrid"],
  "net.deny": ["v1"],
  "exec.deny": ["v1"],
  "exec.kill": ["v1"],
};

/** Not on the kernel here: the setting is everybody's, and has a test of its own in a place of its own. */
const isShared = (kind: ActionKind): boolean => kind.startsWith("sysctl.");

/** Kinds whose place is no file of a group: tested by themselves (adopt-live.test.ts). */
const APART: readonly ActionKind[] = ["adopt"];

test("every kind has cases, or is done once", () => {
  const isOnce = (kind: ActionKind): boolean => specOf(kind).once === true;
  assert.deepEqual(
    ACTION_KINDS.filter((kind) => !isOnce(kind) && !APART.includes(kind) && ASKED[kind] === undefined),
    [],
  );
});

for (const [kind, asked] of Object.entries(ASKED) as [ActionKind, NonNullable<(typeof ASKED)[ActionKind]>][]) {
  const actuator = actuatorOf(kind);
  for (const shape of SHAPES) {
    if (ABSENT[kind]?.includes(shape)) continue;
    actuatorCases(actuator, asked, shape, async (t) => {
      const fs = new SimulatedHost(shape);
      t.after(() => fs.remove());
      return { fs, cgroup: fs.group("/swarms", [101]) };
    });
  }
  if (!isShared(kind))
    actuatorCases(actuator, asked, "the kernel", async (t) => {
      const at = await liveGroup(t);
      if (at === undefined) return undefined;
      const found = actuator.probe(at.fs, at.cgroup);
      const setting =
        kind === "io.max" && found.ok ? actuator.prepare?.(at.fs, 1024, { ...at, config: CONFIG }) : found;
      if (setting?.ok !== false) return at;
      t.skip(setting.says);
      return undefined;
    });
}

for (const [kind, shapes] of Object.entries(ABSENT) as [ActionKind, readonly Shape[]][])
  for (const shape of shapes)
    test(`${kind} on ${shape}: the probe says that there is none`, (t) => {
      const fs = new SimulatedHost(shape);
      t.after(() => fs.remove());
      const found = actuatorOf(kind).probe(fs, fs.group("/swarms", [101]));
      assert.equal(found.ok ? "" : found.code, "SW-GUARD-KNOB");
    });
