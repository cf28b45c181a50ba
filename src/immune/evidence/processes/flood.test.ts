import assert from "node:assert/strict";
import { test } from "node:test";
import { HOST, processKey, type EntityKey, type ProcessRef } from "../../../core/entity.ts";
import { depositDanger } from "../danger.ts";
import { createImmuneColony } from "../../colony.ts";
import { FakeHost } from "../../scenes/context.fixture.ts";
import { FLOOD } from "./flood.ts";
import { QUORUM } from "../../quorum/quorum-rule.ts";

const LOTS = 50_000;

interface Second {
  readonly made: number;
  readonly lost?: number;
  readonly fill?: number;
}

/** A host whose kernel counts, and whose hive samples, what the given processes make. */
class CountedHost {
  readonly host = new FakeHost(createImmuneColony({ leaseMs: 300_000 }));
  readonly init = this.host.existing("/usr/lib/systemd/systemd");
  readonly shell = this.host.existing("/usr/bin/bash", this.init, "/user.slice/session-1.scope");
  private made = 0;
  private lost = 0;

  constructor() {
    this.second({ made: 0 }, []);
  }

  second({ made, lost = 0, fill = 0 }: Second, doers: readonly (readonly [ProcessRef, number])[]): void {
    this.made += made;
    this.lost += lost;
    this.host.wait(1000);
    const byProcess = new Map(doers.map(([process, share]) => [processKey(process), Math.round(1000 * share)]));
    const events = { "open.read": this.made };
    this.host.tick({
      events,
      lost: { "open.read": this.lost },
      ring: { fill, bytes: 2 ** 24 },
      doers: { events: 1000, byProcess },
    });
  }

  level(entity: EntityKey, kind = "flood"): number {
    return this.host.context().field.bySource(entity, "danger").get(kind) ?? 0;
  }
}

test("a process that makes most of the events while some are lost is said to, with the figures, and the host is told apart", () => {
  const counted = new CountedHost();
  const flooder = counted.host.spawn(counted.shell, "/tmp/flooder");
  counted.second({ made: LOTS, lost: 12_000 }, [
    [flooder, 0.9],
    [counted.shell, 0.05],
  ]);
  const told = counted.host.deposits.find(({ evidence }) => evidence.kind === "flood")?.evidence;
  assert.equal(told?.entity, processKey(flooder));
  assert.equal(told.numbers["perSecond"], 45_000);
  assert.equal(told.numbers["lost"], 12_000);
  assert.match(told.says, /^flooder \(\d+\) made 45000 events a second, 90 % of all, while 12000 were lost$/);
  assert.ok(Math.abs(counted.level(processKey(flooder)) - FLOOD.most * 0.9) < 1e-9);
  assert.ok(Math.abs(counted.level(HOST, "losses") - 12_000 / LOTS) < 1e-9);
});

test("a ring past half is reason enough, losses of nobody in particular are the host's alone", () => {
  const counted = new CountedHost();
  const flooder = counted.host.spawn(counted.shell, "/tmp/flooder");
  counted.second({ made: LOTS, fill: 0.6 }, [[flooder, 0.8]]);
  assert.ok(counted.level(processKey(flooder)) > 0);
  assert.equal(counted.level(HOST, "losses"), 0);
  const other = new CountedHost();
  const many = Array.from({ length: 10 }, () => [other.host.existing("/usr/bin/svc", other.init, "/a"), 0.1] as const);
  const apart = many.map(([process, share], at) => [process, at < 4 ? share : 0] as const);
  other.second({ made: LOTS, lost: 10_000 }, apart);
  assert.ok(other.level(HOST, "losses") > 0);
  assert.deepEqual(
    other.host.deposits.filter(({ evidence }) => evidence.kind === "flood"),
    [],
  );
});

