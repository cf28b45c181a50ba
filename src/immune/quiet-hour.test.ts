import assert from "node:assert/strict";
import { test } from "node:test";
import * as fc from "fast-check";
import { seededRandom } from "../core/random.ts";
import { createImmuneColony } from "./colony.ts";
import { FakeHost } from "./scenes/context.fixture.ts";
import { installAndTest } from "./scenes/fresh-clone.fixture.ts";
import { OrdinaryHost } from "./scenes/ordinary-host.fixture.ts";

const HOUR_MS = 3_600_000;

/** Runs activities at random, most of them web requests, until the time is over. */
function live(host: FakeHost, ordinary: OrdinaryHost, seed: number, untilMs: number): void {
  const random = seededRandom(seed);
  const activities = Object.values(ordinary.activities);
  while (host.nowMs < untilMs) {
    const activity = random() < 0.4 ? ordinary.activities["webRequests"] : activities[Math.floor(random() * 6)];
    activity?.();
    host.wait(random() * 90_000);
    host.tick();
  }
}

function told(host: FakeHost): string {
  return host.incidents.map((incident) => incident.says).join("\n");
}

test("property: the first hours of an ordinary host raise no incident, in whatever order things happen", () => {
  let deposits = 0;
  fc.assert(
    fc.property(fc.integer({ min: 0, max: 1e6 }), (seed) => {
      const host = new FakeHost(createImmuneColony({ leaseMs: 300_000 }));
      const ordinary = new OrdinaryHost(host, seededRandom(seed));
      const startMs = host.nowMs;
      live(host, ordinary, seed, startMs + HOUR_MS);
      ordinary.learnNewEndpoint();
      live(host, ordinary, seed + 1, startMs + 2 * HOUR_MS);
      deposits += host.deposits.length;
      assert.equal(host.incidents.length, 0, told(host));
      assert.deepEqual(host.proposals, []);
    }),
    { seed: 11, numRuns: 25 },
  );
  assert.ok(deposits > 100, "there was something to be tolerant of");
});

test("a new service on an interpreter that another service uses raises no incident, and a dropper in it does", () => {
  const host = new FakeHost(createImmuneColony({ leaseMs: 300_000 }));
  const init = host.existing("/usr/lib/systemd/systemd");
  const old = host.existing("/usr/bin/node", init, "/old.service");
  for (let i = 0; i < 100; i++) host.connect(host.spawn(old, "/usr/bin/psql"), "10.0.0.1", 5432);
  const fresh = host.existing("/usr/bin/node", init, "/new.service");
  for (let i = 0; i < 30; i++) {
    host.connect(host.spawn(fresh, "/usr/bin/curl"), "203.0.113.1", 8443);
    host.connect(fresh, "203.0.113.2", 9443);
    host.wait(5000);
  }
  assert.equal(host.incidents.length, 0, told(host));
  host.spawn(fresh, "/tmp/payload", 1000);
  assert.equal(host.incidents.length > 0, true);
});

test("property: what a week has taught raises no incident on its first upgrade, compile or new endpoint", () => {
  fc.assert(
    fc.property(fc.integer({ min: 0, max: 1e6 }), (seed) => {
      const host = new FakeHost(createImmuneColony({ leaseMs: 300_000 }));
      const ordinary = new OrdinaryHost(host, seededRandom(seed));
      const { webRequests, session, cronJob, logRotation } = ordinary.activities;
      for (let i = 0; i < 40; i++) {
        for (const activity of [webRequests, session, cronJob, logRotation]) activity?.();
        host.wait(HOUR_MS / 4);
      }
      ordinary.learnNewEndpoint();
      live(host, ordinary, seed, host.nowMs + HOUR_MS);
      assert.equal(host.incidents.length, 0, told(host));
    }),
    { seed: 12, numRuns: 20 },
  );
});

for (const where of ["a fresh clone", "a continuous integration service"] as const) {
  test(`property: npm ci, npm test, tsc and a clang build in ${where}, by a node installed a minute ago, raise no incident`, () => {
    let deposits = 0;
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 1e6 }), (seed) => {
        const host = new FakeHost(createImmuneColony({ leaseMs: 300_000 }));
        const init = host.existing("/usr/lib/systemd/systemd");
        const runner = where === "a fresh clone" ? "/usr/local/bin/terminal" : "/opt/ci/agent";
        const parent = host.existing(runner, init, "/build.slice");
        installAndTest(host, parent, seededRandom(seed));
        deposits += host.deposits.length;
        assert.equal(host.incidents.length, 0, told(host));
      }),
      { seed: 13, numRuns: 20 },
    );
    assert.ok(deposits > 100, "there was something to be tolerant of");
  });
}

test("a dropper in a service whose node was installed a minute ago is one incident, at its connect at the latest", () => {
  const host = new FakeHost(createImmuneColony({ leaseMs: 300_000 }));
  const init = host.existing("/usr/lib/systemd/systemd");
  const noisy = host.existing("/usr/bin/other", init, "/other.slice");
  for (let i = 0; i < 40; i++) host.connect(noisy, "127.0.0.1", 30_000 + i);
  const app = host.existing("/bin/bash", init, "/app.slice");
  host.exec(app, "/root/clone/node_modules/node/bin/node", 60_000);
  for (let i = 0; i < 40; i++) {
    host.exit(host.spawn(app, "/usr/bin/date"));
    const curl = host.spawn(app, "/usr/bin/curl");
    host.connect(curl, "127.0.0.1", 8080);
    host.exit(curl);
    host.wait(50);
  }
  assert.equal(host.incidents.length, 0, told(host));
  const curl = host.spawn(app, "/usr/bin/curl");
  host.connect(curl, "127.0.0.1", 9999);
  host.exit(curl);
  host.wait(1000);
  host.exit(host.spawn(app, "/usr/bin/chmod"));
  const payload = host.spawn(app, "/tmp/x/drop/update", 500);
  host.connect(payload, "127.0.0.1", 4444);
  assert.equal(host.incidents.length, 1);
  assert.deepEqual(host.incidents[0]?.kinds, ["destination", "fresh-file", "lineage"]);
});
