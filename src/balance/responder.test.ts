import assert from "node:assert/strict";
import { beforeEach, describe, test } from "node:test";
import type { Decision } from "../core/action.ts";
import { LADDERS } from "./ladder.ts";
import { HOLD, LEARNING, Responder, type Stimulus } from "./responder.ts";

const LEASE_MS = 10_000;
const always = (): number => 0;
const never = (): number => 0.999_999;

const granted: Decision = {
  proposal: "p-1",
  action: "c-1",
  outcome: "applied",
  kind: "cpu.idle",
  cgroup: "/batch",
  from: "",
  to: "",
  untilMs: 0,
  code: "",
  says: "",
};

function feels(nowMs: number, demand: number): Stimulus {
  return { nowMs, demand, isFresh: demand > 0, readings: new Map([["cpu.cores", 2]]), cpus: 2 };
}

/** Stands on the last rung since 0 with leases of ten seconds, and has felt no demand since. */
function onLastRung(): Responder {
  const responder = new Responder(LADDERS.cpu.rungs, LEASE_MS, { threshold: 2, holdMs: HOLD.minMs });
  responder.sense(feels(0, 10), always);
  assert.equal(responder.rung, 2);
  return responder;
}

describe("climbing", () => {
  test("is drawn: the readier take part at a demand that leaves others cold", () => {
    const [ready, cold] = [0.25, 2].map(
      (threshold) => new Responder(LADDERS.cpu.rungs, LEASE_MS, { threshold, holdMs: HOLD.minMs }),
    );
    for (const responder of [ready, cold]) responder?.sense(feels(0, 0.6), () => 0.5);
    assert.deepEqual([ready?.rung, cold?.rung], [1, 0]);
  });

  test("takes two rungs at once when urgent, one otherwise, none at noise", () => {
    const rungs = [0.4, 1, 3].map((demand) => {
      const responder = new Responder(LADDERS.cpu.rungs, LEASE_MS);
      responder.sense(feels(0, demand), always);
      return responder.rung;
    });
    assert.deepEqual(rungs, [0, 1, 2]);
  });
});

describe("stepping back", () => {
  let responder: Responder;
  beforeEach(() => {
    responder = onLastRung();
  });

  test("begins when the hold is over, one rung", () => {
    responder.sense(feels(HOLD.minMs - 1, 0), always);
    assert.equal(responder.rung, 2);
    responder.sense(feels(HOLD.minMs, 0), always);
    assert.equal(responder.rung, 1);
  });

  test("is called off, without a draw, by demand that comes while the lease still runs", () => {
    responder.setting("cpu.idle")?.decided(granted, 9000, 0);
    responder.sense(feels(10_000, 0), always);
    assert.equal(responder.rung, 1);
    responder.sense(feels(15_000, 1), never);
    assert.equal(responder.rung, 2);
    assert.equal(responder.learned.holdMs, HOLD.minMs, "nothing was tried, so nothing was learned");
  });

  test("that was wrong is taken back without a draw, and makes ready and patient", () => {
    responder.sense(feels(10_000, 0), always);
    responder.sense(feels(10_250, 0), always);
    const before = new Responder(LADDERS.cpu.rungs, LEASE_MS, { threshold: 2, holdMs: HOLD.minMs }).learned;
    responder.sense(feels(10_500, 0.6), never);
    assert.equal(responder.rung, 2);
    const after = responder.learned;
    assert.equal(after.holdMs, before.holdMs * 2);
    // 10.5 s of giving way, then halved.
    const expected = (2 - LEARNING.learnPerSecond * 10.5) / 2;
    assert.ok(Math.abs(after.threshold - expected) < 1e-9, `${after.threshold}`);
  });

  test("goes on to the first rung only after another hold", () => {
    const rungs = [10_000, 10_250, 20_000, 20_250].map((nowMs) => {
      responder.sense(feels(nowMs, 0), always);
      return responder.rung;
    });
    assert.deepEqual(rungs, [1, 1, 1, 0]);
  });
});
