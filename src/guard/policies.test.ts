import assert from "node:assert/strict";
import { test } from "node:test";
import { isInTime } from "../core/policy.ts";
import { assertApplied, assertRefused, configOf, ENFORCE, world } from "./guard.fixture.ts";

const HOUR_MS = 3_600_000;

function policies(...all: object[]): object {
  return { ...ENFORCE, policies: all };
}

test("the first policy that applies and names a mode decides it; the others keep the general one", (t) => {
  const w = world(
    t,
    policies(
      { name: "hands off b", cgroups: ["/swarms/b"], mode: "observe" },
      { name: "ask for freezes", actions: ["freeze"], mode: "advise" },
      { name: "never reached", actions: ["freeze"], mode: "enforce" },
    ),
  );
  assert.equal(w.propose("cpu.weight", "/swarms/b", 10).outcome, "observed");
  assert.equal(w.propose("freeze", "/swarms/b", 1).outcome, "observed");
  assert.equal(w.propose("freeze", "/swarms/a", 1).outcome, "advised");
  assertApplied(w.propose("cpu.weight", "/swarms/a", 10));
});

test("bounds of all that apply hold together, and none widens what is built in", (t) => {
  const w = world(t, policies({ name: "gently", colony: "balance", min: 20 }, { name: "less", max: 50 }));
  assertRefused(w.propose("cpu.weight", "/swarms/a", 10), "SW-GUARD-POLICY");
  assertRefused(w.propose("cpu.weight", "/swarms/a", 60), "SW-GUARD-POLICY");
  assertApplied(w.propose("cpu.weight", "/swarms/a", 40));
  const wide = world(t, { mode: "enforce", scope: ["/other"], policies: [{ name: "all", mode: "enforce", max: 1e6 }] });
  assertRefused(wide.propose("cpu.weight", "/swarms/a", 40), "SW-GUARD-SCOPE");
});

test("a policy lets through so many changes an hour; renewals are none", (t) => {
  const w = world(t, policies({ name: "rarely", actions: ["cpu.weight"], perHour: 2 }));
  assertApplied(w.propose("cpu.weight", "/swarms/a", 50));
  for (let n = 0; n < 3; n++) assert.equal(w.propose("cpu.weight", "/swarms/a", 50).outcome, "renewed");
  assertApplied(w.propose("cpu.weight", "/swarms/b", 50));
  assertRefused(w.propose("cpu.weight", "/swarms/a", 40), "SW-GUARD-POLICY");
  w.guard.reload(configOf(policies({ name: "rarely", actions: ["cpu.weight"], perHour: 2 })));
  assertRefused(w.propose("cpu.weight", "/swarms/a", 40), "SW-GUARD-POLICY");
  w.clock.advance(HOUR_MS);
  assertApplied(w.propose("cpu.weight", "/swarms/a", 40));
});

test("a condition decides by proposal and evidence, and one that cannot be told means no", (t) => {
  const w = world(
    t,
    policies(
      { name: "weak evidence", colony: "immune", when: "evidence.kinds.size() < 2", mode: "observe" },
      { name: "broken", actions: ["cpu.idle"], when: "1 / (evidence.count - evidence.count) > 0", mode: "enforce" },
    ),
  );
  const fact = { atMs: 1, agent: "x", entity: "p:1@1", weight: 1, says: "", numbers: {} };
  assert.equal(w.propose("freeze", "/swarms/a", 1, { evidence: [{ ...fact, kind: "lineage" }] }).outcome, "observed");
  const strong = {
    evidence: [
      { ...fact, kind: "lineage" },
      { ...fact, kind: "destination" },
    ],
  };
  assertApplied(w.propose("freeze", "/swarms/a", 1, strong));
  assertRefused(w.propose("cpu.idle", "/swarms/b", 1), "SW-POLICY-CONDITION");
});

test("a change that the policies forbid by now is not renewed but taken back", (t) => {
  const w = world(t, ENFORCE);
  assertApplied(w.propose("cpu.weight", "/swarms/a", 50));
  w.guard.reload(configOf(policies({ name: "other", cgroups: ["/swarms/b"], mode: "observe" })));
  assert.equal(w.see("cpu.weight"), "50", "a policy for another group leaves it in force");
  const reverted = w.guard.reload(configOf(policies({ name: "stop", cgroups: ["/swarms/a"], mode: "observe" })));
  assert.deepEqual(
    reverted.map(({ cause }) => cause),
    ["policy"],
  );
  assert.equal(w.see("cpu.weight"), "100");
});

test("a time of day ends a change at its next renewal", (t) => {
  const until = new Date(2026, 5, 1, 18, 0);
  const w = world(t, {
    ...ENFORCE,
    mode: "observe",
    policies: [{ name: "by day", from: "08:00", until: "18:00", mode: "enforce" }],
  });
  w.clock.jumpWall(until.getTime() - 10_000 - w.clock.wallMs());
  assertApplied(w.propose("cpu.weight", "/swarms/a", 50));
  w.clock.jumpWall(until.getTime() + 1000 - w.clock.wallMs());
  assertRefused(w.propose("cpu.weight", "/swarms/a", 50), "SW-GUARD-POLICY");
  assert.equal(w.see("cpu.weight"), "100");
  assert.deepEqual(
    w.released.map(({ cause }) => cause),
    ["policy"],
  );
});

test("windows of time: within a day, over midnight, whole days", () => {
  const at = (day: number, hour: number, minute = 0): Date => new Date(2026, 5, day, hour, minute);
  // 1 June 2026 is a Monday.
  const office = { days: ["mon" as const], from: "08:00", until: "18:00" };
  assert.deepEqual(
    [at(1, 7, 59), at(1, 8), at(1, 17, 59), at(1, 18), at(2, 9)].map((time) => isInTime(office, time)),
    [false, true, true, false, false],
  );
  const night = { days: ["mon" as const], from: "22:00", until: "06:00" };
  assert.deepEqual(
    [at(1, 21, 59), at(1, 22), at(2, 5, 59), at(2, 6), at(2, 22), at(1, 3)].map((time) => isInTime(night, time)),
    [false, true, true, false, false, false],
  );
  assert.equal(isInTime({ days: ["tue"] }, at(2, 0)), true);
  assert.equal(isInTime({}, at(2, 0)), true);
});
