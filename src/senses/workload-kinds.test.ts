import assert from "node:assert/strict";
import { test } from "node:test";
import type { RunqDelta } from "./runq.ts";
import { KINDS, type Undeclared, WorkloadKinds } from "./workload-kinds.ts";

const nothing: RunqDelta = {
  count: 0,
  p50Ns: 0,
  p99Ns: 0,
  meanNs: 0,
  onCpuNs: 0,
  sleeps: 0,
  bursts: 0,
  burstP50Ns: 0,
  burstP99Ns: 0,
};
const HOG = { ...nothing, onCpuNs: 450e6 };
const SERVER = { ...nothing, onCpuNs: 40e6, sleeps: 1200, count: 1200, p99Ns: 1e5 };

function group(path: string, inode: number, inScope = true): Undeclared {
  return { path, inode, pids: [inode], inScope };
}

/** Pid 2 accepts connections. */
function world() {
  const kinds = new WorkloadKinds((pids) => pids.includes(2));
  let monoMs = 0;
  const run = (seconds: number, runq: ReadonlyMap<number, RunqDelta>): void => {
    for (let turn = 0; turn < seconds * 4; turn++)
      kinds.turn({ monoMs: (monoMs += 250), elapsedMs: 250, runq, hostCpus: 2 });
  };
  const told = () =>
    kinds
      .inferred(() => false)
      .map(({ path, kind }) => `${path} ${kind}`)
      .sort();
  return { kinds, run, told, nowMs: () => monoMs };
}

const BOTH = new Map([
  [1, HOG],
  [2, SERVER],
]);

test("a hog and a server that nobody declared are told apart", () => {
  const { kinds, run, told } = world();
  kinds.meet([group("/hog", 1), group("/server", 2), group("/idle", 3)], 0);
  assert.deepEqual(told(), []);
  run(10, BOTH);
  assert.deepEqual(told(), ["/hog batch", "/server latency"]);
});

test("batch work counts inside the scope only, a server anywhere", () => {
  const { kinds, run, told } = world();
  kinds.meet([group("/hog", 1, false), group("/server", 2, false)], 0);
  run(10, BOTH);
  assert.deepEqual(told(), ["/server latency"]);
});

test("what is declared is none of its business", () => {
  const { kinds, run } = world();
  kinds.meet([group("/hog", 1), group("/server", 2)], 0);
  run(10, BOTH);
  assert.deepEqual(
    kinds.inferred((path) => path === "/hog").map(({ path }) => path),
    ["/server"],
  );
});

test("a group that holds a server below is no batch work, whatever it does itself", () => {
  const { kinds, run, told } = world();
  kinds.meet([group("/a", 1), group("/a/server", 2)], 0);
  run(10, BOTH);
  assert.deepEqual(told(), ["/a/server latency"]);
});

test("a job that comes back after minutes is known at once, one that is gone for long is forgotten", () => {
  const { kinds, run, told, nowMs } = world();
  kinds.meet([group("/hog", 1)], nowMs());
  run(10, BOTH);
  kinds.meet([], nowMs());
  assert.deepEqual(told(), ["/hog batch"]);
  run(KINDS.absentMs / 1000, new Map());
  kinds.meet([group("/other", 9)], nowMs());
  assert.deepEqual(told(), []);
});

test("what is remembered and followed is bounded", () => {
  const { kinds, run, nowMs } = world();
  const groups = Array.from({ length: 600 }, (_, index) => group(`/g${index}`, 10 + index));
  kinds.meet(groups, nowMs());
  run(100, new Map(groups.map(({ inode }) => [inode, { ...HOG, onCpuNs: 50e6 }])));
  assert.equal(kinds.inferred(() => false).length, KINDS.mostFollowed);
  assert.equal(groups.filter(({ path }) => kinds.of(path) !== undefined).length, KINDS.most);
});

test("the target of a server grows with what it waits on a quiet host, and not with what it waits on a busy one", () => {
  const quiet = world();
  quiet.kinds.meet([group("/server", 2)], 0);
  quiet.run(30, new Map([[2, { ...SERVER, p99Ns: 1e6 }]]));
  assert.equal(quiet.kinds.of("/server")?.targetNs, 4e6);
  const busy = world();
  busy.kinds.meet([group("/server", 2), group("/hog", 1)], 0);
  busy.run(
    30,
    new Map([
      [2, { ...SERVER, p99Ns: 8e6 }],
      [1, HOG],
    ]),
  );
  assert.equal(busy.kinds.of("/server")?.targetNs, 1e6);
});

for (const turnMs of [1000, 4000])
  test(`everybody is asked whether it serves, however many there are and however quiet it is, in turns of ${turnMs} ms`, () => {
    const pids = Array.from({ length: 40 }, (_, index) => index + 1);
    const asked = new Set<number>();
    const kinds = new WorkloadKinds(([pid]) => asked.add(pid ?? 0) === undefined);
    kinds.meet(
      pids.map((pid) => group(`/server${pid}`, pid)),
      0,
    );
    const runq = new Map(pids.map((pid) => [pid, { ...SERVER, onCpuNs: (turnMs / 1000) * 60e6 * 0.9 ** pid }]));
    for (let monoMs = turnMs; monoMs <= 300_000; monoMs += turnMs)
      kinds.turn({ monoMs, elapsedMs: turnMs, runq, hostCpus: 2 });
    assert.deepEqual(
      [...asked].sort((a, b) => a - b),
      pids,
    );
  });
