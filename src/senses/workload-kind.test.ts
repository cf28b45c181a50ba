import assert from "node:assert/strict";
import { describe, test } from "node:test";
import * as fc from "fast-check";
import { seededRandom } from "../core/random.ts";
import { type Behaviour, KindBelief } from "./workload-kind.ts";

const TURN_MS = 250;

/** One second of a group: cores it used, sleeps, and whether it accepts connections. */
interface Second {
  readonly cores: number;
  readonly sleeps: number;
  readonly serves?: boolean;
}

function live(belief: KindBelief, { cores, sleeps, serves }: Second, seconds: number): KindBelief {
  const turn: Behaviour = {
    elapsedMs: TURN_MS,
    onCpuNs: cores * TURN_MS * 1e6,
    sleeps: (sleeps * TURN_MS) / 1000,
    serves,
  };
  for (let ms = 0; ms < seconds * 1000; ms += TURN_MS) belief.observe(turn);
  return belief;
}

const HOG = { cores: 1.9, sleeps: 0, serves: false };
/** Measured: 5,000 requests/s at 0.03 ms each. */
const REDIS = { cores: 0.15, sleeps: 5000, serves: true };
const COMPILE = { cores: 1.8, sleeps: 150, serves: false };

describe("told within ten seconds", () => {
  test("a hog is batch work, a server is a latency workload, a compile is batch work", () => {
    assert.equal(live(new KindBelief(), HOG, 10).kind, "batch");
    assert.equal(live(new KindBelief(), REDIS, 10).kind, "latency");
    assert.equal(live(new KindBelief(), COMPILE, 10).kind, "batch");
  });

  test("a server that falls behind takes several requests per sleep, and still is one", () => {
    assert.equal(live(new KindBelief(), { cores: 0.9, sleeps: 400, serves: true }, 10).kind, "latency");
  });

  test("with a confidence that grows", () => {
    const belief = new KindBelief();
    const early = live(belief, HOG, 1).confidence;
    assert.ok(early < 0.6 && live(belief, HOG, 10).confidence > 0.9);
  });
});

test("one look convinces nobody, however long the turn before it was", () => {
  for (const elapsedMs of [1000, 4000, 60_000]) {
    const belief = new KindBelief();
    belief.observe({ elapsedMs, onCpuNs: elapsedMs * 1.9e6, sleeps: 0, serves: false });
    assert.equal(belief.kind, "unknown", `${elapsedMs} ms`);
  }
});

describe("never told", () => {
  test("as batch: what accepts connections, however much it computes", () => {
    assert.equal(live(new KindBelief(), { ...HOG, serves: true }, 600).kind, "unknown");
  });

  test("as a server: what accepts none, however often it sleeps (a pipeline, a copy)", () => {
    assert.equal(live(new KindBelief(), { cores: 0.4, sleeps: 8000, serves: false }, 600).kind, "unknown");
  });

  test("at all: who does next to nothing, or is in between", () => {
    assert.equal(live(new KindBelief(), { cores: 0.001, sleeps: 3, serves: true }, 600).kind, "unknown");
    assert.equal(live(new KindBelief(), { cores: 0.5, sleeps: 250, serves: false }, 600).kind, "unknown");
  });

  test("where it cannot be looked into, but for the clear cases", () => {
    assert.equal(live(new KindBelief(), { cores: 0.15, sleeps: 5000 }, 10).kind, "latency");
    assert.equal(live(new KindBelief(), { cores: 1.9, sleeps: 0 }, 10).kind, "batch");
    assert.equal(live(new KindBelief(), { cores: 0.5, sleeps: 400 }, 600).kind, "unknown");
  });
});

describe("kept", () => {
  test("by one that pauses", () => {
    const belief = live(new KindBelief(), HOG, 10);
    assert.equal(live(belief, { cores: 0, sleeps: 0, serves: false }, 3600).kind, "batch");
  });

  test("by one that is odd for a second", () => {
    const belief = live(new KindBelief(), REDIS, 20);
    assert.equal(live(belief, { cores: 0.9, sleeps: 20, serves: true }, 1).kind, "latency");
  });

  test("until it is used for something else", () => {
    const belief = live(new KindBelief(), HOG, 60);
    assert.equal(live(belief, REDIS, 20).kind, "latency");
  });

  test("behaviour that swings around a bound does not make the kind flutter", () => {
    const random = seededRandom(7);
    const belief = new KindBelief();
    let changes = 0;
    for (let second = 0; second < 3600; second++) {
      const before = belief.kind;
      live(belief, { cores: 0.5, sleeps: 0.5 / (0.004 * (0.25 + 1.5 * random())), serves: false }, 1);
      if (belief.kind !== before) changes++;
    }
    assert.ok(changes <= 12, `${changes} changes in an hour`);
  });
});

test("whatever it sees, it goes from one kind to the other only by way of neither", () => {
  fc.assert(
    fc.property(
      fc.array(
        fc.record({
          elapsedMs: fc.double({ min: -1, max: 5000 }),
          onCpuNs: fc.double({ min: 0, max: 1e11, noNaN: true }),
          sleeps: fc.nat(1_000_000),
          serves: fc.constantFrom(true, false, undefined),
        }),
        { maxLength: 200 },
      ),
      (turns) => {
        const belief = new KindBelief();
        for (const turn of turns) {
          const before = belief.kind;
          belief.observe({ ...turn, elapsedMs: Math.min(turn.elapsedMs, 300) });
          assert.ok(before === "unknown" || belief.kind === before || belief.kind === "unknown");
          assert.ok(belief.confidence >= 0 && belief.confidence <= 1);
        }
      },
    ),
    { seed: 3 },
  );
});
