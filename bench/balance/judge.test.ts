import assert from "node:assert/strict";
import { test } from "node:test";
import type { RoundFigures } from "./figures.ts";
import type { Unjudged } from "./figures-of.ts";
import { barsOf, ownCost } from "./judge.ts";
import type { ArmName } from "./scenario.ts";

const ROUNDS = 4;

function result(
  id: string,
  figures: Partial<Record<ArmName, { p99Us: number; work: number; cores?: number }>>,
): Unjudged {
  const arms = Object.keys(figures) as ArmName[];
  const rounds = Array.from({ length: ROUNDS }, (_, round) =>
    arms.map((arm): RoundFigures => {
      const { p99Us, work, cores } = figures[arm] ?? { p99Us: 0, work: 0 };
      const secondsP99Us = [p99Us, p99Us, p99Us];
      const services = [{ group: "redis", p50Us: 0, p99Us, p999Us: 0, requests: 1, secondsP99Us }];
      const layer = {
        end: "asked" as const,
        changeMs: 1,
        reason: "",
        cores: cores ?? 0,
        left: [],
        changes: [],
        secondsP99Us,
      };
      return { arm, round, phases: [{ seconds: 3, services, jobs: [work] }], ...(arm === "layer" && { layer }) };
    }),
  ).flat();
  return {
    id,
    title: "",
    says: "",
    config: "",
    seconds: 1,
    notes: [],
    settings: {},
    tried: [],
    drawn: [],
    phases: [{ says: "", seconds: 3, jobs: true, load: 1 }],
    targets: [{ group: "redis", targetMs: 2 }],
    jobs: ["hogs"],
    arms,
    rounds,
  };
}

const held = (unjudged: Unjudged): (boolean | undefined)[] => barsOf(unjudged).map((bar) => bar.held);

test("S1 holds where the layer is as good as the best setting", () => {
  const figures = {
    default: { p99Us: 5000, work: 100 },
    oracle: { p99Us: 700, work: 92 },
    layer: { p99Us: 750, work: 91 },
  };
  assert.deepEqual(held(result("S1", figures)), [true, true, true, true, true]);
});

test("S1 misses what the layer does not reach: latency, batch work, each alone", () => {
  const others = { default: { p99Us: 5000, work: 100 }, oracle: { p99Us: 700, work: 99 } };
  assert.deepEqual(held(result("S1", { ...others, layer: { p99Us: 2000, work: 99 } })), [
    false,
    true,
    false,
    true,
    false,
  ]);
  assert.deepEqual(held(result("S1", { ...others, layer: { p99Us: 700, work: 93 } })), [true, true, true, false, true]);
  assert.deepEqual(held(result("S1", { ...others, layer: { p99Us: 700, work: 80 } })), [
    true,
    false,
    true,
    false,
    true,
  ]);
});

test("S4 asks for the target in each second and for batch work beside the best setting's", () => {
  const others = { default: { p99Us: 5000, work: 100 }, oracle: { p99Us: 700, work: 95 } };
  assert.deepEqual(held(result("S4", { ...others, layer: { p99Us: 1900, work: 90 } })), [true, true]);
  assert.deepEqual(held(result("S4", { ...others, layer: { p99Us: 2100, work: 80 } })), [false, false]);
});

test("the arms without a bar stand beside the layer: as ratios where p99 counts, as shares where targets do", () => {
  const figures = {
    default: { p99Us: 5000, work: 100 },
    oracle: { p99Us: 700, work: 92 },
    careful: { p99Us: 1500, work: 91 },
    random: { p99Us: 3000, work: 91 },
    tuned: { p99Us: 6000, work: 91 },
    layer: { p99Us: 750, work: 91 },
  };
  const said = (id: string): string =>
    barsOf(result(id, figures))
      .map(({ says }) => says)
      .join("\n");
  assert.match(
    said("S2"),
    /p99 over the careful weights': 0\.50 .*\n.*\np99 over the random search's: 0\.25 .*\n.*\np99 over the tuned profile's: 0\.1/,
  );
  assert.match(
    said("S4"),
    /kernel default 0 %, best static setting 100 %, careful weights 100 %, random search 0 %, tuned profile 0 %/,
  );
  assert.equal(held(result("S1", figures)).filter((each) => each === undefined).length, 6);
});

test("S6 allows one percent, S7 one percent of a core", () => {
  const without = { default: { p99Us: 1000, work: 1000 } };
  assert.deepEqual(held(result("S6", { ...without, layer: { p99Us: 1009, work: 991 } })), [true, true]);
  assert.deepEqual(held(result("S6", { ...without, layer: { p99Us: 1011, work: 989 } })), [false, false]);
  assert.deepEqual(held(result("S7", { ...without, layer: { p99Us: 1000, work: 1000, cores: 0.009 } })), [true]);
  assert.deepEqual(held(result("S7", { ...without, layer: { p99Us: 1000, work: 1000, cores: 0.011 } })), [false]);
});

test("a scenario without a bar only measures", () => {
  const figures = {
    default: { p99Us: 5000, work: 100 },
    oracle: { p99Us: 700, work: 92 },
    layer: { p99Us: 9000, work: 1 },
  };
  assert.deepEqual(held(result("S2", figures)), [undefined, undefined, undefined, undefined]);
});

test("what the layer takes for itself is said wherever it ran, but where a bar says so", () => {
  const figures = { default: { p99Us: 1000, work: 100 }, layer: { p99Us: 1000, work: 100, cores: 0.042 } };
  assert.match(ownCost(result("S2", figures))[0]?.says ?? "", /^the layer itself took 4\.2 % of one core/);
  assert.deepEqual(ownCost(result("S7", figures)), []);
});
