import assert from "node:assert/strict";
import { test } from "node:test";
import { processKey, type ProcessRef } from "../../core/entity.ts";
import { CONTAINMENT } from "../response/containment.ts";
import { FakeHost } from "../scenes/context.fixture.ts";
import { depositDanger } from "../evidence/danger.ts";
import { QuorumAgent } from "./quorum.ts";

const LEASE_MS = 300_000;

function newHost(): { host: FakeHost; parent: ProcessRef } {
  const host = new FakeHost([new QuorumAgent({ leaseMs: LEASE_MS })]);
  return { host, parent: host.existing("/usr/bin/app") };
}

function accuse(host: FakeHost, process: ProcessRef, kind: string, weight: number): void {
  const entity = processKey(process);
  depositDanger(host.context(), { agent: kind, kind, entity, weight, says: `${kind} says so`, numbers: {} });
  host.settle();
}

function incidentOn(host: FakeHost, process: ProcessRef): void {
  accuse(host, process, "lineage", 1);
  accuse(host, process, "fresh-file", 1);
}

test("one kind is never a quorum, however often it repeats; a stray hint does not make it one", () => {
  const { host, parent } = newHost();
  for (let i = 0; i < 50; i++) accuse(host, parent, "lineage", 1);
  accuse(host, parent, "destination", 0.14);
  assert.deepEqual(host.reports, []);
  accuse(host, parent, "destination", 0.2);
  assert.deepEqual(host.reports, [], "a weak second kind does not lift a strong first one");
  accuse(host, parent, "destination", 0.2);
  assert.equal(host.incidents.length, 1);
});

test("old evidence evaporates, so that two facts hours apart are no quorum; a slow drip of many is", () => {
  const { host, parent } = newHost();
  accuse(host, parent, "lineage", 1);
  host.wait(3_600_000);
  accuse(host, parent, "fresh-file", 1);
  assert.deepEqual(host.reports, []);
  for (let i = 0; i < 4; i++) {
    host.wait(1_800_000);
    accuse(host, parent, "lineage", 1);
    host.wait(1_800_000);
    accuse(host, parent, "fresh-file", 1);
  }
  assert.equal(host.incidents.length, 1);
});

test("a freeze is renewed before two thirds of its lease are gone, and ends after an hour", () => {
  const { host, parent } = newHost();
  incidentOn(host, parent);
  const startMs = host.nowMs;
  const ends: number[] = [];
  let renewedMs = 0;
  for (let answered = 0; host.nowMs < startMs + 2 * CONTAINMENT.longestMs; host.wait(1000), host.tick()) {
    const proposal = host.proposals[answered];
    if (proposal === undefined) continue;
    if (answered > 0) assert.ok(host.nowMs - renewedMs <= (LEASE_MS * 2) / 3, "renewed in time");
    renewedMs = host.nowMs;
    answered++;
    ends.push(host.nowMs + proposal.leaseMs);
    host.decide({ proposal: proposal.id, outcome: answered === 1 ? "applied" : "renewed", action: "c-1" });
  }
  assert.ok(ends.length > 20);
  const last = (ends.at(-1) ?? 0) - startMs;
  assert.ok(last <= CONTAINMENT.longestMs && last > CONTAINMENT.longestMs - LEASE_MS, `ended after ${last} ms`);
});

test("a renewal that nobody answers is repeated a few times, and not after the lease has lapsed", () => {
  const { host, parent } = newHost();
  incidentOn(host, parent);
  host.decide({ proposal: host.proposals[0]?.id ?? "", outcome: "applied", action: "c-1" });
  for (let i = 0; i < 2000; i++) {
    host.wait(1000);
    host.tick();
  }
  assert.ok(host.proposals.length > 2 && host.proposals.length < 12, `${host.proposals.length} proposals`);
});

test("after a person's undo, and after a final refusal, it does not ask again for that process", () => {
  for (const answer of ["undo", "refusal"] as const) {
    const { host, parent } = newHost();
    incidentOn(host, parent);
    const proposal = host.proposals[0]?.id ?? "";
    if (answer === "undo") {
      host.decide({ proposal, outcome: "applied", action: "c-1" });
      host.revert("c-1", "undo");
    } else {
      host.decide({ proposal, outcome: "refused", code: "SW-GUARD-PROTECTED" });
    }
    for (let i = 0; i < 1000; i++) {
      host.wait(5000);
      host.tick();
      if (i % 10 === 0) accuse(host, parent, "destination", 1);
    }
    assert.equal(host.proposals.length, 1, answer);
  }
});

