import { setTimeout as sleep } from "node:timers/promises";
import { EVENTS, EVENT_KINDS, type EventKind } from "../core/event-kinds.ts";
import type { ProgramCost, SensorCost } from "../core/reading.ts";
import { seenKinds, type StatusDocument } from "../core/status.ts";
import { enableRunStats, programById, type ProgramInfo } from "../kernel/bpf-info.ts";
import type { BlindSpot } from "../senses/calls/blind-spots.ts";
import { labelled, labelledLines } from "./labelled.ts";
import { wrap } from "./view/columns.ts";
import { piece, type Row } from "./view/row.ts";
import { bytes, count, delay, many, percent, rate } from "./view/words.ts";

const MEASURE_MS = 1000;

/** The running layer's sensors, measured for a second from here; as the layer measured them last where the kernel refuses. */
export async function measuredNow(sensors: readonly SensorCost[]): Promise<readonly SensorCost[]> {
  const stats = enableRunStats();
  if (!stats.ok) return sensors;
  const ids = sensors.flatMap(({ programs }) => programs.map(({ id }) => id));
  const look = (): ReadonlyMap<number, ProgramInfo> =>
    new Map(ids.flatMap((id) => programById(id) ?? []).map((info) => [info.id, info]));
  const beganMs = performance.now();
  const before = look();
  await sleep(MEASURE_MS);
  const after = look();
  const seconds = (performance.now() - beganMs) / 1000;
  stats.value.close();
  return sensors.map((sensor) => {
    const programs = sensor.programs.map((program) =>
      between(program, before.get(program.id), after.get(program.id), seconds),
    );
    const cores = programs.reduce((sum, { runsPerSecond = 0, meanNs = 0 }) => sum + (runsPerSecond * meanNs) / 1e9, 0);
    return { ...sensor, cores, programs };
  });
}

/** A program that is not found, for want of rights or because it was let go, stays as it was told. */
function between(
  program: ProgramCost,
  before: ProgramInfo | undefined,
  after: ProgramInfo | undefined,
  seconds: number,
): ProgramCost {
  if (before === undefined || after === undefined) return program;
  const runs = after.runs - before.runs;
  const meanNs = runs > 0 ? (after.runTimeNs - before.runTimeNs) / runs : 0;
  return { ...program, runsPerSecond: runs / seconds, meanNs, missed: after.missed };
}

/** What the running layer watches and what that costs the host, and what it leaves alone because nobody wants it. */
export function senseRows(status: StatusDocument, sensors: readonly SensorCost[], width: number): Row[] {
  const { events, ring } = status;
  const seen = seenKinds(events);
  const idle = EVENT_KINDS.filter((kind) => !seen.includes(kind));
  const list = (kinds: readonly string[]): string => (kinds.length === 0 ? "nothing" : kinds.join(", "));
  return [
    [],
    [piece("what is watched now", "title"), piece(`  ${costWords(sensors)}`, "dim")],
    ...labelledLines("watched", list(seen), width),
    ...labelledLines(
      "let be",
      `${list(idle)}: not attached, so they cost nothing; no rule or agent wants them, or this host cannot tell them`,
      width,
    ),
    ...(ring === undefined
      ? []
      : [labelled("ring", `${bytes(ring.bytes)}, ${percent(ring.fill)} full at most in the last turn`)]),
    ...lossRows(status, width),
    ...sensors.flatMap(sensorRows),
  ];
}

function costWords(sensors: readonly SensorCost[]): string {
  if (sensors.length === 0) return "not measured";
  const memory = sensors.reduce((sum, sensor) => sum + sensor.bytes, 0);
  const cores = sensors.reduce((sum, sensor) => sum + (sensor.cores ?? 0), 0);
  const known = sensors.some((sensor) => sensor.cores !== undefined);
  return `${bytes(memory)} of kernel memory${known ? `, ${percent(cores)} of a core in the kernel` : ""}`;
}

function lossRows({ lost = {}, merged = {} }: StatusDocument, width: number): Row[] {
  const words = (counts: Readonly<Record<string, number>>): string =>
    Object.entries(counts)
      .filter(([, number]) => number > 0)
      .map(([kind, number]) => `${count(number)} ${kind}`)
      .join(", ");
  const rows: Row[] = [];
  if (words(lost) !== "") rows.push(...labelledLines("lost", `${words(lost)}: the ring was full`, width));
  if (words(merged) !== "")
    rows.push(...labelledLines("merged", `${words(merged)}: the same again, counted in the kernel`, width));
  return rows;
}

function sensorRows({ name, bytes: memory, cores, programs }: SensorCost): Row[] {
  const cost = cores === undefined ? "" : `, ${percent(cores)} of a core`;
  return [
    labelled(name, `${many(programs.length, "program")}, ${bytes(memory)} of kernel memory${cost}`),
    ...programs.map((program): Row => [piece(" ".repeat(13)), piece(programWords(program), "dim")]),
  ];
}

function programWords({ name, id, runsPerSecond, meanNs = 0, missed }: ProgramCost): string {
  const runs = runsPerSecond === undefined ? "" : `${rate(runsPerSecond)} runs/s`;
  const each = runsPerSecond === undefined || runsPerSecond === 0 ? "" : ` of ${delay(meanNs)}`;
  const left = missed === 0 ? "" : `  ${many(missed, "run")} left out by the kernel`;
  return `${name.padEnd(24)} id ${String(id).padEnd(6)} ${runs}${each}${left}`;
}

/** What nothing on this host can show, and what is seen instead. */
export function blindRows(spots: readonly BlindSpot[], width: number): Row[] {
  if (spots.length === 0) return [];
  const rows = spots.flatMap(({ what, why, instead }): Row[] => [
    ...lines(what, width, 2, "plain"),
    ...lines(why, width, 5, "dim"),
    ...lines(`instead: ${instead}`, width, 5, "dim"),
  ]);
  return [
    [],
    [piece("what cannot be seen here", "title"), piece(`  ${many(spots.length, "blind spot")}`, "dim")],
    ...rows,
  ];
}

function lines(text: string, width: number, indent: number, style: "plain" | "dim"): Row[] {
  return wrap(text, width - indent - 1, 6).map((line): Row => [piece(" ".repeat(indent)), piece(line, style)]);
}

/** Kinds with their sentences, for --json: what is watched, and what is not because nobody wants it. */
export function sensesOf(status: StatusDocument): {
  watched: readonly string[];
  letBe: Readonly<Record<string, string>>;
} {
  const seen = seenKinds(status.events);
  const idle = EVENT_KINDS.filter((kind: EventKind) => !seen.includes(kind));
  return { watched: seen, letBe: Object.fromEntries(idle.map((kind) => [kind, EVENTS[kind].says])) };
}
