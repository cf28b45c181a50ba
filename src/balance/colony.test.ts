import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { MINUTE_MS, missed, Plant, TURN_MS } from "./plant.fixture.ts";

const SEEDS = Array.from({ length: 20 }, (_, seed) => seed);
describe("a step of load", () => {
  test("is met within two seconds, whatever the draws", () => {
    for (const seed of SEEDS) {
      const plant = new Plant({ seed });
      plant.load = 0;
      plant.run(10_000);
      assert.equal(plant.proposals.length, 0, "nothing to do on a quiet host");
      plant.load = 1;
      const stepMs = plant.nowMs;
      plant.run(2000);
      assert.equal(plant.rung(), 2, `seed ${seed}`);
      plant.run(3000);
      assert.equal(missed(plant, stepMs + 2000), 0, `seed ${seed}`);
    }
  });

  test("is met within five seconds at a turn a second, which is as slow as it gets where groups are at odds", () => {
    for (const seed of SEEDS) {
      const plant = new Plant({ seed });
      plant.turnMs = 1000;
      plant.load = 0;
      plant.run(10_000);
      plant.load = 1;
      const stepMs = plant.nowMs;
      plant.run(9000);
      assert.equal(missed(plant, stepMs + 5000), 0, `seed ${seed}`);
    }
  });

  test("is met faster by one who has learned", () => {
    const turns = (memory: unknown): number =>
      SEEDS.reduce((sum, seed) => {
        const plant = new Plant({ seed });
        for (const agent of plant.agents) agent.recall?.(memory);
        // Just over the target: only the ready answer at once.
        plant.appetite.set("/batch", 0.35);
        while (plant.rung() === 0) plant.turn();
        return sum + plant.nowMs / TURN_MS;
      }, 0);
    assert.ok(
      turns({ "/batch": { threshold: 0.25, holdMs: 10_000 } }) < turns({ "/batch": { threshold: 2, holdMs: 10_000 } }),
    );
  });
});

describe("lasting load", () => {
  test("does not make it oscillate: steps back become rare, and each is taken back at once", () => {
    for (const seed of SEEDS.slice(0, 5)) {
      const plant = new Plant({ seed });
      plant.run(60 * MINUTE_MS);
      const backs = plant.changes.filter(({ kind, on }) => kind === "cpu.idle" && !on);
      assert.ok(backs.length >= 4 && backs.length <= 12, `${backs.length} steps back in an hour`);
      const gaps = backs.slice(1).map(({ atMs }, index) => atMs - (backs[index]?.atMs ?? 0));
      for (const [index, gap] of gaps.entries()) assert.ok(gap >= 10_000 * 2 ** Math.min(index, 5), `${gaps}`);
      assert.ok(missed(plant, 2000) < 0.005, `${missed(plant, 2000)} of the turns over target`);
      assert.ok(missed(plant, 30 * MINUTE_MS) < 0.002);
    }
  });

  test("is met with a lease of a second and with one of a minute", () => {
    for (const leaseMs of [1000, 60_000]) {
      const plant = new Plant({ leaseMs });
      plant.run(2 * MINUTE_MS);
      assert.ok(missed(plant, 2000) < 0.02, `lease ${leaseMs}: ${missed(plant, 2000)}`);
    }
  });

  test("holds every lease with at least a third of it left", () => {
    const plant = new Plant({ leaseMs: 10_000 });
    plant.run(9500);
    for (const kind of ["cpu.weight", "cpu.idle"]) {
      const times = plant.proposals.filter((proposal) => proposal.kind === kind).map(({ atMs }) => atMs);
      assert.ok(times.length >= 2, `${kind} renewed`);
      for (const [index, atMs] of times.slice(1).entries()) assert.ok(atMs - (times[index] ?? 0) <= 6667);
    }
  });
});

describe("when load leaves", () => {
  test("everything is handed back, one rung at a time", () => {
    for (const seed of SEEDS) {
      const plant = new Plant({ seed });
      plant.run(5000);
      plant.load = 0;
      plant.run(MINUTE_MS);
      assert.equal(plant.rung(), 0, `seed ${seed}`);
      const back = plant.changes.filter(({ on }) => !on);
      assert.deepEqual(
        back.map(({ kind }) => kind),
        ["cpu.idle", "cpu.weight"],
      );
      assert.ok((back[1]?.atMs ?? 0) - (back[0]?.atMs ?? 0) >= 10_000);
      const asked = plant.proposals.length;
      plant.run(MINUTE_MS);
      assert.equal(plant.proposals.length, asked, "and nothing is asked for any more");
    }
  });

  test("for good, because nothing is declared to be fast any more, everything goes with its lease", () => {
    const plant = new Plant();
    plant.agents[1]?.recall?.({ "/batch": { threshold: 1, holdMs: 600_000 } });
    plant.run(5000);
    plant.service = "unknown";
    plant.run(10_000);
    assert.equal(plant.rung(), 0);
  });

  test("and comes back while a lease runs out, the setting stays", () => {
    const plant = new Plant({ leaseMs: 20_000 });
    plant.run(5000);
    plant.load = 0;
    // Demand needs some seconds to evaporate, then the hold passes, then the lease begins to run out.
    plant.run(22_000);
    plant.load = 1;
    plant.appetite.set("/batch", 5);
    plant.run(30_000);
    assert.deepEqual(
      plant.changes.filter(({ on }) => !on),
      [],
    );
  });

  test("with the hog, it is handed back as well", () => {
    const plant = new Plant();
    plant.run(5000);
    plant.appetite.set("/batch", 0);
    plant.run(MINUTE_MS);
    assert.equal(plant.rung(), 0);
  });
});

