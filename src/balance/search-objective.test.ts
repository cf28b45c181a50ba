import assert from "node:assert/strict";
import { test } from "node:test";
import { workloadKey } from "../core/entity.ts";
import type { ReadingName, WorkloadKind } from "../core/reading.ts";
import { momentOf } from "./search-objective.ts";
import type { ReadWorkload } from "./workload-readings.ts";

function workload(name: string, kind: WorkloadKind, readings: Partial<Record<ReadingName, number>>): ReadWorkload {
  const info = { name, kind, label: "", cgroup: true, targetNs: kind === "latency" ? 1e6 : 0 };
  return { info, entity: workloadKey(name), readings: new Map(Object.entries(readings) as [ReadingName, number][]) };
}

const service = (p99Ns: number, more: Partial<Record<ReadingName, number>> = {}): ReadWorkload =>
  workload("/service", "latency", { "runq.delay.p99": p99Ns, "runq.count": 2000, ...more });
const batch = (readings: Partial<Record<ReadingName, number>>, name = "/batch"): ReadWorkload =>
  workload(name, "batch", { "cpu.cores": 1, ...readings });
const score = (...workloads: ReadWorkload[]): number => momentOf(workloads, 250)?.progress ?? Number.NaN;

test("targets that are missed add up, each by three octaves at most; being within one makes up for no other", () => {
  const excess = (...workloads: ReadWorkload[]): number | undefined => momentOf([...workloads, batch({})], 250)?.excess;
  const other = workload("/other", "latency", { "runq.delay.p99": 2e6, "runq.count": 2000 });
  assert.equal(excess(service(1e5), other), 1);
  assert.equal(excess(service(4e6), other), 3);
  assert.equal(excess(service(1e9), other), 4);
});

test("where targets are met, being further within them is worth nothing, and twice the work is worth ln 2", () => {
  assert.equal(score(service(1e5), batch({})), score(service(9e5), batch({})));
  const gain = score(service(1e5), batch({ "cpu.cores": 2 })) - score(service(1e5), batch({}));
  assert.ok(Math.abs(gain - Math.LN2) < 1e-9);
});

test("own objectives count before what is seen from outside, for services and for batch work, whatever their direction", () => {
  const late = momentOf([service(1e5, { "objective.excess": 4 }), batch({})], 250);
  assert.equal(late?.over, 2);
  const [slow, fast] = [2, 1].map((excess) => score(service(1e5), batch({ "objective.excess": excess })));
  assert.ok(Math.abs((fast ?? 0) - (slow ?? 0) - Math.LN2) < 1e-9);
  assert.equal(momentOf([service(1e5), batch({ "objective.excess": 1 })], 250)?.ownMetric, true);
});

test("a tail of a few waits is no tail: nothing is known of the target then", () => {
  assert.equal(momentOf([service(5e6, { "runq.count": 8 }), batch({})], 250)?.over, undefined);
  assert.equal(momentOf([service(5e6, { "runq.count": 80 }), batch({})], 250)?.over, Math.log2(5));
});

test("there is nothing to search for without a service, without batch work, or with batch work at rest", () => {
  assert.equal(momentOf([service(1e5)], 250), undefined);
  assert.equal(momentOf([batch({})], 250), undefined);
  assert.equal(momentOf([service(1e5), batch({ "cpu.cores": 0.001 })], 250), undefined);
});

test("the cast is who takes part: one more is another", () => {
  const one = momentOf([service(1e5), batch({})], 250);
  const two = momentOf([service(1e5), batch({}), batch({}, "/other")], 250);
  assert.notEqual(one?.cast, two?.cast);
});
