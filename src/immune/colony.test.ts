import assert from "node:assert/strict";
import { test } from "node:test";
import type { ProcessRef } from "../core/entity.ts";
import { createImmuneColony } from "./colony.ts";
import { FakeHost } from "./scenes/context.fixture.ts";

const LEASE_MS = 300_000;

function newHost(): FakeHost {
  return new FakeHost(createImmuneColony({ leaseMs: LEASE_MS }));
}

/** What a web application does all day: asks for the date, fetches from one endpoint. */
function normal(host: FakeHost, app: ProcessRef, times: number): void {
  for (let i = 0; i < times; i++) {
    host.exit(host.spawn(app, "/usr/bin/date"));
    const curl = host.spawn(app, "/usr/bin/curl");
    host.connect(curl, "127.0.0.1", 8080);
    host.exit(curl);
    host.wait(500);
  }
}

function learnedApp(): { host: FakeHost; app: ProcessRef } {
  const host = newHost();
  const init = host.existing("/usr/lib/systemd/systemd");
  const app = host.existing("/usr/bin/node", init, "/app.slice");
  normal(host, app, 30);
  return { host, app };
}

/** Download from loopback, write, chmod, execute, connect. */
function dropper(host: FakeHost, app: ProcessRef, file = "/tmp/x/payload"): ProcessRef {
  const curl = host.spawn(app, "/usr/bin/curl");
  host.connect(curl, "127.0.0.1", 9999);
  host.exit(curl);
  host.wait(1000);
  host.exit(host.spawn(app, "/usr/bin/chmod"));
  const payload = host.spawn(app, file, 1500);
  host.wait(200);
  host.connect(payload, "127.0.0.1", 4444);
  return payload;
}

test("on an empty memory the first 50 different programs raise nothing", () => {
  const host = newHost();
  const init = host.existing("/usr/lib/systemd/systemd");
  for (let i = 0; i < 50; i++) {
    const name = String.fromCharCode(97 + (i % 26)).repeat(1 + Math.floor(i / 26));
    host.connect(host.spawn(init, `/usr/bin/${name}`), "10.0.0.1", 1000 + i);
  }
  assert.deepEqual(host.deposits, []);
});

test("a learned application that goes on as before raises nothing", () => {
  const { host, app } = learnedApp();
  normal(host, app, 100);
  assert.deepEqual(host.deposits, []);
  assert.deepEqual(host.proposals, []);
});

test("a dropper in a learned application is exactly one incident, told in order, of at least two kinds", () => {
  const { host, app } = learnedApp();
  const payload = dropper(host, app);
  assert.equal(host.incidents.length, 1);
  const incident = host.incidents[0];
  assert.deepEqual(incident?.kinds, ["destination", "fresh-file", "lineage"]);
  assert.equal(incident.entity, `p:${payload.pid}@${payload.startTicks}`);
  assert.equal(incident.count, 1);
  assert.deepEqual(
    incident.lineage.map((step) => step.path),
    ["/tmp/x/payload", "/usr/bin/node", "/usr/lib/systemd/systemd"],
  );
  const order = ["port 9999", "/usr/bin/chmod", "started /tmp/x/payload", "payload was run 2 s after", "port 4444"];
  const at = order.map((text) => incident.says.indexOf(text));
  assert.ok(!at.includes(-1), incident.says);
  assert.deepEqual(
    at,
    at.toSorted((a, b) => a - b),
    incident.says,
  );
  assert.match(
    incident.says,
    /^payload \(\d+\), started by node \(\d+\), does not fit what this host has learned\. First, curl connected/,
  );
});

test("the incident asks once for a freeze of the process, with the evidence and the incident's id", () => {
  const { host, app } = learnedApp();
  const payload = dropper(host, app);
  assert.equal(host.proposals.length, 1);
  const proposal = host.proposals[0];
  assert.equal(proposal?.kind, "freeze");
  assert.equal(proposal.target, `p:${payload.pid}@${payload.startTicks}`);
  assert.equal(proposal.value, 1);
  assert.equal(proposal.leaseMs, LEASE_MS);
  assert.equal(proposal.incident, host.incidents[0]?.id);
  const kinds = new Set(proposal.evidence.filter((item) => item.entity === proposal.target).map((item) => item.kind));
  assert.deepEqual([...kinds].toSorted(), ["fresh-file", "lineage"]);
});

test("the same dropper again within ten minutes is the same incident counted twice, later a new one", () => {
  const { host, app } = learnedApp();
  dropper(host, app);
  host.wait(120_000);
  dropper(host, app);
  assert.deepEqual(
    host.incidents.map((incident) => incident.count),
    [2],
  );
  assert.match(host.incidents[0]?.says ?? "", /2 times in all\.$/);
  host.wait(660_000);
  dropper(host, app);
  assert.equal(host.incidents.length, 2);
});

