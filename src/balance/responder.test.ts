import assert from "node:assert/strict";
import { beforeEach, describe, test } from "node:test";
import type { Decision } from "../core/action.ts";
import { HOLD, LEARNING, Responder } from "./responder.ts";

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

/** Stands on the last rung since 0 with leases of ten seconds, and has felt no demand since. */
function onLastRung(): Responder {
  const responder = new Responder(LEASE_MS, { threshold: 2, holdMs: HOLD.minMs });
  responder.sense({ nowMs: 0, demand: 10 }, always);
  assert.equal(responder.rung, 2);
  return responder;
}

describe("climbing", () => {
  test("is drawn: the readier take part at a demand that leaves others cold", () => {
    const [ready, cold] = [0.25, 2].map((threshold) => new Responder(LEASE_MS, { threshold, holdMs: HOLD.minMs }));
    for (const responder of [ready, cold]) responder?.sense({ nowMs: 0, demand: 0.6 }, () => 0.5);
    assert.deepEqual([ready?.rung, cold?.rung], [1, 0]);
  });

  test("takes two rungs at once when urgent, one otherwise, none at noise", () => {
    const rungs = [0.4, 1, 3].map((demand) => {
      const responder = new Responder(LEASE_MS);
      responder.sense({ nowMs: 0, demand }, always);
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
    responder.sense({ nowMs: HOLD.minMs - 1, demand: 0 }, always);
    assert.equal(responder.rung, 2);
    responder.sense({ nowMs: HOLD.minMs, demand: 0 }, always);
    assert.equal(responder.rung, 1);
  });

  test("is called off, without a draw, by demand that comes while the lease still runs", () => {
    responder.settings[1]?.decided(granted, 9000, 0);
    responder.sense({ nowMs: 10_000, demand: 0 }, always);
    assert.equal(responder.rung, 1);
    responder.sense({ nowMs: 15_000, demand: 1 }, never);
    assert.equal(responder.rung, 2);
    assert.equal(responder.learned.holdMs, HOLD.minMs, "nothing was tried, so nothing was learned");
  });

  test("that was wrong is taken back without a draw, and makes ready and patient", () => {
    responder.sense({ nowMs: 10_000, demand: 0 }, always);
    responder.sense({ nowMs: 10_250, demand: 0 }, always);
    const before = new Responder(LEASE_MS, { threshold: 2, holdMs: HOLD.minMs }).learned;
    responder.sense({ nowMs: 10_500, demand: 0.6 }, never);
    assert.equal(responder.rung, 2);
    const after = responder.learned;
    assert.equal(after.holdMs, before.holdMs * 2);
    // 10.5 s of giving way, then halved.
    const expected = (2 - LEARNING.learnPerSecond * 10.5) / 2;
    assert.ok(Math.abs(after.threshold - expected) < 1e-9, `${after.threshold}`);
  });

  test("goes on to the first rung only after another hold", () => {
    const rungs = [10_000, 10_250, 20_000, 20_250].map((nowMs) => {
      responder.sense({ nowMs, demand: 0 }, always);
      return responder.rung;
    });
    assert.deepEqual(rungs, [1, 1, 1, 0]);
  });
});
