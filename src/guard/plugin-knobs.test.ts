import assert from "node:assert/strict";
import { describe, test, type TestContext } from "node:test";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { type PluginSpecs, readKnobTable, specsOf } from "../core/plugin-knobs.ts";
import { assertApplied, assertRefused, configOf, ENFORCE, type World, world } from "./guard.fixture.ts";

const KIND = "knob.memory.swap.max";
const FILE = "memory.swap.max";
const MIB = 1 << 20;

/** That of the worked example: 0 to 16 GiB, steps of a factor of 16. */
function table(): PluginSpecs {
  const file = join(import.meta.dirname, "../../examples/plugin/calm-memory/knobs.yaml");
  const read = readKnobTable({ file, text: readFileSync(file, "utf8") });
  return read.ok ? specsOf(read.value) : assert.fail(read.says);
}

function withTable(t: TestContext, own: object = { mode: "enforce" }): World {
  const made = world(t);
  made.knobs = table();
  made.restart({ ...ENFORCE, actions: { [KIND]: own } });
  return made;
}

describe("a plugin's knob", () => {
  test("without a table there is no such kind, whatever the configuration names", (t) => {
    const made = world(t, { ...ENFORCE, actions: { [KIND]: { mode: "enforce" } } });
    assertRefused(made.propose(KIND, "/swarms/a", 512 * MIB), "SW-GUARD-KIND");
    assert.equal(made.see(FILE), "max");
  });

  test("is written, read back, renewed, and put back when its lease ends", (t) => {
    const made = withTable(t);
    const { from, to } = assertApplied(made.propose(KIND, "/swarms/a", 512 * MIB));
    assert.deepEqual([from, to], ["no limit", `${512 * MIB}`]);
    assert.equal(made.see(FILE), `${512 * MIB}`);
    assert.equal(made.propose(KIND, "/swarms/a", 512 * MIB).outcome, "renewed");
    made.clock.advance(60_001);
    assert.deepEqual(
      made.guard.expire().map(({ written }) => written),
      [true],
    );
    assert.equal(made.see(FILE), "max");
    made.verify();
  });

  test("is only observed until the configuration names it", (t) => {
    const made = world(t);
    made.knobs = table();
    made.restart(ENFORCE);
    assert.equal(made.propose(KIND, "/swarms/a", 512 * MIB).outcome, "observed");
    assert.equal(made.see(FILE), "max");
  });

  test("holds to scope, protection, the table's bounds and step, and the configuration's narrower ones", (t) => {
    const made = withTable(t, { mode: "enforce", max: 8 * 1024 * MIB });
    made.host.group("/other", [301]);
    assertRefused(made.propose(KIND, "/other", 512 * MIB), "SW-GUARD-SCOPE");
    assertRefused(
      made.guard.decide({
        id: "q",
        agent: "a",
        kind: KIND,
        target: "host",
        value: 1,
        leaseMs: 1000,
        reason: "",
        evidence: [],
      }),
      "SW-GUARD-SCOPE",
    );
    assertRefused(made.propose(KIND, "/swarms/a", 9 * 1024 * MIB), "SW-GUARD-BOUNDS");
    assertRefused(made.propose(KIND, "/swarms/a", 0.5), "SW-GUARD-BOUNDS");
    made.someoneWrites(FILE, `${4096 * MIB}`);
    assertRefused(made.propose(KIND, "/swarms/a", 128 * MIB), "SW-GUARD-STEP");
    assertApplied(made.propose(KIND, "/swarms/a", 256 * MIB));
    made.host.process(301, { cgroup: "/swarms/b", flags: 0x200000 });
    assertRefused(made.propose(KIND, "/swarms/b", 512 * MIB), "SW-GUARD-PROTECTED");
  });

  test("is left to who else wrote it, and to a person who undid it", (t) => {
    const made = withTable(t);
    const { action } = assertApplied(made.propose(KIND, "/swarms/a", 512 * MIB));
    made.someoneWrites(FILE, `${1024 * MIB}`);
    assertRefused(made.propose(KIND, "/swarms/a", 512 * MIB), "SW-GUARD-YIELD");
    assert.equal(made.see(FILE), `${1024 * MIB}`);
    const other = assertApplied(made.propose(KIND, "/swarms/b", 512 * MIB));
    assert.notEqual(other.action, action);
    assert.ok(made.guard.undo(other.action, "tester").ok);
    assertRefused(made.propose(KIND, "/swarms/b", 512 * MIB), "SW-GUARD-PERSON");
  });

  test("is put back after kill -9 by what the journal says alone: no plugin, no configuration", (t) => {
    const made = withTable(t);
    assertApplied(made.propose(KIND, "/swarms/a", 512 * MIB));
    made.crash();
    const restored = made.restore("warden-lost");
    assert.deepEqual(restored.ok && restored.value.map(({ written }) => written), [true]);
    assert.equal(made.see(FILE), "max");
  });

  test("is put back at a start without the plugin, and then there is no such kind any more", (t) => {
    const made = withTable(t);
    assertApplied(made.propose(KIND, "/swarms/a", 512 * MIB));
    made.knobs = new Map();
    assert.ok(made.restore().ok);
    made.restart({ ...ENFORCE, actions: { [KIND]: { mode: "enforce" } } });
    assert.equal(made.see(FILE), "max");
    assertRefused(made.propose(KIND, "/swarms/a", 512 * MIB), "SW-GUARD-KIND");
  });

  test("that a reload no longer names is put back", (t) => {
    const made = withTable(t);
    assertApplied(made.propose(KIND, "/swarms/a", 512 * MIB));
    const reverted = made.guard.reload(configOf({ ...ENFORCE, actions: { [KIND]: { mode: "observe" } } }));
    assert.deepEqual(
      reverted.map(({ cause }) => cause),
      ["policy"],
    );
    assert.equal(made.see(FILE), "max");
  });

  test("is refused on cgroup v1, where the file is another", (t) => {
    const made = world(t, ENFORCE, "v1");
    made.knobs = table();
    made.restart({ ...ENFORCE, actions: { [KIND]: { mode: "enforce" } } });
    assertRefused(made.propose(KIND, "/swarms/a", 512 * MIB), "SW-GUARD-KNOB");
  });
});
