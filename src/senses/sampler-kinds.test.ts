import assert from "node:assert/strict";
import { test, type TestContext } from "node:test";
import type { WorkloadInfo } from "../core/reading.ts";
import type { RunqDelta } from "./runq.ts";
import { kernelOf, readingsOf, world } from "./sampler.fixture.ts";

const NOTHING = { count: 0, p50Ns: 0, p99Ns: 0, meanNs: 0, bursts: 0, burstP50Ns: 0, burstP99Ns: 0 };
/** In a turn of 250 ms. */
const HOG: RunqDelta = { ...NOTHING, onCpuNs: 450e6, sleeps: 0 };
const SERVER: RunqDelta = { ...NOTHING, count: 1200, p99Ns: 4e6, onCpuNs: 40e6, sleeps: 1200 };

/** A host with a server and a hog after so many seconds; pid 7 accepts connections. */
function after(t: TestContext, seconds: number, config: object) {
  const runq = new Map<number, RunqDelta>();
  const w = world(
    t,
    "v2",
    config,
    kernelOf(() => runq),
    undefined,
    {
      accepts: (pids: readonly number[]) => pids.includes(7),
      objective: (workload: string) => (workload === "shop" ? [["objective.excess", 3] as const] : []),
    },
  );
  for (const [path, pid] of [
    ["web", 7],
    ["hog", 8],
  ] as const) {
    w.tree.group("", path, { "cgroup.procs": `${pid}\n`, "cpu.weight": "100\n", "cpu.idle": "0\n" });
    w.tree.process({ pid, cgroup: `0::/${path}\n`, exe: `/bin/${path}` });
    runq.set(w.tree.fs.inode("cpu", `/${path}`) ?? 0, pid === 7 ? SERVER : HOG);
  }
  for (let turn = 0; turn < seconds * 4; turn++) {
    w.clock.advance(250);
    w.sampler.sample();
  }
  w.clock.advance(250);
  const batch = w.sampler.sample();
  const info = (name: string): Partial<WorkloadInfo> => batch.workloads.find((each) => each.name === name) ?? {};
  return { batch, info };
}

test("a server and a hog in the scope are told within ten seconds, and read in every turn from then on", (t) => {
  const { batch, info } = after(t, 10, { scope: ["/web", "/hog"] });
  assert.deepEqual([info("/web").kind, info("/hog").kind], ["latency", "batch"]);
  assert.equal(info("/web").targetNs, 1e6);
  assert.ok((info("/hog").confidence ?? 0) > 0.6 && info("/hog").inScope === true);
  assert.equal(readingsOf(batch, "w:/web")["runq.delay.p99"], 4e6);
  assert.equal(readingsOf(batch, "w:/hog")["runq.sleeps"], 0);
});

test("outside the scope, or protected, a hog is nobody's business", (t) => {
  for (const config of [{ scope: ["/web"] }, { scope: ["/hog"], protect: { cgroups: ["/hog"] } }])
    assert.equal(after(t, 10, config).info("/hog").kind, "unknown");
});

test("infer: false tells nothing", (t) => {
  const { info } = after(t, 10, { scope: ["/web", "/hog"], infer: false });
  assert.deepEqual([info("/web").kind, info("/hog").kind], ["unknown", "unknown"]);
});

test("a declaration has the last word, and one without a kind is told by behaviour", (t) => {
  const workloads = [
    { name: "shop", cgroup: "/web", targetMs: 3 },
    { name: "left alone", cgroup: "/hog", kind: "unknown" },
  ];
  const { batch, info } = after(t, 10, { scope: ["/web", "/hog"], workloads });
  assert.deepEqual([info("/web").kind, info("/web").label, info("/web").targetNs], ["latency", "shop", 3e6]);
  assert.ok((info("/web").confidence ?? 0) > 0.6);
  assert.equal(info("/hog").kind, "unknown");
  assert.equal(readingsOf(batch, "w:/web")["objective.excess"], 3);
});
