import assert from "node:assert/strict";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { secondsP99, serviceFigures, type WindowFigures } from "./figures.ts";
import { phaseMet, recoverySeconds, workIn } from "./figures-of.ts";
import { SampleReader, SampleWriter } from "./sample-log.ts";
import { sampleOf } from "./servers/pgbench-log.ts";

test("what one process logs another reads, as it grows, cut by when requests were due", () => {
  const folder = mkdtempSync(join(tmpdir(), "swarms-samples-"));
  try {
    const path = join(folder, "log");
    const [reader, writer] = [new SampleReader(path), new SampleWriter(path)];
    for (let i = 0; i < 10_000; i++) writer.add(i, i % 100);
    writer.flush();
    reader.readNew();
    writer.add(10_000, 7);
    writer.flush();
    reader.readNew();
    assert.equal(reader.list.between(0, Infinity).dueUs.length, 10_001);
    assert.deepEqual([...reader.list.between(9_999, 10_001).latencyUs], [99, 7]);
    reader.close();
  } finally {
    rmSync(folder, { recursive: true });
  }
});

test("each second has its own p99, and a last second that is not whole is left out", () => {
  const dueUs = Float64Array.from({ length: 250 }, (_, i) => i * 1e4);
  const latencyUs = dueUs.map((due) => (due < 1e6 ? 100 : 900));
  assert.deepEqual(secondsP99({ dueUs, latencyUs }, 0, 2.5e6), [100, 900]);
  assert.equal(serviceFigures("g", { dueUs, latencyUs }, 0, 2.5e6).requests, 250);
});

const window = (p99s: number[][], jobs: number[] = [], seconds = 1): WindowFigures => ({
  seconds,
  jobs,
  services: p99s.map((secondsP99Us) => ({ group: "g", p50Us: 0, p99Us: 0, p999Us: 0, requests: 1, secondsP99Us })),
});

test("a second is within the target when every service is", () => {
  const targets = [
    { group: "a", targetMs: 1 },
    { group: "b", targetMs: 2 },
  ];
  const phase = window([
    [900, 1100, 900],
    [1900, 1900, 2100],
  ]);
  assert.deepEqual(phaseMet(phase, targets), [true, false, false]);
});

test("recovered is where three seconds in a row are good, or all to the end", () => {
  assert.equal(recoverySeconds([true, true, true]), 0);
  assert.equal(recoverySeconds([false, true, false, true, true, true]), 3);
  assert.equal(recoverySeconds([false, false, true]), 2);
  assert.equal(recoverySeconds([false, false]), 2);
});

test("work of several phases is weighed by their lengths", () => {
  assert.equal(workIn([window([], [10], 1), window([], [40], 2)], 0), 30);
});

test("a line of pgbench's log, and one of a transaction that was skipped", () => {
  assert.deepEqual(sampleOf("3 17 4321 0 1700000000 250000 111"), { endUs: 1_700_000_000_250_000, latencyUs: 4321 });
  assert.equal(sampleOf("3 17 skipped 0 1700000000 250000 111"), undefined);
  assert.equal(sampleOf(""), undefined);
});