describe("load that comes and goes", () => {
  test("as a square wave, is not followed up and down", () => {
    for (const seed of SEEDS.slice(0, 5)) {
      const plant = new Plant({ seed });
      plant.run(30 * MINUTE_MS, (sinceMs) => {
        plant.load = Math.floor(sinceMs / 30_000) % 2 === 0 ? 1 : 0;
      });
      // 30 rises of load: following it would be 60 changes of cpu.idle.
      const changes = plant.changes.filter(({ kind }) => kind === "cpu.idle").length;
      assert.ok(changes <= 20, `${changes} changes`);
      assert.ok(missed(plant, 2000) < 0.02, `${missed(plant, 2000)}`);
    }
  });

  test("as a ramp, is met as soon as it shows", () => {
    const plant = new Plant();
    plant.run(MINUTE_MS, (sinceMs) => {
      plant.load = sinceMs / MINUTE_MS;
    });
    assert.ok(missed(plant, 0) < 0.12, `${missed(plant, 0)}`);
    assert.ok(plant.changes.length <= 8, `${plant.changes.length} changes`);
  });

  test("under noise, is met without flutter", () => {
    for (const seed of SEEDS.slice(0, 5)) {
      const plant = new Plant({ seed, noise: 0.5 });
      plant.run(30 * MINUTE_MS);
      assert.ok(plant.changes.length <= 40, `${plant.changes.length} changes in half an hour`);
      assert.ok(missed(plant, 2000) < 0.03, `${missed(plant, 2000)}`);
    }
  });

  test("within its target, however noisy, moves nothing", () => {
    const plant = new Plant({ noise: 0.3 });
    plant.appetite.set("/batch", 0.1);
    plant.run(30 * MINUTE_MS);
    assert.deepEqual(plant.changes, []);
  });
});

describe("who gives way", () => {
  test("only declared batch workloads that are cgroups", () => {
    const plant = new Plant({
      hogs: {
        "/unknown": { kind: "unknown" },
        "exe:gcc": { cgroup: false },
        "/other": { kind: "latency" },
        "/batch": {},
      },
    });
    plant.run(MINUTE_MS);
    assert.deepEqual([...new Set(plant.proposals.map(({ target }) => target))], ["w:/batch"]);
    assert.equal(plant.rung("/batch"), 2);
  });

  test("nobody where nothing is declared to be fast", () => {
    const plant = new Plant({ service: "unknown" });
    plant.run(MINUTE_MS);
    assert.deepEqual(plant.proposals, []);
  });

  test("not one who uses no CPU", () => {
    const plant = new Plant({ hogs: { "/busy": {}, "/asleep": {} } });
    plant.appetite.set("/asleep", 0);
    plant.run(MINUTE_MS);
    assert.deepEqual([plant.rung("/busy"), plant.rung("/asleep")], [2, 0]);
  });

  test("not one whose end leaves the service waiting for others", () => {
    const plant = new Plant({ hogs: { "/busy": {}, "/ended": {}, "/others": { kind: "unknown" } } });
    plant.run(5000);
    plant.appetite.set("/ended", 0);
    plant.run(MINUTE_MS);
    assert.deepEqual([plant.rung("/busy"), plant.rung("/ended")], [2, 0]);
  });

  test("as many as it takes", () => {
    const plant = new Plant({ hogs: { "/a": {}, "/b": {}, "/c": {} } });
    plant.run(5000);
    assert.deepEqual([plant.rung("/a"), plant.rung("/b"), plant.rung("/c")], [2, 2, 2]);
  });

  test("nobody twice for what somebody else has done already", () => {
    const plant = new Plant();
    plant.foreign.set("/batch", 1);
    plant.run(MINUTE_MS);
    assert.ok(!plant.proposals.some(({ kind }) => kind === "cpu.idle"));
  });
});
