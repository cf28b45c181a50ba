import assert from "node:assert/strict";
import * as fc from "fast-check";
import { busyStatus, NOW_MS, quietStatus } from "../../api/status.fixture.ts";
import type { StatusDocument } from "../../core/status.ts";
import { rootless } from "./rootless-status.fixture.ts";

/** Text as a hostile process or a taken-over hive would like it shown. */
const hostile = fc.oneof(
  fc.string({ maxLength: 60 }),
  fc.string({ unit: "binary", maxLength: 60 }),
  fc.constantFrom(
    "\x1b[2J",
    "\x1b]0;title\x07",
    "\u009b31m",
    "\u202eabc",
    "漢字かな",
    "a\nb\rc\td",
    "",
    "x".repeat(5000),
  ),
);
const amount = fc.oneof(fc.double({ min: 0, max: 1e15, noNaN: true }), fc.constantFrom(0, 0.5, 1, NaN, Infinity, -1));

interface Ingredients {
  readonly text: string;
  readonly number: number;
  readonly workloads: number;
  readonly signals: number;
  readonly intentions: number;
  readonly base: StatusDocument;
}

/** One text and one number in every place that takes any. */
function statusOf({ text, number, workloads, signals, intentions, base }: Ingredients): StatusDocument {
  const [incident] = busyStatus.incidents.latest;
  assert.ok(incident);
  return {
    ...base,
    version: text,
    scope: [text, "/a"],
    sinceMs: NOW_MS - number,
    missing: [...base.missing, text],
    host: { ...base.host, "pressure.cpu.some": number, "cpu.cores": number },
    losses: { ring: number, damaged: 0, shed: 1 },
    workloads: Array.from({ length: workloads }, (_, at) => ({
      ...busyStatus.workloads[at % 7]!,
      label: `${text}${at}`,
      readings: { "cpu.cores": number / (at + 1), "runq.delay.p99": number, tasks: at, "memory.bytes": number },
    })),
    signals: Array.from({ length: signals }, (_, at) => ({
      ...busyStatus.signals[at % 4]!,
      label: text,
      pheromone: at % 5 === 0 ? text : "danger",
      concentration: number,
      sources: [text],
    })),
    intentions: Array.from({ length: intentions }, (_, at) => ({
      ...busyStatus.intentions[at % 2]!,
      reason: text,
      atMs: number,
    })),
    incidents: { open: 1, latest: [{ ...incident, id: text, says: text, techniques: [text] }] },
  };
}

/** Whatever a layer may tell, also one that was taken over. */
export const anyStatus = fc
  .record({
    text: hostile,
    number: amount,
    workloads: fc.integer({ min: 0, max: 40 }),
    signals: fc.integer({ min: 0, max: 20 }),
    intentions: fc.integer({ min: 0, max: 20 }),
    base: fc.constantFrom(busyStatus, quietStatus, rootless),
  })
  .map(statusOf);
