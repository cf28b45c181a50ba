import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { assertApplied, assertRefused, ENFORCE, proposal, world } from "./guard.fixture.ts";

test("rule 4: values stay within the bounds of their kind, which the configuration only narrows", (t) => {
  const w = world(t, { ...ENFORCE, actions: { "cpu.weight": { min: 50, max: 99_999 } } });
  for (const value of [49, 0, -1, 10_001, 60.5, Number.NaN, Number.POSITIVE_INFINITY])
    assertRefused(w.propose("cpu.weight", "/swarms/a", value), "SW-GUARD-BOUNDS");
  assertRefused(w.propose("cpu.idle", "/swarms/a", 2), "SW-GUARD-BOUNDS");
  assertRefused(w.propose("freeze", "/swarms/a", 0), "SW-GUARD-BOUNDS");
  for (const leaseMs of [0, -5, Number.NaN])
    assertRefused(w.propose("cpu.weight", "/swarms/a", 60, { leaseMs }), "SW-GUARD-BOUNDS");
  assertApplied(w.propose("cpu.weight", "/swarms/a", 50));
});

test("rule 4: a step is at most its kind's factor", (t) => {
  const w = world(t);
  w.someoneWrites("cpu.weight", "1000");
  assertRefused(w.propose("cpu.weight", "/swarms/a", 9), "SW-GUARD-STEP");
  assertApplied(w.propose("cpu.weight", "/swarms/a", 10));
});

test("rule 4: changes of a kind in a minute are limited; renewals do not count", (t) => {
  const w = world(t, { ...ENFORCE, actions: { "cpu.weight": { perMinute: 2 } } });
  assertApplied(w.propose("cpu.weight", "/swarms/a", 10));
  for (let i = 0; i < 5; i++) assert.equal(w.propose("cpu.weight", "/swarms/a", 10).outcome, "renewed");
  assertApplied(w.propose("cpu.weight", "/swarms/b", 10));
  assertRefused(w.propose("cpu.weight", "/swarms/a", 20), "SW-GUARD-RATE");
  assertApplied(w.propose("cpu.idle", "/swarms/a", 1));
  w.clock.jumpWall(3_600_000);
  assertRefused(w.propose("cpu.weight", "/swarms/b", 20), "SW-GUARD-RATE");
  w.clock.advance(60_000);
  w.guard.expire();
  assertApplied(w.propose("cpu.weight", "/swarms/b", 20));
});

test("rule 4: containments in an hour are limited in number, across restarts", (t) => {
  const w = world(t, { ...ENFORCE, budget: { containmentsPerHour: 1, shareOfScope: 1 } });
  assertApplied(w.propose("freeze", "/swarms/a", 1));
  assertRefused(w.propose("freeze", "/swarms/b", 1), "SW-GUARD-BUDGET");
  w.guard.revertAll("shutdown");
  w.restart({ ...ENFORCE, budget: { containmentsPerHour: 1, shareOfScope: 1 } });
  assertRefused(w.propose("freeze", "/swarms/b", 1), "SW-GUARD-BUDGET");
  assertApplied(w.propose("cpu.weight", "/swarms/b", 10));
  w.clock.advance(3_600_000);
  assertApplied(w.propose("freeze", "/swarms/b", 1));
});

test("rule 4: containments in an hour are limited in their share of the scope's processes", (t) => {
  const w = world(t, { ...ENFORCE, budget: { shareOfScope: 0.5 } });
  assertApplied(w.propose("freeze", "/swarms/a", 1));
  assertRefused(w.propose("freeze", "/swarms/b", 1), "SW-GUARD-BUDGET");
  w.host.group("/swarms/c", [301, 302, 303, 304]);
  assertApplied(w.propose("freeze", "/swarms/b", 1));
});

test("rule 4: a containment that is renewed past its hour still counts for the share", (t) => {
  const w = world(t, { ...ENFORCE, budget: { shareOfScope: 0.5 }, leases: { containSeconds: 3600 } });
  assertApplied(w.propose("freeze", "/swarms/a", 1, { leaseMs: 3_600_000 }));
  for (let minute = 0; minute < 61; minute++) {
    w.clock.advance(60_000);
    assert.equal(w.propose("freeze", "/swarms/a", 1, { leaseMs: 3_600_000 }).outcome, "renewed");
  }
  assertRefused(w.propose("freeze", "/swarms/b", 1), "SW-GUARD-BUDGET");
});

test("a hostile hive cannot fill the disk with refusals, nor with words", (t) => {
  const w = world(t);
  const records = w.verify();
  for (let i = 0; i < 2000; i++) {
    w.guard.decide(proposal("freeze", `w:/hostile/${i}`, 1, { agent: `a${i}\u001b[2J`, reason: "x".repeat(1024) }));
    w.clock.advance(10);
  }
  assert.equal(w.verify(), records + 2, "a sum, and the alarm");
  w.clock.advance(300_000);
  w.propose("freeze", "/hostile", 1);
  assert.equal(w.verify(), records + 5, "the second sum, how often the alarm was repeated, and a signature");
  const says = "y".repeat(1024);
  const evidence = Array.from({ length: 32 }, () => ({
    atMs: 1,
    agent: says,
    kind: says,
    entity: says,
    weight: 1,
    says,
    numbers: {},
  }));
  const before = readFileSync(join(w.folder, "journal.jsonl")).length;
  assertApplied(w.propose("freeze", "/swarms/a", 1, { reason: says, agent: says, evidence }));
  assert.ok(readFileSync(join(w.folder, "journal.jsonl")).length - before < 8192);
});