test("an ordinary host is quiet: a busy build without losses, and losses while nobody makes much", () => {
  const counted = new CountedHost();
  const make = counted.host.spawn(counted.shell, "/usr/bin/make");
  for (let i = 0; i < 20; i++) counted.second({ made: LOTS, fill: 0.4 }, [[make, 0.95]]);
  assert.deepEqual(counted.host.deposits, []);
  counted.second({ made: 1.9 * FLOOD.leastPerSecond, lost: 100 }, [[make, 0.5]]);
  assert.equal(counted.level(processKey(make)), 0);
});

test("a fork bomb is laid to the one that the doers descend from, not to init", () => {
  const counted = new CountedHost();
  const bomb = counted.host.spawn(counted.shell, "/tmp/bomb");
  const branches = Array.from({ length: 20 }, () => counted.host.fork(bomb));
  const twigs = branches.flatMap((branch) => [branch, counted.host.fork(branch), counted.host.fork(branch)]);
  const other = counted.host.existing("/usr/bin/node", counted.init, "/app");
  counted.second({ made: LOTS, lost: 1 }, [...twigs.map((twig) => [twig, 0.9 / 60] as const), [other, 0.1]]);
  const told = counted.host.deposits.filter(({ evidence }) => evidence.kind === "flood" && evidence.agent === "flood");
  assert.deepEqual([...new Set(told.map(({ evidence }) => evidence.entity))], [processKey(bomb)]);
  assert.match(told[0]?.evidence.says ?? "", /^bomb and what belongs to it made 45000 events a second/);
});

test("processes of one workload with nothing above them but init are named by their workload", () => {
  const counted = new CountedHost();
  const ones = Array.from({ length: 5 }, () => counted.host.existing("/usr/bin/w", counted.init, "/batch.slice"));
  counted.second(
    { made: LOTS, lost: 1 },
    ones.map((one) => [one, 0.15] as const),
  );
  assert.ok(counted.level("w:/batch.slice") > 0);
  assert.equal(counted.level(processKey(counted.init)), 0);
});

test("however long it lasts it is no quorum by itself, is renewed now and then, and evaporates after it", () => {
  const counted = new CountedHost();
  const { host } = counted;
  const flooder = host.spawn(counted.shell, "/tmp/flooder");
  for (let i = 0; i < 300; i++) counted.second({ made: LOTS, lost: 1000 }, [[flooder, 1]]);
  assert.ok(counted.level(processKey(flooder)) <= FLOOD.most);
  assert.ok(counted.level(processKey(flooder)) > FLOOD.most - 2 * FLOOD.renew);
  assert.deepEqual(host.incidents, []);
  const told = host.deposits.filter(({ pheromone, evidence }) => evidence.kind === "flood" && pheromone === "danger");
  assert.ok(told.length < 30, `${told.length}`);
  host.wait(600_000);
  assert.ok(counted.level(processKey(flooder)) < 0.01);
});

test("with another kind of evidence it makes an incident", () => {
  const counted = new CountedHost();
  const flooder = counted.host.spawn(counted.shell, "/tmp/flooder");
  counted.second({ made: LOTS, lost: 1000 }, [[flooder, 1]]);
  const entity = processKey(flooder);
  const weight = QUORUM.danger.concentration - FLOOD.most;
  depositDanger(counted.host.context(), { agent: "x", kind: "lineage", entity, weight, says: "x", numbers: {} });
  counted.host.settle();
  assert.deepEqual(
    counted.host.incidents.map(({ kinds }) => kinds),
    [["flood", "lineage"]],
  );
});

test("counters that begin anew, time that stands still and readings without counters are no flood", () => {
  const counted = new CountedHost();
  const { host } = counted;
  const doers = { events: 1000, byProcess: new Map([[processKey(counted.shell), 1000]]) };
  const batch = { events: { exec: LOTS }, lost: { exec: LOTS }, doers };
  host.wait(1000);
  host.tick({ ...batch, events: { exec: 2 * LOTS }, lost: { exec: LOTS } });
  const before = host.deposits.length;
  host.wait(1000);
  host.tick({ ...batch, events: {}, lost: {} });
  host.tick(batch);
  host.wait(1000);
  host.tick();
  host.wait(1000);
  host.tick({ doers });
  assert.equal(host.deposits.length, before);
});
