import assert from "node:assert/strict";
import { test } from "node:test";
import * as fc from "fast-check";
import { readingsOf, SERVICE, world } from "./sampler.fixture.ts";
import { parseBlkio, parseIoStat } from "./sampler-io.ts";

test("v2: storage, memory bounds and throttling of a workload, golden", (t) => {
  const { tree, clock, sampler } = world(t, "v2", { workloads: [SERVICE] });
  const write = (at: number): void =>
    tree.group("", "web", {
      "cgroup.procs": "7\n",
      "cpu.stat": `usage_usec 0\nnr_periods ${at}\nnr_throttled ${at}\nthrottled_usec ${at * 100_000}\n`,
      "io.stat":
        `8:16 rbytes=${at * 4096} wbytes=0 rios=${at} wios=0 dbytes=0 dios=0\n` +
        `8:0 rbytes=${at * 1000} wbytes=${at * 2000} rios=${at} wios=${at * 2} dbytes=9999 dios=99\n`,
      "memory.current": "1000\n",
      "memory.events": `low 5\nhigh ${at * 10}\nmax ${at}\noom 1\noom_kill ${at}\noom_group_kill 0\n`,
    });
  write(0);
  sampler.sample();
  write(2);
  clock.advance(500);
  assert.deepEqual(readingsOf(sampler.sample(), "w:/web"), {
    "cpu.cores": 0,
    "cpu.throttled": 0.4,
    "io.ops": 16,
    "io.read.bytes": 20_384,
    "io.write.bytes": 8000,
    "memory.bytes": 1000,
    "memory.high": 40,
    "memory.max": 4,
    "memory.oom.kills": 2,
    tasks: 1,
  });
});

const blkio = (read: number, written: number): string =>
  `8:0 Read ${read}\n8:0 Write ${written}\n8:0 Sync ${read}\n8:0 Async ${written}\n8:0 Discard 7\n` +
  `8:0 Total ${read + written + 7}\n253:0 Read ${read}\nTotal ${2 * read + written + 7}\n`;

for (const [shape, cpu] of [
  ["v1", "cpu,cpuacct"],
  ["hybrid", "cpu"],
] as const) {
  test(`${shape}: storage from blkio, failures from the v1 memory files, throttling in nanoseconds, golden`, (t) => {
    const { tree, clock, sampler } = world(t, shape, { workloads: [SERVICE] });
    const write = (at: number): void => {
      tree.group(cpu, "web", {
        "cgroup.procs": "7\n",
        "cpu.shares": "1024\n",
        "cpu.stat": `nr_periods 9\nnr_throttled 9\nthrottled_time ${at * 1e8}\n`,
      });
      tree.group("memory", "web", {
        "memory.usage_in_bytes": "2000\n",
        "memory.failcnt": `${at * 3}\n`,
        "memory.oom_control": `oom_kill_disable 0\nunder_oom 0\noom_kill ${at}\n`,
      });
      tree.group("blkio", "web", {
        "blkio.throttle.io_service_bytes_recursive": blkio(at * 1000, at * 500),
        "blkio.throttle.io_serviced_recursive": blkio(at * 10, at * 5),
        "blkio.throttle.io_service_bytes": blkio(at, at),
      });
    };
    write(1);
    sampler.sample();
    write(2);
    clock.advance(1000);
    assert.deepEqual(readingsOf(sampler.sample(), "w:/web"), {
      "cpu.throttled": 0.1,
      "cpu.weight": 100,
      "io.ops": 25,
      "io.read.bytes": 2000,
      "io.write.bytes": 500,
      "memory.bytes": 2000,
      "memory.max": 3,
      "memory.oom.kills": 2,
      tasks: 1,
    });
  });
}

test("an old v1 kernel without the recursive files tells of the group alone", (t) => {
  const { tree, clock, sampler } = world(t, "v1", { workloads: [SERVICE] });
  const write = (at: number): void => {
    tree.group("cpu,cpuacct", "web", { "cgroup.procs": "7\n" });
    tree.group("blkio", "web", {
      "blkio.throttle.io_service_bytes": blkio(at * 10, at),
      "blkio.throttle.io_serviced": blkio(at, at),
    });
  };
  write(0);
  sampler.sample();
  write(1);
  clock.advance(1000);
  assert.equal(readingsOf(sampler.sample(), "w:/web")["io.read.bytes"], 20);
});

test("without an io controller nothing is told of storage; with one that did nothing, zero is", (t) => {
  const { tree, clock, sampler } = world(t, "v2", { workloads: [SERVICE] });
  tree.group("", "web", { "cgroup.procs": "7\n" });
  sampler.sample();
  clock.advance(1000);
  assert.equal(readingsOf(sampler.sample(), "w:/web")["io.ops"], undefined);
  tree.group("", "web", { "io.stat": "" });
  for (let turn = 0; turn < 30; turn++) {
    clock.advance(1000);
    sampler.sample();
  }
  clock.advance(1000);
  assert.equal(readingsOf(sampler.sample(), "w:/web")["io.ops"], 0);
});

test("whatever a file of storage counters holds, its numbers are none or finite", () => {
  fc.assert(
    fc.property(
      fc.oneof(fc.string(), fc.stringMatching(/^(\d+:\d+ ((rbytes|wbytes|rios|wios)=\d{0,30} ?)*\n)*$/)),
      (text) => {
        for (const totals of [parseIoStat(text), parseBlkio(text, text)]) {
          assert.ok(totals && Object.values(totals).every((value) => Number.isFinite(value) && value >= 0));
        }
      },
    ),
    { seed: 1 },
  );
});
