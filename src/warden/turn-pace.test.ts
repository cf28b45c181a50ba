import assert from "node:assert/strict";
import { test } from "node:test";
import { HOST } from "../core/entity.ts";
import {
  NO_LOSSES,
  type Reading,
  type ReadingBatch,
  type ReadingName,
  type WorkloadInfo,
  type WorkloadKind,
} from "../core/reading.ts";
import { TurnPace, TURNS } from "./turn-pace.ts";

interface Group {
  readonly name: string;
  readonly kind: WorkloadKind;
  readonly declared?: boolean;
  readonly pressureTargets?: NonNullable<WorkloadInfo["pressureTargets"]>;
  readonly numbers?: Partial<Record<ReadingName, number>>;
}

const WELL = { "runq.count": 1000, "runq.delay.p99": 5e5 };
const ILL = { "runq.count": 1000, "runq.delay.p99": 2e6 };
const SERVICE: Group = { name: "/service", kind: "latency", numbers: WELL };
const JOB: Group = { name: "/job", kind: "batch" };

function batchOf(groups: readonly Group[]): ReadingBatch {
  return {
    atMs: 0,
    workloads: groups.map(({ name, kind, declared, pressureTargets }) => ({
      name,
      kind,
      label: name,
      cgroup: true,
      targetNs: kind === "latency" ? 1e6 : 0,
      ...(pressureTargets && { pressureTargets }),
      ...(declared !== true && { confidence: 1 }),
    })),
    readings: groups.flatMap(({ name, numbers = {} }) =>
      Object.entries(numbers).map(([reading, value]): Reading => ({
        entity: `w:${name}`,
        name: reading as ReadingName,
        value,
      })),
    ),
    losses: NO_LOSSES,
    events: {},
  };
}

/** A pace that is followed: `run` gives the lengths of the turns of so many milliseconds. */
function world() {
  let nowMs = 1000;
  const pace = new TurnPace(nowMs);
  let nextMs: number = TURNS.steadyMs;
  const run = (forMs: number, groups: readonly Group[], watching = false): number[] => {
    const lengths: number[] = [];
    for (const untilMs = nowMs + forMs; nowMs < untilMs;) {
      nowMs += nextMs;
      nextMs = pace.after(batchOf(groups), nowMs, watching);
      lengths.push(nextMs);
    }
    return lengths;
  };
  return { pace, run, now: () => nowMs };
}

const count = (lengths: readonly number[], ms: number): number => lengths.filter((each) => each === ms).length;

test("groups at odds are looked at often for a while, then once a second, and a new one is news", () => {
  const { run } = world();
  const first = run(20_000, [SERVICE, JOB]);
  assert.equal(count(first, TURNS.alertMs), TURNS.alertForMs / TURNS.alertMs);
  assert.equal(first.at(-1), TURNS.steadyMs);
  assert.equal(run(5000, [SERVICE, JOB, { name: "/other", kind: "batch" }])[0], TURNS.alertMs);
});

test("a service that begins to miss its target is news; one that goes on is none, nor is its being well again", () => {
  const { run } = world();
  run(60_000, [SERVICE, JOB]);
  const ill = run(20_000, [{ ...SERVICE, numbers: ILL }, JOB]);
  assert.equal(ill[0], TURNS.alertMs);
  assert.equal(ill.at(-1), TURNS.steadyMs);
  run(60_000, [{ ...SERVICE, numbers: ILL }, JOB]);
  assert.equal(count(run(10_000, [SERVICE, JOB]), TURNS.alertMs), 0);
});

