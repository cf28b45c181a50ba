import assert from "node:assert/strict";
import { appendFileSync } from "node:fs";
import { test } from "node:test";
import { SwarmsError } from "../core/errors.ts";
import { assertApplied, assertRefused, configOf, ENFORCE, type World, world } from "./guard.fixture.ts";
import { Guard } from "./guard.ts";
import type { IntentBody } from "./journal/record.ts";
import { journalPath } from "./journal/files.ts";

/** An intent as a later version might write it, of a kind that is unknown here. */
function laterIntent(w: World): void {
  const body = { kind: "deny", cgroup: "/swarms/a", inode: 1, setting: "1", before: "0", baseline: "0", processes: 1 };
  assert.ok(w.journal.append("intent", body as unknown as IntentBody).ok);
}

test("a kind of a later version in the journal wipes neither vetoes nor the budget", (t) => {
  const config = { ...ENFORCE, budget: { containmentsPerHour: 2, shareOfScope: 1 } };
  const w = world(t, config);
  laterIntent(w);
  const { action } = assertApplied(w.propose("freeze", "/swarms/a", 1));
  assert.ok(w.guard.undo(action, "root").ok);
  assertApplied(w.propose("freeze", "/swarms/b", 1));
  w.guard.revertAll("shutdown");
  w.restart(config);
  assertRefused(w.propose("freeze", "/swarms/a", 1), "SW-GUARD-PERSON");
  assertRefused(w.propose("freeze", "/swarms/b", 1), "SW-GUARD-BUDGET");
});

test("a guard whose journal cannot be read whole does not begin", (t) => {
  const w = world(t);
  assertApplied(w.propose("freeze", "/swarms/a", 1));
  appendFileSync(journalPath(w.folder), "{}\n");
  const { host: fs, clock, journal } = w;
  const begin = (): Guard =>
    new Guard({ config: configOf(ENFORCE), fs, procRoot: fs.procRoot, clock, journal, self: { pids: () => [] } });
  assert.throws(begin, (error) => error instanceof SwarmsError && error.code === "SW-JOURNAL-DAMAGED");
});

test("the journal says who asked for a restore, and only where somebody did", (t) => {
  const w = world(t);
  const first = assertApplied(w.propose("freeze", "/swarms/a", 1)).action;
  w.guard.revertAll("hive-lost");
  const second = assertApplied(w.propose("freeze", "/swarms/b", 1)).action;
  w.guard.revertAll("restore", "alice\n");
  assert.deepEqual(
    [first, second].map((action) => w.guard.explain(action)?.reverted?.by),
    ["", "alice\\x0a"],
  );
});

const DAY_MS = 86_400_000;
const ONE = { ...ENFORCE, budget: { containmentsPerHour: 1, shareOfScope: 1 } };

for (const jump of [DAY_MS, -DAY_MS, 40 * DAY_MS])
  test(`the hour of the budget is an hour, and ten minutes of a person's wish are ten, whether or not the wall clock was moved by ${jump / DAY_MS} days and the layer began anew`, (t) => {
    const w = world(t, ONE);
    const { action } = assertApplied(w.propose("freeze", "/swarms/a", 1));
    assert.ok(w.guard.undo(action, "alice").ok);
    w.clock.jumpWall(jump);
    for (let minute = 0; minute < 59; minute += 5) {
      w.restart(ONE);
      const code = minute < 10 ? "SW-GUARD-PERSON" : "SW-GUARD-BUDGET";
      assertRefused(w.propose("freeze", "/swarms/a", 1), code);
      assertRefused(w.propose("freeze", "/swarms/b", 1), "SW-GUARD-BUDGET");
      w.clock.advance(300_000);
    }
    w.restart(ONE);
    assertApplied(w.propose("freeze", "/swarms/b", 1));
  });

test("of an earlier run of the kernel only the wall clock tells: what lies in its future counts from the beginning of this run, so neither for ever nor not at all", (t) => {
  const w = world(t, ONE);
  w.bootId = "first";
  w.restart(ONE);
  w.clock.jumpWall(3 * DAY_MS);
  assertApplied(w.propose("freeze", "/swarms/a", 1));
  w.guard.revertAll("shutdown");
  w.clock.jumpWall(-3 * DAY_MS);
  w.bootId = "second";
  w.restart(ONE);
  assertRefused(w.propose("freeze", "/swarms/b", 1), "SW-GUARD-BUDGET");
  w.clock.advance(3_600_000);
  w.restart(ONE);
  assertApplied(w.propose("freeze", "/swarms/b", 1));
});

test("what was put back at once, or went with the kernel's run it was made in, is held no longer: it may be contained again without a person", (t) => {
  for (const how of ["refused", "power cut"]) {
    const w = world(t, ENFORCE);
    w.bootId = "first";
    w.restart(ENFORCE);
    if (how === "refused") {
      w.host.fault = (_, text) => (text === "1" ? "ENOSPC" : undefined);
      assertRefused(w.propose("freeze", "/swarms/a", 1), "SW-GUARD-KNOB");
      w.host.fault = () => undefined;
    } else {
      assertApplied(w.propose("freeze", "/swarms/a", 1));
      w.someoneWrites("cgroup.freeze", "0");
      w.bootId = "second";
    }
    w.restart(ENFORCE);
    w.clock.advance(3 * 3_600_000);
    assertApplied(w.propose("freeze", "/swarms/a", 1));
  }
});

test("a freeze that failed before takes nothing off the time that a later one was held", (t) => {
  const config = {
    ...ENFORCE,
    budget: { ...ENFORCE.budget, containmentsPerHour: 60, shareOfScope: 1, heldMinutes: 120 },
  };
  const w = world(t, config);
  w.host.fault = (_, text) => (text === "1" ? "ENOSPC" : undefined);
  assertRefused(w.propose("freeze", "/swarms/a", 1), "SW-GUARD-KNOB");
  w.host.fault = () => undefined;
  w.clock.advance(3_600_000);
  assertApplied(w.propose("freeze", "/swarms/a", 1));
  for (let minute = 0; minute < 119; minute++) {
    w.clock.advance(60_000);
    w.propose("freeze", "/swarms/a", 1);
  }
  w.guard.revertAll("shutdown");
  w.restart(config);
  w.clock.advance(1000);
  assertApplied(w.propose("freeze", "/swarms/a", 1));
  w.clock.advance(120_000);
  w.guard.expire();
  assert.equal(w.propose("freeze", "/swarms/a", 1).outcome, "advised", "two hours are nearly used up");
});