test("what the payload starts belongs to its incident", () => {
  const { host, app } = learnedApp();
  const payload = dropper(host, app);
  for (let i = 0; i < 20; i++) host.spawn(payload, `/tmp/x/stage-${i}`, 100);
  assert.equal(host.incidents.length, 1);
});

test("a payload's forks carry its danger, but are no news: nothing is counted, reported or asked for", () => {
  const { host, app } = learnedApp();
  const payload = dropper(host, app);
  const before = host.reports.length;
  for (let i = 0; i < 20; i++) host.fork(host.fork(payload));
  host.wait(2000);
  host.tick();
  assert.equal(host.reports.length, before);
  assert.equal(host.incidents[0]?.count, 1);
  assert.equal(host.proposals.length, 1);
});

test("a shell in between hides nothing: the application's own habits are what counts", () => {
  const host = newHost();
  const app = host.existing("/usr/sbin/php-fpm", host.existing("/usr/lib/systemd/systemd"));
  for (let i = 0; i < 30; i++) host.spawn(host.spawn(app, "/bin/sh"), "/usr/bin/convert");
  host.spawn(host.spawn(app, "/bin/sh"), "/var/www/upload/a", 2000);
  assert.equal(host.incidents.length, 1);
});

test("a compile and run of its result raises no incident: at a person's seat, under a build service, under make and after it", () => {
  for (const [seat, above] of [
    ["/usr/bin/bash", "/usr/sbin/sshd"],
    ["/usr/local/bin/gitlab-runner", "/usr/lib/systemd/systemd"],
  ] as const) {
    const host = newHost();
    const builder = host.existing(seat, host.existing(above));
    for (let i = 0; i < 120; i++) host.spawn(builder, ["/usr/bin/ls", "/usr/bin/git", "/usr/bin/make"][i % 3] ?? "");
    host.wait(3_600_000);
    const make = host.spawn(builder, "/usr/bin/make");
    for (let i = 0; i < 60; i++) {
      const cc = host.spawn(make, "/usr/bin/cc");
      host.spawn(cc, "/usr/libexec/gcc/cc1");
      host.spawn(cc, "/usr/bin/as");
    }
    host.connect(host.spawn(make, "/home/me/work/a.out", 100), "127.0.0.1", 5000);
    if (seat.endsWith("bash")) host.connect(host.spawn(builder, "./a.out", 2000), "127.0.0.1", 5001);
    assert.deepEqual(host.incidents, [], seat);
  }
});

test("a compiler used by an intruder is no excuse for what its host never did", () => {
  const { host, app } = learnedApp();
  const shell = host.spawn(app, "/bin/sh");
  host.spawn(shell, "/usr/bin/cc");
  host.spawn(shell, "./exploit", 500);
  assert.equal(host.incidents.length, 1);
});

test("an upgraded service that is started by the service manager raises no incident", () => {
  const host = newHost();
  const init = host.existing("/usr/lib/systemd/systemd");
  for (let i = 0; i < 40; i++) {
    const cron = host.spawn(init, "/usr/sbin/cron");
    host.connect(cron, "10.0.0.2", 25);
  }
  const apt = host.spawn(host.existing("/usr/bin/bash", host.existing("/usr/sbin/sshd")), "/usr/bin/apt");
  host.spawn(apt, "/usr/bin/dpkg");
  host.wait(5000);
  host.connect(host.spawn(init, "/usr/sbin/newd", 4000), "127.0.0.1", 5432);
  assert.deepEqual(host.incidents, []);
});

test("what was learned survives a restart", () => {
  const { host, app } = learnedApp();
  const later = newHost();
  for (const [index, agent] of later.agents.entries()) {
    const memory: unknown = JSON.parse(JSON.stringify(host.agents[index]?.remember?.() ?? null));
    agent.recall?.(memory);
  }
  const again = later.existing("/usr/bin/node", later.existing("/usr/lib/systemd/systemd"), "/app.slice");
  normal(later, again, 5);
  assert.deepEqual(later.deposits, []);
  dropper(later, again);
  assert.equal(later.incidents.length, 1);
  void app;
});

test("a flood of novelties buys no tolerance for the next", () => {
  const { host, app } = learnedApp();
  for (let i = 0; i < 200; i++) host.exit(host.spawn(app, `/usr/bin/tool-${"x".repeat(i % 40)}${i % 7}`));
  host.wait(700_000);
  dropper(host, app, "/tmp/y/other");
  assert.equal(host.incidents.length, 1);
});
