import assert from "node:assert/strict";
import { test } from "node:test";
import * as fc from "fast-check";
import { RUNQ_BUCKETS, RUNQ_CELL, RUNQ_GROUPS, RUNQ_RUNNING, RUNQ_STATE } from "./records.ts";
import { bucketFromNs, quantileNs } from "./runq-histogram.ts";
import { RunqReader } from "./runq.ts";

/** The kernel's half, as in runq.bpf.c. */
function bucketOf(delayNs: number): number {
  const units = Math.floor(delayNs / 1024);
  if (units >= 2 ** 22) return RUNQ_BUCKETS - 1;
  if (units < 8) return units;
  const power = Math.floor(Math.log2(units));
  return (power - 2) * 8 + (Math.floor(units / 2 ** (power - 3)) % 8);
}

class Tables {
  readonly state = new ArrayBuffer(RUNQ_STATE.bytes);
  readonly cells: ArrayBuffer;
  readonly shards: number;

  constructor(shards: number) {
    this.shards = shards;
    this.cells = new ArrayBuffer(RUNQ_GROUPS * shards * RUNQ_CELL.bytes);
  }

  own(group: number, id: bigint): void {
    new DataView(this.state).setBigUint64(RUNQ_STATE.owners + group * 8, id, true);
  }

  owner(group: number): bigint {
    return new DataView(this.state).getBigUint64(RUNQ_STATE.owners + group * 8, true);
  }

  wait(group: number, shard: number, delayNs: number): void {
    const view = new DataView(this.cells, (group * this.shards + shard) * RUNQ_CELL.bytes);
    const at = RUNQ_CELL.buckets + bucketOf(delayNs) * 4;
    view.setUint32(at, (view.getUint32(at, true) + 1) >>> 0, true);
    view.setBigUint64(RUNQ_CELL.delay_ns, view.getBigUint64(RUNQ_CELL.delay_ns, true) + BigInt(delayNs), true);
  }

  burst(group: number, shard: number, ns: number): void {
    const view = new DataView(this.cells, (group * this.shards + shard) * RUNQ_CELL.bytes);
    const at = RUNQ_CELL.bursts + bucketOf(ns) * 4;
    view.setUint32(at, (view.getUint32(at, true) + 1) >>> 0, true);
    this.ran(group, shard, ns);
  }

  ran(group: number, shard: number, ns: number): void {
    const view = new DataView(this.cells, (group * this.shards + shard) * RUNQ_CELL.bytes);
    view.setBigUint64(RUNQ_CELL.on_cpu_ns, view.getBigUint64(RUNQ_CELL.on_cpu_ns, true) + BigInt(ns), true);
  }

  sleep(group: number, shard: number, times: number): void {
    const view = new DataView(this.cells, (group * this.shards + shard) * RUNQ_CELL.bytes);
    view.setBigUint64(RUNQ_CELL.sleeps, view.getBigUint64(RUNQ_CELL.sleeps, true) + BigInt(times), true);
  }

  running(cpu: number, group: number, sinceNs: number): void {
    const view = new DataView(this.state, RUNQ_STATE.running + cpu * RUNQ_RUNNING.bytes);
    view.setBigUint64(RUNQ_RUNNING.since_ns, BigInt(sinceNs), true);
    view.setBigUint64(RUNQ_RUNNING.group, BigInt(group), true);
  }
}

test("a bucket's bounds hold what the kernel puts into it", () => {
  fc.assert(
    fc.property(fc.integer({ min: 0, max: 4_290_000_000 }), (delayNs) => {
      const bucket = bucketOf(delayNs);
      assert.ok(bucketFromNs(bucket) <= delayNs && delayNs < bucketFromNs(bucket + 1));
    }),
    { seed: 1 },
  );
  assert.equal(bucketFromNs(RUNQ_BUCKETS), 2 ** 22 * 1024);
});

test("a quantile is at most an eighth off, and a spread-out one at most a tenth", () => {
  fc.assert(
    fc.property(fc.integer({ min: 8192, max: 2 ** 31 }), fc.constantFrom(0.5, 0.99), (delayNs, quantile) => {
      const counts = new Uint32Array(RUNQ_BUCKETS);
      counts[bucketOf(delayNs)] = 1000;
      const error = Math.abs(quantileNs(counts, 1000, quantile) - delayNs) / delayNs;
      assert.ok(error <= 0.125, `${error}`);
    }),
    { seed: 2 },
  );
  const counts = new Uint32Array(RUNQ_BUCKETS);
  for (let at = 1; at <= 1000; at++) counts[bucketOf(at * 1010)] = (counts[bucketOf(at * 1010)] ?? 0) + 1;
  assert.ok(Math.abs(quantileNs(counts, 1000, 0.99) - 1_000_000) < 100_000);
});

