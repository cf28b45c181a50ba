import assert from "node:assert/strict";
import { describe, test } from "node:test";
import * as fc from "fast-check";
import { amount, field, near, source } from "./field.fixture.ts";
import { FIELD } from "./field.ts";
import { TraceTable } from "./trace-table.ts";

/** Names that fall into one bucket of a field of 1000: as one could find who knows the seed. */
function colliding(count: number): [first: string, others: string[]] {
  const table = new TraceTable(1000);
  const names: string[] = [];
  for (let i = 0; names.length < count; i++) if ((table.hash(`e:${i}`) & 2047) === 77) names.push(`e:${i}`);
  return [names[0] ?? "", names.slice(1)];
}

/** By the birthday paradox, 32 bits do not keep a few hundred thousand names apart. */
function sameHash(): [one: string, other: string] {
  const table = new TraceTable(1);
  const byHash = new Map<number, string>();
  for (let i = 0; i < 1_000_000; i++) {
    const known = byHash.get(table.hash(`p:${i}@1`));
    if (known !== undefined) return [known, `p:${i}@1`];
    byHash.set(table.hash(`p:${i}@1`), `p:${i}@1`);
  }
  throw new Error("no two names of one hash");
}

describe("whatever is thrown at it", () => {
  test("it holds no more traces than it has room for", () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 40 }), fc.array(fc.tuple(fc.nat(200), source, amount)), (room, flood) => {
        const real = field(room);
        for (const [id, from, much] of flood) {
          const before = real.size;
          assert.equal(real.deposit(`p:${id}@1`, "short", from, much) > 0, much > 0);
          assert.ok(real.size <= room && real.size <= before + 1);
        }
        assert.ok(real.evicted <= flood.length);
      }),
    );
  });

  test("a flood of weak traces washes out itself, not the strong", () => {
    const real = field(4096);
    const hot = Array.from({ length: 1500 }, (_, i) => `w:/hot/${i}`);
    for (const entity of hot) real.deposit(entity, "long", "runq", 3);
    for (let i = 0; i < 200_000; i++) {
      if (i % 100 === 0) real.advance(i);
      assert.ok(real.deposit(`p:${i}@${i}`, "short", "flood", 1) > 0, "a newcomer always gets in");
    }
    assert.equal(hot.filter((entity) => real.concentration(entity, "long") === 0).length, 0);
    assert.equal(real.size, 4096);
    assert.ok(real.evicted > 190_000);
  });

  test("what has evaporated makes room first", () => {
    const real = field(1000);
    for (let i = 0; i < 500; i++) real.deposit(`p:old@${i}`, "short", "runq", 10);
    real.advance(60_000);
    for (let i = 0; i < 500; i++) real.deposit(`p:weak@${i}`, "short", "runq", 0.001);
    for (let i = 0; i < 400; i++) real.deposit(`p:new@${i}`, "short", "runq", 10);
    const weak = Array.from({ length: 500 }, (_, i) => real.concentration(`p:weak@${i}`, "short"));
    assert.ok(weak.filter((left) => left > 0).length > 450, "the weak ones were hardly touched");
  });

  test("one entity cannot crowd: its weakest trace gives way", () => {
    const real = field();
    real.deposit("host", "long", "mine", 2);
    for (let i = 0; i < 500; i++) real.deposit("host", "short", `source-${i}`, 1);
    assert.equal(real.size, FIELD.maxPerBucket);
    near(real.bySource("host", "long").get("mine") ?? 0, 2);
  });

  test("names that share a bucket stay apart and bounded", () => {
    const real = field();
    const [victim, others] = colliding(200);
    real.deposit(victim, "long", "runq", 3);
    for (const entity of others) {
      assert.equal(real.deposit(entity, "short", "runq", 1), 1);
      near(real.concentration(victim, "long"), 3);
      assert.equal(real.concentration(victim, "short"), 0);
    }
    assert.equal(real.size, FIELD.maxPerBucket);
    assert.equal(real.strongest(200).length, FIELD.maxPerBucket);
    assert.equal(real.erase(victim), 1);
    assert.equal(real.size, FIELD.maxPerBucket - 1);
    assert.equal(real.concentration(others.at(-1) ?? "", "short"), 1);
  });

  test("names of one hash stay apart", () => {
    const [one, other] = sameHash();
    const real = field();
    real.deposit(one, "short", "runq", 1);
    assert.equal(real.deposit(other, "short", "runq", 2), 2);
    assert.equal(real.concentration(one, "short"), 1);
    assert.equal(real.erase(other), 1);
    assert.equal(real.concentration(one, "short"), 1);
  });

  test("erasing frees room for others", () => {
    const real = field(4);
    for (const from of ["a", "b", "c", "d"]) real.deposit("host", "short", from, 1);
    assert.equal(real.erase("host"), 4);
    assert.equal(real.erase("host"), 0);
    for (const from of ["a", "b", "c", "d"]) real.deposit("w:/a", "short", from, 1);
    assert.equal(real.concentration("w:/a", "short"), 4);
    assert.equal(real.evicted, 0);
  });
});
