import assert from "node:assert/strict";
import { describe, test } from "node:test";
import * as fc from "fast-check";
import { PHEROMONES } from "../core/agent.ts";
import { amount, field, type Name, near, source, SPECS } from "./field.fixture.ts";
import { FIELD, Field } from "./field.ts";

/** The definition, without any cleverness. */
class Model {
  now = 0;
  readonly traces = new Map<string, { amount: number; atMs: number }>();

  at(entity: string, name: Name, source: string): number {
    const trace = this.traces.get([entity, name, source].join("\n"));
    return trace === undefined ? 0 : trace.amount * 2 ** (-(this.now - trace.atMs) / SPECS[name].halfLifeMs);
  }

  deposit(entity: string, name: Name, source: string, amount: number): number {
    const after = Math.min(SPECS[name].cap, this.at(entity, name, source) + amount);
    this.traces.set([entity, name, source].join("\n"), { amount: after, atMs: this.now });
    return after;
  }
}

const entity = fc.constantFrom("host", "w:/a", "w:/b", "p:1@2", "p:1@3");
const name = fc.constantFrom<Name>("short", "long");
const pause = fc.double({ min: 0, max: 20_000, noNaN: true });
const turn = fc.oneof(
  fc.record({ kind: fc.constant("deposit" as const), entity, name, source, amount }),
  fc.record({ kind: fc.constant("advance" as const), pause }),
  fc.record({ kind: fc.constant("erase" as const), entity }),
);

describe("the field agrees with its definition", () => {
  test("after any sequence of deposits, pauses and erasures", () => {
    fc.assert(
      fc.property(fc.array(turn, { maxLength: 60 }), (turns) => {
        const [real, model] = [field(), new Model()];
        for (const step of turns) {
          if (step.kind === "advance") real.advance((model.now += step.pause));
          else if (step.kind === "erase") {
            const known = [...model.traces.keys()].filter((key) => key.startsWith(`${step.entity}\n`));
            for (const key of known) model.traces.delete(key);
            real.erase(step.entity);
          } else {
            const { entity, name, source, amount } = step;
            near(real.deposit(entity, name, source, amount), model.deposit(entity, name, source, amount));
          }
        }
        for (const key of model.traces.keys()) {
          const [entity = "", name, source = ""] = key.split("\n") as [string, Name, string];
          const expected = model.at(entity, name, source);
          near(real.bySource(entity, name).get(source) ?? 0, expected, key);
        }
        for (const signal of real.strongest(100)) {
          const sum = ["runq", "lineage", "fresh-file"].reduce(
            (total, source) => total + model.at(signal.entity, signal.pheromone as Name, source),
            0,
          );
          near(signal.concentration, sum);
        }
      }),
      { numRuns: 500 },
    );
  });

  test("a concentration is the sum of its sources", () => {
    fc.assert(
      fc.property(fc.array(fc.tuple(source, amount), { maxLength: 20 }), pause, (deposits, later) => {
        const real = field();
        for (const [from, much] of deposits) real.deposit("host", "short", from, much);
        real.advance(later);
        const sum = [...real.bySource("host", "short").values()].reduce((a, b) => a + b, 0);
        near(real.concentration("host", "short"), sum);
      }),
    );
  });
});

describe("evaporation", () => {
  test("composes: looking in between changes nothing", () => {
    fc.assert(
      fc.property(amount, pause, pause, (much, first, second) => {
        const [looked, left] = [field(), field()];
        for (const real of [looked, left]) real.deposit("host", "short", "runq", much);
        looked.advance(first);
        looked.deposit("host", "short", "runq", 0);
        looked.advance(first + second);
        left.advance(first + second);
        near(looked.concentration("host", "short"), left.concentration("host", "short"));
      }),
    );
  });

  test("halves in a half-life and never grows", () => {
    const real = field();
    real.deposit("host", "short", "runq", 8);
    real.advance(1000);
    near(real.concentration("host", "short"), 4);
    let before = Infinity;
    for (let ms = 1000; ms < 100_000; ms += 137) {
      real.advance(ms);
      const now = real.concentration("host", "short");
      assert.ok(now < before && now > 0);
      before = now;
    }
  });

  test("is sane over years: goes to nothing, neither NaN nor negative, and starts anew", () => {
    const year = 365.25 * 86_400_000;
    const real = field();
    for (let years = 0; years < 100; years++) {
      real.advance(years * year);
      assert.equal(real.deposit("host", "short", "runq", 1), 1);
      assert.equal(real.deposit("host", "long", "runq", 1), 1);
    }
    real.advance(200 * year);
    assert.equal(real.concentration("host", "short"), 0);
    assert.deepEqual([...real.bySource("host", "short")], []);
  });

  test("does not run backwards, nor on a time that is none", () => {
    const real = field();
    real.advance(5000);
    real.deposit("host", "short", "runq", 4);
    for (const ms of [1000, Number.NaN, Infinity, -Infinity]) real.advance(ms);
    assert.equal(real.concentration("host", "short"), 4);
    real.advance(6000);
    near(real.concentration("host", "short"), 2);
  });
});

