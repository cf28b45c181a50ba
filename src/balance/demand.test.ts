import assert from "node:assert/strict";
import { test } from "node:test";
import type { Evidence } from "../core/action.ts";
import type { AgentContext } from "../core/agent.ts";
import { HOST, workloadKey } from "../core/entity.ts";
import { NO_LOSSES, type Reading, type ReadingName, type WorkloadInfo } from "../core/reading.ts";
import { DEMAND, DemandAgent } from "./demand.ts";
import { WAIT } from "./demand-wait.ts";
import { Plant } from "./plant.fixture.ts";

const SERVICE: WorkloadInfo = { name: "/service", kind: "latency", label: "shop", cgroup: true, targetNs: 1e6 };

/** What is deposited on the host after two turns, a quarter of a second apart, with the same readings. */
function deposits(readings: Partial<Record<ReadingName, number>>, info: WorkloadInfo = SERVICE): Evidence[] {
  const agent = new DemandAgent();
  const found: Evidence[] = [];
  const batch = {
    atMs: 0,
    workloads: [info],
    readings: Object.entries(readings).map(([name, value]) => {
      return { entity: workloadKey(info.name), name: name as ReadingName, value };
    }),
    losses: NO_LOSSES,
    events: {},
  };
  for (const nowMs of [1000, 1250]) {
    const base = new Plant().context();
    const context: AgentContext = { ...base, nowMs, deposit: (_, evidence) => found.push(evidence) };
    found.length = 0;
    agent.onReadings(batch, context);
  }
  return found;
}

const weight = (readings: Partial<Record<ReadingName, number>>, info?: WorkloadInfo): number =>
  deposits(readings, info)[0]?.weight ?? 0;

test("demand is how often the wait doubles the target, up to a limit", () => {
  const at = (p99Ns: number): number => weight({ "runq.count": 4000, "runq.delay.p99": p99Ns });
  assert.equal(at(2e6), 1);
  assert.equal(at(8e6), 3);
  assert.equal(at(1e9), DEMAND.mostPerReading);
  for (const met of [0, 5e5, 1e6, Number.NaN, Infinity]) assert.equal(at(met), 0, String(met));
});

test("one reading over the target is an accident, two in a row are not; a pause between them starts anew", () => {
  const agent = new DemandAgent();
  const at = (nowMs: number, p99Ns: number): number => {
    let deposited = 0;
    const context: AgentContext = { ...new Plant().context(), nowMs, deposit: () => void deposited++ };
    const entity = workloadKey(SERVICE.name);
    const readings: Reading[] = [
      { entity, name: "runq.count", value: 4000 },
      { entity, name: "runq.delay.p99", value: p99Ns },
    ];
    agent.onReadings({ atMs: 0, workloads: [SERVICE], readings, losses: NO_LOSSES, events: {} }, context);
    return deposited;
  };
  assert.equal(at(1000, 9e6), 0);
  assert.equal(at(1250, 5e5), 0);
  assert.equal(at(1500, 2e6), 0);
  assert.equal(at(1750, 2e6), 2);
  assert.equal(at(2750, 2e6), 2);
  assert.equal(at(2750 + DEMAND.againMs + 1, 2e6), 0);
});

test("on a host with a CPU to spare a tail is no demand however long it lasts, and more than a tail when it has lasted", () => {
  const firstMs = (cores: number, meanNs: number): number | undefined => {
    const agent = new DemandAgent(2);
    const entity = workloadKey(SERVICE.name);
    const readings: Reading[] = [
      { entity: HOST, name: "cpu.cores", value: cores },
      { entity, name: "runq.count", value: 1000 },
      { entity, name: "runq.delay.p99", value: 9e6 },
      { entity, name: "runq.delay.mean", value: meanNs },
    ];
    let felt: number | undefined;
    for (let nowMs = 0; nowMs <= 60_000; nowMs += 250) {
      const context: AgentContext = { ...new Plant().context(), nowMs, deposit: () => void (felt ??= nowMs) };
      agent.onReadings({ atMs: 0, workloads: [SERVICE], readings, losses: NO_LOSSES, events: {} }, context);
    }
    return felt;
  };
  assert.equal(firstMs(1.3, 1e5), undefined);
  assert.equal(firstMs(1.3, 2e6), DEMAND.lastsMs);
  assert.equal(firstMs(2, 1e5), 250);
});

test("few samples weigh less, too few nothing: 250 ms at 200 wake-ups a second are 50", () => {
  assert.equal(weight({ "runq.count": 200, "runq.delay.p99": 2e6 }), 0.5);
  assert.equal(weight({ "runq.count": 39, "runq.delay.p99": 2e6 }), 0);
  assert.equal(weight({ "runq.count": 0, "runq.delay.p99": 2e6 }), 0);
});

test("without eBPF the mean stands in, with less weight", () => {
  const meanNs = 2e6 / WAIT.p99OverMean;
  assert.ok(Math.abs(weight({ "runq.delay.mean": meanNs }) - WAIT.meanWeight) < 1e-9);
  assert.equal(weight({ "runq.delay.mean": 1e5 }), 0);
  assert.match(deposits({ "runq.delay.mean": 1e6 })[0]?.says ?? "", /^shop waits 4\.61 ms .*estimated from the mean/);
});

test("only latency workloads with a target speak", () => {
  const late = { "runq.count": 4000, "runq.delay.p99": 1e8 };
  for (const kind of ["batch", "unknown"] as const) assert.equal(weight(late, { ...SERVICE, kind }), 0);
  assert.equal(weight(late, { ...SERVICE, targetNs: 0 }), 0);
  assert.equal(weight({}), 0);
});

test("speaks to people on the workload and to those that can help on the host, printably", () => {
  const found = deposits({ "runq.count": 4000, "runq.delay.p99": 3.4e6 }, { ...SERVICE, label: "sh\u001b[31mop" });
  assert.deepEqual(
    found.map(({ entity, kind, agent }) => [entity, kind, agent]),
    [
      ["w:/service", "runq", "demand"],
      [HOST, "runq", "demand"],
    ],
  );
  assert.equal(found[0]?.says, "sh\\x1b[31mop waits 3.4 ms for a CPU (99th percentile), its target is 1 ms");
  assert.deepEqual(found[0]?.numbers, { waitNs: 3.4e6, targetNs: 1e6, samples: 1000 });
});