test("one that misses its target every other second is no news after the first; a second service is, and so is one that was well for long", () => {
  const { run } = world();
  const ill = { ...SERVICE, numbers: ILL };
  run(60_000, [SERVICE, JOB]);
  run(20_000, [ill, JOB]);
  const fluttering = Array.from({ length: 20 }, () => [...run(1000, [SERVICE, JOB]), ...run(1000, [ill, JOB])]).flat();
  assert.equal(count(fluttering, TURNS.alertMs), 0);
  assert.equal(run(1000, [ill, { ...ill, name: "/other" }, JOB])[0], TURNS.alertMs);
  run(60_000, [SERVICE, { ...SERVICE, name: "/other" }, JOB]);
  assert.equal(run(1000, [ill, { ...SERVICE, name: "/other" }, JOB])[0], TURNS.alertMs);
});

test("its own number speaks before its waits; a tail of a few waits is none; memory and storage count", () => {
  for (const [numbers, isNews] of [
    [{ ...ILL, "objective.excess": 0.9 }, false],
    [{ ...WELL, "objective.excess": 1.1 }, true],
    [{ "runq.count": 5, "runq.delay.p99": 2e6 }, false],
    [{ ...WELL, "pressure.memory.some": 0.2 }, true],
    [{ ...WELL, "pressure.io.some": 0.15 }, false],
    [{ ...WELL, "pressure.io.some": 0.25 }, true],
  ] as const) {
    const { run } = world();
    run(60_000, [SERVICE, JOB]);
    const next = run(1000, [{ ...SERVICE, numbers }, JOB])[0];
    assert.equal(next, isNews ? TURNS.alertMs : TURNS.steadyMs, JSON.stringify(numbers));
  }
});

test("the pressure that its operator allows is what counts", () => {
  const { run } = world();
  const strict = { ...SERVICE, pressureTargets: { memory: 0.02 } };
  run(60_000, [strict, JOB]);
  const numbers = { ...WELL, "pressure.memory.some": 0.08 };
  assert.equal(run(1000, [{ ...strict, numbers }, JOB])[0], TURNS.alertMs);
});

test("a tail over the target is no news where the host has a CPU to spare", () => {
  for (const cores of [1.3, 2]) {
    const readings = { ...ILL, "runq.delay.mean": 5e4 };
    const pace = new TurnPace(0, 2);
    const batch = (numbers: Group["numbers"]): ReadingBatch => {
      const base = batchOf([{ ...SERVICE, ...(numbers && { numbers }) }, JOB]);
      return { ...base, readings: [...base.readings, { entity: HOST, name: "cpu.cores", value: cores }] };
    };
    for (let nowMs = 0; nowMs < 60_000; nowMs += 1000) pace.after(batch(WELL), nowMs);
    assert.equal(pace.after(batch(readings), 60_000), cores === 2 ? TURNS.alertMs : TURNS.idleMs, String(cores));
  }
});

test("where everything flutters, fast turns become few", () => {
  const { run, now } = world();
  const lengths: number[] = [];
  const startMs = now();
  const other: Group = { name: "/other", kind: "batch" };
  for (let at = 0; at < 120; at++) lengths.push(...run(500, at % 2 === 0 ? [SERVICE, JOB] : [SERVICE, JOB, other]));
  const fast = count(lengths, TURNS.alertMs);
  assert.ok(
    fast >= TURNS.burst && fast <= TURNS.burst + ((now() - startMs) / 1000) * TURNS.perSecond + 1,
    String(fast),
  );
});

test("without a batch job, or a service, nobody is in a hurry; a declared service is enough", () => {
  assert.equal(count(world().run(10_000, [SERVICE]), TURNS.alertMs), 0);
  assert.equal(count(world().run(10_000, [JOB]), TURNS.alertMs), 0);
  assert.ok(count(world().run(10_000, [{ ...SERVICE, declared: true }]), TURNS.alertMs) > 0);
});

test("where there is nothing to do for anybody turns become rare after a while, but not while somebody looks", () => {
  const { run } = world();
  const lengths = run(60_000, [SERVICE]);
  assert.equal(lengths[0], TURNS.steadyMs);
  assert.equal(lengths.at(-1), TURNS.idleMs);
  assert.equal(run(5000, [SERVICE], true).at(-1), TURNS.steadyMs);
});

