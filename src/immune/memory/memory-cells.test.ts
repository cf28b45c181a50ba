import assert from "node:assert/strict";
import { test } from "node:test";
import { processKey, type ProcessRef } from "../../core/entity.ts";
import type { Incident } from "../../core/incident.ts";
import { FakeHost } from "../scenes/context.fixture.ts";
import { depositDanger } from "../evidence/danger.ts";
import { MEMORY_CELLS, MemoryCells } from "./memory-cells.ts";
import { QuorumAgent } from "../quorum/quorum.ts";

const DAY_MS = 86_400_000;

interface Scene {
  readonly host: FakeHost;
  readonly web: ProcessRef;
  readonly quorum: QuorumAgent;
}

function scene(quorum = new QuorumAgent({ leaseMs: 300_000 })): Scene {
  const host = new FakeHost([quorum]);
  return { host, web: host.existing("/usr/sbin/nginx"), quorum };
}

function accuse({ host }: Scene, process: ProcessRef, kind: string, weight: number, techniques: string[] = []): void {
  const fact = { agent: kind, kind, weight, says: `${kind} connected to 203.0.113.9 port 1 on the internet` };
  depositDanger(host.context(), { ...fact, entity: processKey(process), numbers: {}, techniques });
  host.settle();
}

/** A payload in /tmp that nginx started through a shell. */
function payload({ host, web }: Scene, path = "/tmp/.x/payload"): ProcessRef {
  const shell = host.spawn(web, "/bin/sh");
  const child = host.fork(shell);
  host.exec(child, path);
  return child;
}

function incident(of: Scene): Incident {
  const process = payload(of);
  accuse(of, process, "lineage", 1, ["T1059.004"]);
  accuse(of, process, "destination", 1, ["T1071"]);
  const [first] = of.host.incidents;
  assert.ok(first);
  return first;
}

test("what was confirmed is an incident at once next time, on half of the evidence and one kind, says so, and is frozen", () => {
  const all = scene();
  const first = incident(all);
  all.host.confirm(first);
  all.host.wait(DAY_MS);
  accuse(all, payload(all), "lineage", 0.8);
  const [, again] = all.host.incidents;
  assert.equal(again?.seenBefore, first.id);
  assert.match(again?.says ?? "", new RegExp(`seen before and confirmed \\(${first.id}\\)`));
  assert.equal(all.host.proposals.at(-1)?.incident, again?.id);
  assert.equal(all.host.proposals.at(-1)?.kind, "freeze");
  assert.equal(all.quorum.memories(all.host.wallMs)[0]?.met, 1);
});

test("another name in the same folder, from the same parent, with the same technique is the same; elsewhere it is not", () => {
  const meets = (path: string, technique: string, kind = "lineage"): boolean => {
    const all = scene();
    all.host.confirm(incident(all));
    all.host.wait(DAY_MS);
    accuse(all, payload(all, path), kind, 0.8, [technique]);
    return all.host.incidents.length === 2;
  };
  assert.ok(meets("/tmp/.x/other-name", "T1059.004"));
  assert.ok(!meets("/tmp/.x/other-name", "T1496"));
  assert.ok(!meets("/usr/bin/date", "T1059.004"));
  assert.ok(!meets("/tmp/.x/payload", "T1059.004", "fresh-file"), "of another kind of evidence");
});

test("without a person's word nothing is recognised, and less evidence than half is nothing", () => {
  const all = scene();
  incident(all);
  all.host.wait(DAY_MS);
  accuse(all, payload(all), "lineage", 0.8);
  assert.equal(all.host.incidents.length, 1);
  all.host.confirm(all.host.incidents[0]!);
  all.host.wait(DAY_MS);
  accuse(all, payload(all), "lineage", 0.7);
  assert.equal(all.host.incidents.length, 1);
});

test("it lasts over a restart, half of it for a month, and is forgotten after two; meeting it again does not renew it", () => {
  const before = scene();
  before.host.confirm(incident(before));
  const after = new QuorumAgent({ leaseMs: 1 });
  after.recall(JSON.parse(JSON.stringify(before.quorum.remember())));
  const { wallMs } = before.host;
  const strength = (days: number): number | undefined => after.memories(wallMs + days * DAY_MS)[0]?.strength;
  assert.equal(strength(0), 1);
  assert.ok(Math.abs((strength(30) ?? 0) - 0.5) < 1e-9);
  assert.equal(strength(61), undefined);
});

test("a dismissal takes the memory that made the incident, a person can forget it by name, and reopening is no confirmation", () => {
  const all = scene();
  const first = incident(all);
  all.host.confirm(first);
  all.host.wait(DAY_MS);
  accuse(all, payload(all), "lineage", 0.8);
  all.host.dismiss(all.host.incidents[1]!);
  assert.deepEqual(
    all.quorum.memories(all.host.wallMs).map(({ word }) => word),
    ["dismissed"],
  );
  assert.ok(all.quorum.forget(all.host.incidents[1]?.id ?? ""));
  assert.ok(!all.quorum.forget("i-none"));
  assert.deepEqual(all.quorum.memories(all.host.wallMs), []);
});

test("a containment that a person approved confirms its incident", () => {
  const all = scene();
  const { id } = incident(all);
  const proposal = all.host.proposals[0]?.id ?? "";
  all.host.decide({ proposal, outcome: "advised" });
  assert.deepEqual(all.quorum.memories(all.host.wallMs), []);
  all.host.decide({ proposal, outcome: "applied", action: "c-1" });
  assert.equal(all.quorum.memories(all.host.wallMs)[0]?.id, id);
  assert.equal(all.host.incidents[0]?.confirmed, true);
});

test("memory is bounded, nothing is learned where no program is named, and nonsense is passed over", () => {
  const all = scene();
  const one = incident(all);
  const cells = new MemoryCells();
  assert.equal(cells.add({ ...one, lineage: [] }, 0), false);
  for (let at = 0; at < 1000; at++) cells.add({ ...one, id: `i-${at}` }, 0);
  assert.equal(cells.list(0).length, MEMORY_CELLS.cells);
  for (const nonsense of [null, 7, {}, [null, 7, {}, { id: "i-1", word: "confirmed" }]]) {
    const fresh = new MemoryCells();
    fresh.recall(nonsense);
    assert.deepEqual(fresh.remember(), []);
  }
});
