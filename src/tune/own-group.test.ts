import assert from "node:assert/strict";
import { existsSync, readdirSync } from "node:fs";
import { join } from "node:path";
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

test("settings stand where they count while the command runs: a CPU weight among siblings, and a limit of the disks", async (t) => {
  const layout = probeCgroupLayout();
  if (process.getuid?.() !== 0) return t.skip("needs root");
  const { cpu, io } = layout;
  if (cpu === undefined || io === undefined) return t.skip("needs the cgroup controllers cpu and io");
  const file = io.version === 2 ? "io.max" : "blkio.throttle.read_bps_device";
  if (io.version === 1 && !existsSync(join(io.dir, file))) return t.skip("needs CONFIG_BLK_DEV_THROTTLING");
  const place = TunePlace.make(t);
  const weights = join(cpu.dir, labName(thisProcess()), cpu.version === 2 ? "cpu.weight" : "cpu.shares");
  const yaml = `command: |
  cat ${weights} >> weights
  cat ${join(io.dir, labName(thisProcess()), io.version === 2 ? "" : "command", file)} >> limits
  echo {x}
metric: { direction: lower }
knobs:
  x: { range: [1, 3], integer: true, default: 3 }
  weight: { cgroup: cpu.weight, range: [1, 10000], integer: true, log: true, default: 100 }
  rate: { cgroup: io.max, range: [1024, 1048576], integer: true, log: true, default: 1048576 }
optimiser: random
budget: { runs: 30 }
`;
  assert.deepEqual(await place.run(yaml), { ok: true, value: 0 });
  const distinct = (name: string): number => new Set(place.read(name).split("\n")).size;
  assert.ok(distinct("weights") > 5, `${distinct("weights")} weights`);
  assert.ok(distinct("limits") > 5, `${distinct("limits")} limits`);
  assert.match(place.read("limits"), io.version === 2 ? /rbps=1073741824/ : / 1073741824$/m);
});