test("with a CPU to spare groups at odds are looked at as rarely as anybody, and rarer still where a stall would be told", () => {
  const lengthsOf = (cores: number, tells: boolean, groups: readonly Group[], watched = false): number[] => {
    const pace = new TurnPace(0, 2, () => tells);
    const lengths: number[] = [];
    for (let nowMs = 0; nowMs < 60_000; nowMs += lengths.at(-1) ?? TURNS.steadyMs) {
      const base = batchOf(groups);
      const readings: Reading[] = [...base.readings, { entity: HOST, name: "cpu.cores", value: cores }];
      lengths.push(pace.after({ ...base, readings }, nowMs, watched));
    }
    return lengths;
  };
  const both = [SERVICE, JOB];
  const calm = lengthsOf(1.2, true, both);
  assert.deepEqual([...new Set(calm)], [TURNS.alertMs, TURNS.steadyMs, TURNS.idleMs, TURNS.calmMs]);
  assert.deepEqual(
    calm,
    calm.toSorted((a, b) => a - b),
    "never faster again by itself",
  );
  assert.equal(lengthsOf(1.2, false, both).at(-1), TURNS.idleMs);
  assert.equal(lengthsOf(2, true, both).at(-1), TURNS.steadyMs, "no room");
  assert.equal(lengthsOf(1.2, true, both, true).at(-1), TURNS.steadyMs, "somebody looks");
  const asked = [{ ...SERVICE, numbers: { ...WELL, "objective.excess": 0.5 } }, JOB];
  assert.equal(lengthsOf(1.2, true, asked).at(-1), TURNS.steadyMs, "its own number is to be seen to");
  const ill = { ...WELL, "pressure.memory.some": 0.2 };
  assert.equal(
    lengthsOf(1.2, true, [{ ...SERVICE, numbers: ill }, JOB]).at(-1),
    TURNS.steadyMs,
    "somebody misses a target",
  );
});

test("a stall ends the calm: looked at often at once", () => {
  let nowMs = 0;
  const pace = new TurnPace(0, 2, () => true);
  const base = batchOf([SERVICE, JOB]);
  const batch = (cores: number): ReadingBatch => ({
    ...base,
    readings: [...base.readings, { entity: HOST, name: "cpu.cores", value: cores }],
  });
  for (; nowMs < 60_000; nowMs += 1000) pace.after(batch(1), nowMs);
  assert.equal(pace.after(batch(1), nowMs), TURNS.calmMs);
  assert.equal(pace.stalls(nowMs + 100), true);
  assert.equal(pace.after(batch(1.5), nowMs + 110), TURNS.alertMs);
  assert.equal(pace.after(batch(1.5), nowMs + 2000), TURNS.idleMs, "and is not calm again at once");
  assert.equal(pace.after(batch(1.5), nowMs + 100 + TURNS.calmAfterMs), TURNS.calmMs);
});

test("news from elsewhere counts as much", () => {
  const { pace, run, now } = world();
  run(60_000, [SERVICE, JOB]);
  pace.news(now());
  assert.equal(run(500, [SERVICE, JOB])[0], TURNS.alertMs);
});

test("where a stall begins and groups are at odds, the next turns are close: what has come fills the second of them", () => {
  for (const groups of [[SERVICE, JOB], [SERVICE]]) {
    const { pace, run, now } = world();
    run(60_000, groups);
    const stalledMs = now();
    assert.equal(pace.stalls(stalledMs), true);
    const lengths = [100, 350, 600, 850, 1100].map((afterMs) => pace.after(batchOf(groups), stalledMs + afterMs));
    assert.equal(count(lengths, TURNS.alertMs), groups.length === 2 ? 4 : 0, lengths.join(" "));
  }
});

test("a stall is looked at once, however often it is told", () => {
  const { pace } = world();
  assert.equal(pace.stalls(10_000), true);
  for (let at = 10_500; at < 30_000; at += 500) assert.equal(pace.stalls(at), false);
  assert.equal(pace.stalls(40_000), true);
});
