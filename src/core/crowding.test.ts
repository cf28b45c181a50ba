import assert from "node:assert/strict";
import { test } from "node:test";
import { isCrowded, waitsInTailOnly } from "./crowding.ts";
import { HOST } from "./entity.ts";
import type { Reading, ReadingName } from "./reading.ts";

const host = (values: Partial<Record<ReadingName, number>>): Reading[] =>
  Object.entries(values).map(([name, value]) => ({ entity: HOST, name: name as ReadingName, value }));

test("a host is crowded where nearly all of its CPUs are in use, or most of them and tasks wait", () => {
  for (const [cores, pressure, crowded] of [
    [1.3, 0.1, false],
    [1.3, 0.9, false],
    [1.55, 0.2, false],
    [1.55, 0.6, true],
    [1.75, 0.1, true],
    [2, 1, true],
  ] as const)
    assert.equal(
      isCrowded(host({ "cpu.cores": cores, "pressure.cpu.some": pressure }), 2),
      crowded,
      `${cores} ${pressure}`,
    );
  assert.equal(isCrowded(host({ "cpu.cores": 1.75 }), 2), true);
  assert.equal(isCrowded(host({ "cpu.cores": 1.75 }), 8), false);
});

test("where less is known less is asked: pressure alone, and nothing at all counts as crowded", () => {
  assert.equal(isCrowded(host({ "pressure.cpu.some": 0.6 }), 2), true);
  assert.equal(isCrowded(host({ "pressure.cpu.some": 0.4, "cpu.cores": 2 }), undefined), false);
  assert.equal(isCrowded([], 2), true);
  assert.equal(isCrowded([{ entity: "w:/a", name: "pressure.cpu.some", value: 0 }], 2), true);
});

test("a wait is more than a tail where the mean is long too, and takes a good part of the time", () => {
  const tail = (values: Partial<Record<ReadingName, number>>): boolean =>
    waitsInTailOnly(new Map(Object.entries(values) as [ReadingName, number][]), 1e6);
  assert.equal(tail({ "runq.delay.mean": 5e4, "runq.count": 20_000 }), true);
  assert.equal(tail({ "runq.delay.mean": 2e6, "runq.count": 40 }), true);
  assert.equal(tail({ "runq.delay.mean": 2e6, "runq.count": 40, "pressure.cpu.some": 0.3 }), false);
  assert.equal(tail({ "runq.delay.mean": 2e6, "runq.count": 400 }), false);
  assert.equal(tail({ "runq.delay.mean": 2e6 }), false, "without eBPF the tail is guessed from the mean");
});
