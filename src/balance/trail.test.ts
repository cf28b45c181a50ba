import assert from "node:assert/strict";
import { describe, test } from "node:test";
import * as fc from "fast-check";
import type { Trail } from "../core/trail.ts";
import { emptyTrails } from "./search-host.fixture.ts";
import { TrailBook } from "./trail-book.ts";
import { bestTrail, shapeOf, strengthAt, trailFrom, TRAILS } from "./trail.ts";

const SETTINGS = [{ kind: "cpu.weight", entity: "w:/batch", value: 10 }] as const;
const FOUND = { shape: "2 CPUs; latency redis /a", load: 11, settings: SETTINGS, gain: 0.1, pairs: 9 };
const found = { ...FOUND, interval: [0.05, 0.15] } as const;
const trail = (part: Partial<Trail> = {}): Trail => ({
  ...found,
  id: "t-1",
  wins: 1,
  failures: 0,
  strength: 1,
  atMs: 0,
  ...part,
});

describe("a trail", () => {
  test("evaporates by half in its half-life, and a clock set back makes it no stronger", () => {
    assert.ok(Math.abs(strengthAt(trail(), TRAILS.halfLifeMs) - 0.5) < 1e-9);
    assert.equal(strengthAt(trail({ atMs: 1000 }), 0), 1);
  });

  test("is followed where shape and load are near enough, the nearer and stronger one first", () => {
    const all = [trail({ id: "far", load: 14 }), trail({ id: "near", load: 12 }), trail({ id: "same", strength: 0.8 })];
    const at = { shape: found.shape, load: 11, wallMs: 0 };
    assert.equal(bestTrail(all, at)?.id, "same");
    assert.equal(bestTrail(all, { ...at, load: 13 })?.id, "far");
    assert.equal(bestTrail(all, { ...at, load: 20 }), undefined);
    assert.equal(bestTrail(all, { ...at, shape: "4 CPUs" }), undefined);
    assert.equal(bestTrail(all, { ...at, wallMs: 10 * TRAILS.halfLifeMs }), undefined, "all have faded");
  });

  test("is nothing where a row says something else", () => {
    assert.deepEqual(trailFrom(JSON.parse(JSON.stringify(trail()))), trail());
    fc.assert(
      fc.property(fc.jsonValue(), (row) => {
        trailFrom(row);
      }),
    );
    for (const bad of [{ strength: "1" }, { settings: [] }, { settings: [{}] }, { interval: [1] }, { id: 7 }])
      assert.equal(trailFrom({ ...trail(), ...bad }), undefined);
  });

  test("is of who runs where on what, in any order", () => {
    const read = (name: string, kind: "latency" | "batch", label = ""): Parameters<typeof shapeOf>[1][number] => ({
      info: { name, kind, label, cgroup: true, targetNs: 0 },
      entity: `w:${name}`,
      readings: new Map(),
    });
    const [a, b] = [read("/a", "latency", "redis"), read("/b", "batch")];
    assert.equal(shapeOf(2, [a, b]), "2 CPUs; batch /b; latency redis /a");
    assert.equal(shapeOf(2, [b, a]), shapeOf(2, [a, b]));
    assert.notEqual(shapeOf(4, [a, b]), shapeOf(2, [a, b]));
  });
});

describe("the book of trails", () => {
  test("grows stronger by each win, up to a cap, and keeps one trail for one thing", () => {
    const book = new TrailBook(emptyTrails());
    for (let win = 0; win < 20; win++) book.won(found, `t-${win}`, 0);
    const [only, ...others] = book.all();
    assert.deepEqual([only?.id, only?.wins, only?.strength, others.length], ["t-0", 20, TRAILS.cap, 0]);
  });

  test("lets a trail fade when it fails, and go when little is left", () => {
    const book = new TrailBook(emptyTrails());
    book.won(found, "t-1", 0);
    book.failed("t-1", 0);
    assert.deepEqual([book.all()[0]?.failures, book.all()[0]?.strength], [1, TRAILS.afterFailure]);
    book.failed("t-1", 0);
    assert.deepEqual(book.all(), []);
    book.failed("t-1", 0);
  });

  test("is bounded: the weakest go, and what has faded", () => {
    const book = new TrailBook(emptyTrails());
    for (let load = 0; load < TRAILS.most + 20; load++) book.won({ ...found, load }, `t-${load}`, load * 1000);
    assert.equal(book.all().length, TRAILS.most);
    assert.ok(!book.all().some(({ load }) => load < 20));
    book.won(found, "late", 100 * TRAILS.halfLifeMs);
    assert.deepEqual(
      book.all().map(({ id }) => id),
      ["late"],
    );
  });
});