test("a reading is what happened since the one before, over all shards", () => {
  const tables = new Tables(2);
  const reader = new RunqReader(tables.state, tables.cells, 2);
  tables.own(3, 77n);
  tables.wait(3, 0, 100_000);
  tables.wait(3, 1, 300_000);
  tables.ran(3, 0, 5000);
  const first = reader.read(0).get(77);
  assert.deepEqual([first?.count, first?.meanNs, first?.onCpuNs], [2, 200_000, 5000]);
  assert.equal(first?.sleeps, 0);
  tables.sleep(3, 0, 2);
  tables.sleep(3, 1, 3);
  tables.wait(3, 1, 1_000_000);
  const second = reader.read(0).get(77);
  assert.deepEqual([second?.count, second?.meanNs, second?.onCpuNs], [1, 1_000_000, 0]);
  assert.equal(second?.sleeps, 5);
  assert.equal(reader.read(0).size, 0);
});

test("a task that keeps its CPU counts before it is switched out, and only once", () => {
  const tables = new Tables(1);
  const reader = new RunqReader(tables.state, tables.cells, 1);
  tables.own(0, 9n);
  tables.running(5, 0, 1000);
  assert.equal(reader.read(4000).get(9)?.onCpuNs, 3000);
  assert.equal(reader.read(6000).get(9)?.onCpuNs, 2000);
  tables.running(5, 0, 0);
  tables.ran(0, 0, 7000);
  assert.equal(reader.read(9000).get(9)?.onCpuNs, 2000);
});

test("how long tasks kept their CPU is told apart from how long they waited, over all shards", () => {
  const tables = new Tables(2);
  const reader = new RunqReader(tables.state, tables.cells, 2);
  tables.own(4, 9n);
  for (let turn = 0; turn < 99; turn++) tables.burst(4, turn % 2, 20_000);
  tables.burst(4, 0, 3_000_000);
  tables.burst(4, 1, 3_000_000);
  tables.wait(4, 1, 500_000);
  const delta = reader.read(0).get(9);
  assert.ok(delta);
  assert.equal(delta.bursts, 101);
  assert.equal(delta.count, 1);
  assert.equal(delta.onCpuNs, 99 * 20_000 + 6_000_000);
  assert.ok(Math.abs(delta.burstP50Ns - 20_000) < 2000, `${delta.burstP50Ns}`);
  assert.ok(Math.abs(delta.burstP99Ns - 3_000_000) < 200_000, `${delta.burstP99Ns}`);
  assert.ok(delta.p50Ns > 400_000);
  assert.equal(reader.read(1).has(9), false);
});

test("counters that wrap do not jump", () => {
  const tables = new Tables(1);
  const reader = new RunqReader(tables.state, tables.cells, 1);
  tables.own(0, 9n);
  const at = RUNQ_CELL.buckets + bucketOf(50_000) * 4;
  new DataView(tables.cells).setUint32(at, 0xffff_ffff, true);
  reader.read(0);
  tables.wait(0, 0, 50_000);
  tables.wait(0, 0, 50_000);
  assert.equal(reader.read(0).get(9)?.count, 2);
});

test("a group that stays quiet gives its cells back empty; one that runs does not", () => {
  const tables = new Tables(2);
  const reader = new RunqReader(tables.state, tables.cells, 2);
  tables.own(0, 9n);
  tables.own(1, 10n);
  tables.wait(0, 1, 50_000);
  tables.wait(1, 0, 50_000);
  for (let second = 0; second < 200; second += 4) {
    tables.wait(1, 0, 50_000);
    reader.read(second * 1e9);
  }
  assert.deepEqual([tables.owner(0), tables.owner(1)], [0n, 10n]);
  tables.own(0, 11n);
  assert.equal(reader.read(0).get(11), undefined);
  tables.wait(0, 1, 50_000);
  assert.equal(reader.read(0).get(11)?.count, 1);
});