test("a refusal that passes by itself is tried again, ever more slowly, and not for ever", () => {
  const { host, parent } = newHost();
  incidentOn(host, parent);
  const times: number[] = [];
  for (let answered = 0, i = 0; i < 7200; i++) {
    const proposal = host.proposals[answered];
    if (proposal !== undefined) {
      answered++;
      times.push(host.nowMs);
      host.decide({ proposal: proposal.id, outcome: "refused", code: "SW-GUARD-BUDGET" });
    }
    host.wait(1000);
    host.tick();
  }
  assert.equal(times.length, 1 + CONTAINMENT.retries);
  const gaps = times.slice(1).map((time, index) => time - (times[index] ?? 0));
  assert.deepEqual(
    gaps,
    gaps.toSorted((a, b) => a - b),
  );
  assert.equal(gaps[0], CONTAINMENT.retryMs);
});

test("what is only observed is not asked again and again", () => {
  const { host, parent } = newHost();
  incidentOn(host, parent);
  host.decide({ proposal: host.proposals[0]?.id ?? "", outcome: "observed" });
  for (let i = 0; i < 500; i++) {
    host.wait(1000);
    host.tick();
    accuse(host, parent, "lineage", 0.5);
  }
  assert.equal(host.proposals.length, 1);
});

test("a guard that never answers is asked a bounded number of times", () => {
  const { host, parent } = newHost();
  incidentOn(host, parent);
  for (let i = 0; i < 2000; i++) {
    host.wait(1000);
    host.tick();
  }
  assert.equal(host.proposals.length, 1 + CONTAINMENT.retries);
});

test("a dismissed incident is not renewed, and its repeats ask for nothing", () => {
  const { host, parent } = newHost();
  incidentOn(host, parent);
  host.decide({ proposal: host.proposals[0]?.id ?? "", outcome: "applied", action: "c-1" });
  host.dismiss(host.incidents[0]!);
  for (let i = 0; i < 400; i++) {
    host.wait(1000);
    host.tick();
  }
  incidentOn(host, host.fork(parent));
  assert.equal(host.proposals.length, 1);
  assert.equal(host.incidents.length, 1);
});

test("a dismissed incident stays silent for more of the same, long after, but is counted; another kind of evidence is not covered, and a person can take it back", () => {
  const { host, parent } = newHost();
  incidentOn(host, parent);
  const [first] = host.incidents;
  assert.ok(first);
  host.dismiss(first);
  host.wait(3_600_000);
  incidentOn(host, host.existing("/usr/bin/app"));
  host.tick();
  const [counted, ...others] = host.incidents;
  assert.deepEqual([counted?.id, counted?.status, counted?.count, others], [first.id, "dismissed", 2, []]);
  assert.equal(host.proposals.length, 1, "only for the first time");
  const worse = host.existing("/usr/bin/app");
  incidentOn(host, worse);
  accuse(host, worse, "destination", 1);
  assert.equal(host.incidents.length, 2, "another kind of evidence is not excused");
  assert.equal(host.proposals.length, 2);
  host.reopen(first);
  host.wait(3_600_000);
  incidentOn(host, host.existing("/usr/bin/app"));
  assert.equal(host.incidents.length, 3, "told again");
});

test("a flood of repeats is one incident, reported about once a second, with the full count in the end", () => {
  const { host, parent } = newHost();
  for (let i = 0; i < 500; i++) {
    const process = host.fork(parent);
    host.exec(process, "/tmp/same");
    incidentOn(host, process);
    host.wait(10);
  }
  assert.ok(host.reports.length < 20, `${host.reports.length} reports`);
  host.wait(1000);
  host.tick();
  assert.deepEqual(
    host.incidents.map((incident) => incident.count),
    [500],
  );
});

test("an incident lists each fact once, within what the wire takes", () => {
  const { host, parent } = newHost();
  for (let i = 0; i < 40; i++) {
    accuse(host, parent, "lineage", 0.25);
    accuse(host, parent, "fresh-file", 0.25);
    host.wait(20);
  }
  const evidence = host.incidents[0]?.evidence ?? [];
  assert.deepEqual(
    evidence.map((item) => item.says),
    ["lineage says so", "fresh-file says so"],
  );
  assert.ok(host.proposals.every((proposal) => proposal.evidence.length <= 32 && proposal.reason.length <= 1024));
});

test("one program in two containers is two incidents; in one place it is one that happened again", () => {
  const { host } = newHost();
  const shellIn = (cgroup: string): ProcessRef => host.existing("/bin/sh", host.existing("/usr/bin/app"), cgroup);
  for (const cgroup of ["/pod-1", "/pod-1", "/pod-2"]) {
    incidentOn(host, shellIn(cgroup));
    host.wait(2000);
  }
  assert.deepEqual(
    host.incidents.map(({ count }) => count),
    [2, 1],
  );
});