describe("deposits", () => {
  test("add up below the cap and stop at it", () => {
    const real = field();
    assert.equal(real.deposit("host", "short", "runq", 3), 3);
    assert.equal(real.deposit("host", "short", "runq", 4), 7);
    assert.equal(real.deposit("host", "short", "runq", 4), 10);
    assert.equal(real.deposit("host", "short", "lineage", 4), 4, "the cap is each source's own");
    assert.equal(real.concentration("host", "short"), 14);
  });

  test("at one time give the same in any order", () => {
    const deposits = fc.array(fc.tuple(entity, name, source, amount), { maxLength: 30 });
    fc.assert(
      fc.property(deposits, fc.integer(), (list, seed) => {
        const [one, other] = [field(), field()];
        for (const [e, n, s, a] of list) one.deposit(e, n, s, a);
        const shuffled = list.toSorted((a, b) => Math.sin(seed + a[3] * 1e6) - Math.sin(seed + b[3] * 1e6));
        for (const [e, n, s, a] of shuffled) other.deposit(e, n, s, a);
        for (const [e, n] of list) near(one.concentration(e, n), other.concentration(e, n));
      }),
    );
  });

  test("that make no sense are refused, counted, and change nothing", () => {
    const real = field();
    real.deposit("host", "short", "runq", 3);
    const refused: [string, string, string, number][] = [
      ["host", "short", "runq", Number.NaN],
      ["host", "short", "runq", -1],
      ["host", "short", "runq", Infinity],
      ["host", "unheard-of", "runq", 1],
      ["host", "toString", "runq", 1],
      ["", "short", "runq", 1],
      ["host", "short", "", 1],
      ["w:".padEnd(FIELD.maxEntityLength + 1, "x"), "short", "runq", 1],
      ["host", "short", "x".repeat(FIELD.maxSourceLength + 1), 1],
    ];
    for (const deposit of refused) assert.equal(real.deposit(...deposit), 0);
    assert.equal(real.refused, refused.length);
    assert.equal(real.size, 1);
    assert.equal(real.concentration("host", "short"), 3);
  });

  test("of nothing make no trace", () => {
    const real = field();
    assert.equal(real.deposit("host", "short", "runq", 0), 0);
    assert.equal(real.size, 0);
  });
});

describe("the strongest", () => {
  test("come first, with their sources by strength, without the faint", () => {
    const real = field();
    for (let i = 0; i < 200; i++) real.deposit(`w:/${i}`, "short", "runq", 0.02 + i / 100);
    real.deposit("w:/199", "short", "lineage", 0.5);
    real.deposit("w:/faint", "short", "runq", FIELD.faint / 2);
    real.deposit("w:/other", "long", "runq", 4);
    const top = real.strongest(3);
    assert.deepEqual(
      top.map(({ entity, pheromone, sources }) => [entity, pheromone, sources]),
      [
        ["w:/other", "long", ["runq"]],
        ["w:/199", "short", ["runq", "lineage"]],
        ["w:/198", "short", ["runq"]],
      ],
    );
    assert.equal(real.strongest(3, "short")[0]?.entity, "w:/199");
    assert.equal(real.strongest(1000).length, 201);
    assert.deepEqual(real.strongest(0), []);
    assert.deepEqual(real.strongest(3, "unheard-of"), []);
  });
});

test("the layer's own pheromones make a field; half-lives that are none do not", () => {
  const real = new Field({ pheromones: PHEROMONES });
  assert.equal(real.deposit("host", "demand.cpu", "runq", 1), 1);
  for (const halfLifeMs of [0, -1, Number.NaN, Infinity])
    assert.throws(() => new Field({ pheromones: { odd: { halfLifeMs, cap: 1, says: "" } } }), RangeError);
  for (const capacity of [0, -1, 1.5, Number.NaN])
    assert.throws(() => new Field({ capacity, pheromones: SPECS }), RangeError);
});
