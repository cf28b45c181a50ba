import assert from "node:assert/strict";
import { test } from "node:test";
import * as fc from "fast-check";
import { HABIT_LIMITS, Habits } from "./habits.ts";

test("counts what was done, and what was done once, as a naive count does", () => {
  const act = fc.tuple(fc.constantFrom("a", "b"), fc.constantFrom("x", "y", "z", "w"));
  fc.assert(
    fc.property(fc.array(act, { maxLength: 60 }), (acts) => {
      const habits = new Habits();
      for (const [subject, kind] of acts) habits.learn(subject, kind);
      for (const subject of ["a", "b"]) {
        const kinds = acts.filter(([who]) => who === subject).map(([, kind]) => kind);
        const once = new Set(kinds.filter((kind) => kinds.indexOf(kind) === kinds.lastIndexOf(kind)));
        assert.deepEqual(habits.seen(subject), { total: kinds.length, once: once.size });
        for (const kind of ["x", "w"] as const) assert.equal(habits.knows(subject, kind), kinds.includes(kind));
      }
    }),
    { seed: 3 },
  );
});

test("stays bounded under a flood of kinds, and counts what it forgot as seen once", () => {
  const habits = new Habits();
  for (let i = 0; i < 1000; i++) habits.learn("a", `kind-${i}`);
  assert.equal(habits.size, HABIT_LIMITS.kinds);
  assert.deepEqual(habits.seen("a"), { total: 1000, once: 1000 });
  assert.equal(habits.knows("a", "kind-999"), true);
  assert.equal(habits.knows("a", "kind-0"), false);
});

test("stays bounded under a flood of subjects, and forgets the least recently used", () => {
  const habits = new Habits();
  for (let i = 0; i < 20_000; i++) {
    habits.learn(`subject-${i}`, "x");
    habits.learn("kept", "x");
  }
  assert.ok(habits.size <= HABIT_LIMITS.subjects);
  assert.equal(habits.seen("kept").total, 20_000);
  assert.equal(habits.seen("subject-0").total, 0);
  const wide = new Habits();
  for (let i = 0; i < 1000; i++) for (let k = 0; k < 100; k++) wide.learn(`s-${i}`, `k-${k}`);
  assert.ok(wide.size <= HABIT_LIMITS.total);
});

test("what is counted on by its act is as learned by name, until it is forgotten", () => {
  const habits = new Habits();
  habits.learn("a", "x");
  habits.learn("a", "y");
  const act = habits.act("a", "x");
  assert.ok(act !== undefined);
  habits.again(act);
  assert.deepEqual(habits.seen("a"), { total: 3, once: 1 });
  habits.again(act);
  assert.deepEqual(habits.seen("a"), { total: 4, once: 1 });
  for (let i = 0; i < HABIT_LIMITS.kinds - 1; i++) habits.learn("a", `kind-${i}`);
  assert.equal(act.forgotten, false, "it was used since the others came");
  assert.equal(habits.knows("a", "y"), false);
  for (let i = 0; i < 2 * HABIT_LIMITS.kinds; i++) habits.learn("a", `more-${i}`);
  assert.equal(act.forgotten, true);
  const other = habits.act("a", "more-200");
  for (let i = 0; i < 2 * HABIT_LIMITS.subjects; i++) habits.learn(`subject-${i}`, "x");
  assert.equal(other?.forgotten, true, "with its whole subject");
});

test("who does many things all the time still learns another", () => {
  const habits = new Habits();
  for (let round = 0; round < 3; round++) for (let i = 0; i < HABIT_LIMITS.kinds; i++) habits.learn("a", `kind-${i}`);
  habits.learn("a", "new");
  assert.equal(habits.knows("a", "new"), true);
});

test("comes back from JSON as it was", () => {
  const habits = new Habits();
  for (let i = 0; i < 300; i++) habits.learn(`s-${i % 3}`, `kind-${i % 140}`);
  const again = new Habits();
  again.fromJson(JSON.parse(JSON.stringify(habits.toJson())));
  assert.equal(again.size, habits.size);
  for (const subject of ["s-0", "s-1", "s-2"]) assert.deepEqual(again.seen(subject), habits.seen(subject));
  assert.deepEqual(again.toJson(), habits.toJson());
});

test("malformed memory is passed over: nothing thrown, nothing unbounded, no impossible count", () => {
  const row = fc.tuple(fc.constant("a"), fc.anything(), fc.array(fc.tuple(fc.anything(), fc.anything())));
  fc.assert(
    fc.property(fc.oneof(fc.anything(), fc.array(fc.oneof(fc.anything(), row))), (memory) => {
      const habits = new Habits();
      habits.fromJson(memory);
      const { total, once } = habits.seen("a");
      assert.ok(Number.isInteger(total) && once >= 0 && once <= total);
    }),
    { seed: 4 },
  );
});
