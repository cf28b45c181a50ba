import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { seededRandom } from "../core/random.ts";
import type { Moment } from "./search-objective.ts";
import { Trial, TRIAL } from "./search-trial.ts";

const TURN = { settled: true, turnMs: 250 } as const;
const moment = (progress: number, over = -1): Moment => {
  return { progress, over, excess: Math.max(0, over), load: 11, cast: "", ownMetric: true };
};

/** Runs to its end on a candidate of that gain and noise; says how many seconds of settled readings it took. */
function run(trial: Trial, gain: number, noise: number, seed = 1): number {
  const random = seededRandom(seed);
  let turns = 0;
  while (trial.state === "undecided") {
    const { arm } = trial;
    const score = (random() - 0.5) * noise + (arm === "candidate" ? Math.log1p(gain) : 0) + turns / 1000;
    trial.take(moment(score), arm, TURN);
    turns++;
  }
  return (turns * TURN.turnMs) / 1000;
}

describe("a comparison", () => {
  test("sees what matters through noise and drift, and ends early where it is clear", () => {
    const clear = new Trial(seededRandom(1), TRIAL.screening);
    const seconds = run(clear, 0.2, 0.1);
    assert.equal(clear.state, "better");
    assert.ok(seconds <= 50, `${seconds} s`);
    const slight = new Trial(seededRandom(1), TRIAL.screening);
    assert.ok(run(slight, 0.05, 0.1) >= seconds);
    assert.equal(slight.state, "better");
    assert.ok(Math.abs(clear.seenOf("candidate").progress - clear.seenOf("incumbent").progress - Math.log(1.2)) < 0.05);
  });

  test("finds a difference where there is none as rarely as it says", () => {
    const states = Array.from({ length: 300 }, (_, seed) => {
      const trial = new Trial(seededRandom(seed), TRIAL.screening);
      run(trial, 0, 0.4, seed + 1000);
      return trial.state;
    });
    const wrong = states.filter((state) => state === "better").length;
    assert.ok(wrong / states.length <= TRIAL.screening.alpha / 2 + 0.02, `${wrong} of ${states.length}`);
  });

  test("takes A B B A, changing settings no oftener than that", () => {
    const trial = new Trial(seededRandom(3), TRIAL.screening);
    const arms: string[] = [];
    for (let turn = 0; turn < 24; turn++) {
      arms.push(trial.arm);
      trial.take(moment(0), trial.arm, TURN);
    }
    const quarters = [0, 6, 12, 18].map((at) => new Set(arms.slice(at, at + 6)));
    assert.ok(
      quarters.every(({ size }) => size === 1),
      arms.join(" "),
    );
    assert.equal(arms[0], arms[18]);
    assert.equal(arms[6], arms[12]);
    assert.notEqual(arms[0], arms[6]);
  });

  test("counts no reading of settings that have not settled, or of the other arm", () => {
    const trial = new Trial(seededRandom(3), TRIAL.screening);
    const { arm } = trial;
    const other = arm === "candidate" ? "incumbent" : "candidate";
    for (let turn = 0; turn < 100; turn++) {
      trial.take(moment(0), arm, { ...TURN, settled: false });
      trial.take(moment(0), other, TURN);
    }
    assert.equal(trial.arm, arm);
  });
});

describe("a target", () => {
  const until = (arm: "candidate" | "incumbent"): Trial => {
    const trial = new Trial(seededRandom(3), TRIAL.screening);
    while (trial.arm !== arm) trial.take(moment(0), trial.arm, TURN);
    return trial;
  };

  test("missed by the candidate twice in a row, or once plainly, ends it at once, settled or not", () => {
    for (const overs of [[0.2, 0.2], [1.2]]) {
      const trial = until("candidate");
      for (const over of overs) {
        assert.equal(trial.state, "undecided");
        trial.take(moment(0, over), "candidate", { ...TURN, settled: false });
      }
      assert.equal(trial.state, "broke the target");
    }
  });

  test("missed once by a little, or by the incumbent, ends nothing", () => {
    const trial = until("candidate");
    for (const over of [0.2, -1, 0.2, -1]) trial.take(moment(0, over), "candidate", { ...TURN, settled: false });
    assert.equal(trial.state, "undecided");
    const other = until("incumbent");
    for (let turn = 0; turn < 4; turn++) other.take(moment(0, 3), "incumbent", TURN);
    assert.equal(other.state, "undecided");
  });

  test("that is missed anyway may be missed as far, not plainly further", () => {
    const missed = (over: number): string => {
      const trial = new Trial(seededRandom(3), { ...TRIAL.screening, stuckOver: 1.5 });
      for (let turn = 0; turn < 2; turn++) trial.take(moment(0, over), "candidate", TURN);
      return trial.state;
    };
    assert.deepEqual([missed(3), missed(3.6)], ["undecided", "broke the target"]);
  });
});
