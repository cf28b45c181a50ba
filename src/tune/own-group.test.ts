import assert from "node:assert/strict";
import { readdirSync } from "node:fs";
import { test } from "node:test";
import { probeCgroupLayout } from "../kernel/cgroup-layout.ts";
import { hierarchyRoots } from "../lab/lab-groups.ts";
import { labName, thisProcess } from "../lab/lab-id.ts";
import { TunePlace } from "./tune.fixture.ts";

test("a group of the tuning's own holds the command, has what is set, and goes with it", async (t) => {
  const layout = probeCgroupLayout();
  if (process.getuid?.() !== 0) return t.skip("needs root");
  if (layout.cpu === undefined) return t.skip("needs the cgroup cpu controller");
  const place = TunePlace.make(t);
  const yaml = `command: cat /proc/self/cgroup > seen; echo {x}
metric: { direction: lower }
knobs:
  x: { range: [1, 3], integer: true, default: 3 }
  weight: { cgroup: cpu.weight, range: [1, 10000], integer: true, log: true, default: 100 }
optimiser: random
budget: { runs: 30 }
`;
  assert.deepEqual(await place.run(yaml), { ok: true, value: 0 });
  const name = labName(thisProcess());
  assert.match(place.read("seen"), new RegExp(`/${name}/command`));
  for (const root of hierarchyRoots(layout)) assert.ok(!readdirSync(root).includes(name), root);
});
