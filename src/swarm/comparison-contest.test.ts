import assert from "node:assert/strict";
import { test } from "node:test";
import { type Random, seededRandom } from "../core/random.ts";
import { Contest, type Standing } from "./comparison-contest.ts";

type Arm = "kept" | "candidate" | "nothing" | "random";
const ARMS: readonly Arm[] = ["candidate", "nothing", "random"];

const gauss = (random: Random): number => Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random());

/** Lower is better; `level` gives what each arm would be without noise. */
function hold(
  seed: number,
  level: Readonly<Record<Arm, number>>,
  noise = 0.05,
  drift = 0,
): Standing<Arm> & { blocks: number } {
  const random = seededRandom(seed);
  const contest = new Contest<Arm>("kept", ARMS, { direction: "lower", maxPairs: 20 }, random);
  let shift = 0;
  let blocks = 0;
  for (let order = contest.block(); order.length > 0; order = contest.block()) {
    contest.add(
      order,
      order.map((arm) => level[arm] * Math.exp((shift += drift) + noise * gauss(random))),
    );
    blocks++;
  }
  return { ...contest.standing(), blocks };
}

test("the best of the contenders takes over, after it won a second time", () => {
  for (let seed = 0; seed < 30; seed++) {
    const { phase, winner, race, rerun } = hold(seed, { kept: 10, candidate: 7, nothing: 10, random: 14 });
    assert.deepEqual(
      [phase, winner, race.get("random")?.state, rerun?.state],
      ["over", "candidate", "worse", "better"],
    );
  }
});

test("do nothing wins where what is kept does harm", () => {
  for (let seed = 0; seed < 30; seed++)
    assert.equal(hold(seed, { kept: 10, candidate: 10, nothing: 8, random: 12 }).winner, "nothing");
});

test("where nothing helps, what is kept stays, also on a host that drifts", () => {
  const wrong = Array.from({ length: 300 }, (_, seed) =>
    hold(seed, { kept: 1, candidate: 1, nothing: 1, random: 1 }, 0.05, seed % 2 === 0 ? 0 : 0.01),
  ).filter(({ winner }) => winner !== "kept");
  // 0.05 squared would be one; three are already less likely than one in a thousand.
  assert.ok(wrong.length <= 3, `${wrong.length} of 300`);
});

test("who is clearly worse is not measured any more", () => {
  const random = seededRandom(3);
  const contest = new Contest<Arm>("kept", ARMS, { direction: "lower" }, random);
  const measured = { kept: 0, candidate: 0, nothing: 0, random: 0 };
  for (let order = contest.block(); order.length > 0; order = contest.block()) {
    for (const arm of order) measured[arm]++;
    contest.add(
      order,
      order.map((arm) => (arm === "random" ? 3 : 1) * Math.exp(0.05 * gauss(random))),
    );
  }
  assert.ok(measured.random <= 20 && measured.kept > 40, JSON.stringify(measured));
});

test("who broke what must hold is out at once, in the race and in the rerun", () => {
  const contest = new Contest<Arm>("kept", ["candidate"], { direction: "lower" }, seededRandom(4));
  const round = (): void => {
    const order = contest.block();
    contest.add(
      order,
      order.map((arm) => (arm === "kept" ? 2 : 1)),
    );
  };
  for (let i = 0; i < 8; i++) round();
  assert.equal(contest.standing().phase, "confirming");
  contest.drop("candidate");
  assert.deepEqual(contest.block(), []);
  assert.equal(contest.standing().winner, "kept");

  const early = new Contest<Arm>("kept", ARMS, { direction: "lower" }, seededRandom(5));
  for (const arm of ARMS) early.drop(arm);
  assert.deepEqual([early.block(), early.standing().phase, early.standing().winner], [[], "over", "kept"]);
});

test("a block is mirrored, so that each is as early as it is late", () => {
  const contest = new Contest<Arm>("kept", ARMS, { direction: "lower" }, seededRandom(6));
  const orders = Array.from({ length: 40 }, () => contest.block());
  for (const order of orders) assert.deepEqual(order, order.toReversed());
  assert.ok(new Set(orders.map(String)).size > 10);
});
