import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { ACTION_KINDS, isActionKind, knownSpec } from "./action.ts";
import { isPluginKind, PLUGIN_KNOB, type PluginKnob, REFUSED_FILES } from "./actions-plugin.ts";
import { actionKind } from "./action-kind.ts";
import { loadConfig } from "./config-load.ts";
import { readKnobTable, specsOf, specWith } from "./plugin-knobs.ts";

const ROW = "{ file: memory.swap.max, of: batch, says: less in swap, min: 0, max: 100, levels: [50, 10] }";

function read(text: string): readonly PluginKnob[] {
  const table = readKnobTable({ file: "/p/knobs.yaml", text });
  return table.ok ? table.value : assert.fail(table.says);
}

function wrong(row: string): string {
  const table = readKnobTable({ file: "/p/knobs.yaml", text: `knobs:\n  - ${row}\n` });
  return table.ok ? assert.fail(`this was taken: ${row}`) : `${table.code} ${table.says}`;
}

test("a table narrows what holds for all knobs of plugins, and is a kind of action each", () => {
  const specs = specsOf(read(`knobs: [${ROW.replace("}", ", largestFactor: 4, largestStep: 60, perMinute: 5 }")}]`));
  const spec = specs.get("knob.memory.swap.max") ?? assert.fail("no such kind");
  assert.deepEqual(
    [spec.min, spec.max, spec.maxStepFactor, spec.maxStep, spec.perMinute, spec.byName, spec.colony, spec.containment],
    [0, 100, 4, 60, 5, true, "balance", false],
  );
  assert.equal(spec.maxLeaseMs, PLUGIN_KNOB.maxLeaseMs);
  assert.equal(specWith(specs, "knob.memory.swap.max"), spec);
  assert.equal(specWith(specs, "knob.pids.max"), undefined, "what no table has is no kind for the guard");
  assert.equal(specWith(specs, "cpu.weight"), knownSpec("cpu.weight"));
});

test("what could not be turned safely is refused at the place where it stands", () => {
  for (const [file, why] of Object.entries(REFUSED_FILES))
    assert.ok(wrong(ROW.replace("memory.swap.max", file)).includes(`knobs.0.file: ${file} ${why}`), file);
  for (const file of [
    "cgroup.procs",
    "cpuset.cpus",
    "cgroup.kill",
    "../x",
    "memory/../x",
    "memory.",
    "Memory.max",
    "memory.a.b.c.d.e",
    "devices.allow",
  ])
    assert.match(
      wrong(ROW.replace("memory.swap.max", `"${file}"`)),
      /SW-PLUGIN .*knobs\.0\.file: must be a file/,
      file,
    );
  assert.match(wrong(ROW.replace("[50, 10]", "[50, 101]")), /knobs\.0\.levels: 101 is outside 0 to 100/);
  assert.match(wrong(ROW.replace("min: 0", "min: 200")), /knobs\.0\.min: 200 is above max/);
  assert.match(wrong(ROW.replace("batch", "both")), /knobs\.0\.of/);
  assert.match(wrong(ROW.replace("says", "sais")), /knobs\.0/);
  assert.match(wrong(ROW.replace("[50, 10]", "[0.5]")), /knobs\.0\.levels\.0/);
  for (const text of ["", "knobs: []", "knobs: 3", "- a", "a: &a [*a]", "knobs: [", "\u0000"])
    assert.equal(readKnobTable({ file: "/p/knobs.yaml", text }).ok, false, text);
});

test("a kind names one file of a controller, whatever the text", () => {
  fc.assert(
    fc.property(
      fc.oneof(
        fc.string(),
        fc.string().map((text) => `knob.memory.${text}`),
      ),
      (text) => {
        const isKind = isPluginKind(text);
        if (isKind) assert.match(text, /^knob\.[a-z]+(\.[A-Za-z0-9_]+){1,4}$/);
        assert.equal(isActionKind(text), isKind || (ACTION_KINDS as readonly string[]).includes(text));
        assert.equal(actionKind.safeParse(text).success, isActionKind(text));
      },
    ),
    { seed: 20, numRuns: 2000 },
  );
});

test("the configuration may name any such file, and is told what a wrong one would do", () => {
  const load = (text: string): ReturnType<typeof loadConfig> => loadConfig({ path: "/c.yaml", readFile: () => text });
  const loaded = load(
    "actions: { knob.memory.swap.max: { mode: enforce, max: 7 } }\npolicies: [{ name: a, actions: [knob.pids.max], mode: observe }]\n",
  );
  assert.ok(loaded.ok, loaded.ok ? "" : loaded.says);
  assert.deepEqual(loaded.value.config.actions["knob.memory.swap.max"], { mode: "enforce", max: 7 });
  const says = (text: string): string => {
    const one = load(text);
    return one.ok ? assert.fail(text) : one.says;
  };
  assert.match(
    says("actions: { knob.memory.max: {} }\n"),
    /1:12: unknown key .* memory\.max makes the kernel end processes/,
  );
  assert.match(
    says("policies: [{ name: a, actions: [knob.x], mode: observe }]\n"),
    /`knob\.x`: .* x is no file of a cgroup's controller/,
  );
});
