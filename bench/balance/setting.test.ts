import assert from "node:assert/strict";
import { test } from "node:test";
import { probeCgroupLayout } from "../../src/kernel/cgroup-layout.ts";
import { makeLabGroups } from "../../src/lab/lab-groups.ts";
import { labName, thisProcess } from "../../src/lab/lab-id.ts";
import { cpuGrid } from "./grid.ts";
import { AS_MADE, changed, Knobs, settingWords } from "./setting.ts";
import { sectionsOf } from "./tuned.ts";

test("the grid has every combination once", () => {
  const said = cpuGrid(["hogs"], ["redis"]).map((setting) => settingWords(setting));
  assert.equal(said.length, 24);
  assert.equal(new Set(said).size, 24);
  for (const words of [
    "hogs: idle, quota 50 %",
    "hogs: weight 20; redis: weight 1000",
    "redis: weight 1000, slice 150 µs",
  ])
    assert.ok(said.includes(words), words);
});

test("every setting of the grid can be made, after every other, and taken back", async (t) => {
  const layout = probeCgroupLayout();
  if (process.getuid?.() !== 0 || layout.cpu === undefined) return t.skip("needs root and the cpu controller");
  const groups = makeLabGroups(layout, labName(thisProcess()), ["hogs", "redis"]);
  assert.ok(groups.ok);
  try {
    const knobs = new Knobs(layout, groups.value, ["hogs", "redis"]);
    const before = knobs.read();
    assert.ok(before.size > 0);
    // A slice is a task's, and these groups are empty.
    const settings = cpuGrid(["hogs"], ["redis"]).filter(({ redis }) => redis?.sliceUs === undefined);
    for (const setting of [...settings, ...settings.toReversed()]) {
      knobs.apply(setting);
      const differs = changed(before, knobs.read()).length > 0;
      assert.equal(differs, settingWords(setting) !== settingWords(AS_MADE), settingWords(setting));
    }
    knobs.apply(AS_MADE);
    assert.deepEqual(changed(before, knobs.read()), []);
  } finally {
    await groups.value.remove();
  }
});

test("a profile of tuned is read by sections", () => {
  const text =
    "#\n[main]\nsummary=a b\n\n[sysctl]\n# why\nvm.swappiness = 10\nvm.x=>3\n[cpu]\nforce_latency=cstate.id_no_zero:1|3\n";
  assert.deepEqual(sectionsOf(text), {
    main: { summary: "a b" },
    sysctl: { "vm.swappiness": "10", "vm.x": ">3" },
    cpu: { force_latency: "cstate.id_no_zero:1|3" },
  });
});
