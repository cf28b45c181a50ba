import { renameSync, writeFileSync } from "node:fs";
import { type EventKind, EVENT_KINDS, noEvents } from "../../src/core/event-kinds.ts";
import type { SensedEvent } from "../../src/core/event.ts";
import { processKey } from "../../src/core/entity.ts";
import { Layer } from "../../src/hive/layer.ts";
import { Sequences } from "../../src/senses/sequence.ts";
import type { ProbeOrder, ProbeReport } from "./probe.ts";

/*
 * The real hive with one listener more: everything it hears is counted before the agents hear it. Its first argument is a
 * ProbeOrder. It runs without the room, so that it can write its report.
 */

const REPORT_MS = 500;
const SAMPLE_EVERY = 16;
const SAMPLES_MAX = 1 << 16;

const order = JSON.parse(process.argv[2] ?? "{}") as ProbeOrder;
const received = noEvents();
const delaysUs = new Float64Array(SAMPLES_MAX);
const knownProcesses = new Set<string>();
let [sampled, heard, knownExecs, knownExits, repeats, matched] = [0, 0, 0, 0, 0, 0];
const bootMs = performanceOriginMs() + order.bootOffsetNs / 1e6;

/** performance.now() has another origin than CLOCK_MONOTONIC: the pair of readings that lie closest tells it best. */
function performanceOriginMs(): number {
  let [closest, origin] = [Infinity, 0];
  for (let pair = 0; pair < 1000; pair++) {
    const before = performance.now();
    const monotonicMs = Number(process.hrtime.bigint()) / 1e6;
    const after = performance.now();
    if (after - before >= closest) continue;
    closest = after - before;
    origin = monotonicMs - (before + after) / 2;
  }
  return origin;
}

const { newBatch, wants } = Layer.prototype;

Layer.prototype.wants = function (this: Layer): readonly EventKind[] {
  const wanted = new Set([...wants.call(this), ...order.wants]);
  return EVENT_KINDS.filter((kind) => wanted.has(kind));
};

/** The one that the hive feeds, found at its first record. */
let sequences: Sequences | undefined;
const remember = (fed: Sequences): void => void (sequences = fed);
const { take: takeNumber } = Sequences.prototype;
Sequences.prototype.take = function (this: Sequences, code: number, seq: number): void {
  remember(this);
  Sequences.prototype.take = takeNumber;
  takeNumber.call(this, code, seq);
};

Layer.prototype.newBatch = function (this: Layer): (event: SensedEvent) => void {
  const take = newBatch.call(this);
  return (event) => {
    listen(event);
    take(event);
  };
};

function listen(event: SensedEvent): void {
  received[event.kind]++;
  if (++heard % SAMPLE_EVERY === 0 && sampled < SAMPLES_MAX) {
    delaysUs[sampled++] = (performance.now() + bootMs) * 1000 - event.atNs / 1000;
  }
  if (event.kind === "exec") {
    if (event.path !== order.known) return;
    knownExecs++;
    knownProcesses.add(processKey(event.process));
  } else if (event.kind === "exit") {
    if (knownProcesses.size > 0 && knownProcesses.delete(processKey(event.process))) knownExits++;
  } else if ("path2" in event) {
    repeats += event.repeats;
    if (event.path.startsWith("/etc/")) matched++;
  }
}

function report(): void {
  const sorted = delaysUs.slice(0, sampled).sort();
  const at = (share: number): number => sorted[Math.min(sampled - 1, Math.floor(sampled * share))] ?? 0;
  const delay = { count: sampled, p50Us: at(0.5), p99Us: at(0.99) };
  const gaps = Object.fromEntries(EVENT_KINDS.map((kind) => [kind, sequences?.of(kind).gaps ?? 0]));
  const body: ProbeReport = { received, gaps, knownExecs, knownExits, delay, repeats, matched };
  sampled = 0;
  writeFileSync(`${order.report}.part`, JSON.stringify(body));
  renameSync(`${order.report}.part`, order.report);
}

setInterval(report, REPORT_MS).unref();
await import("../../src/hive/main.ts");
