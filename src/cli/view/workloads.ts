import type { WorkloadStatus } from "../../core/status.ts";
import { pressureStyle } from "./bar.ts";
import { columnsOf } from "./columns.ts";
import { fit, piece, widthOf, type Row, type Style } from "./row.ts";
import { emptySection, type Section } from "./section.ts";
import { bytes, delay, many, percent } from "./words.ts";

interface Column {
  readonly title: string;
  readonly width: number;
  readonly align: "left" | "right";
  /** Narrowest view that shows it. */
  readonly from: number;
  /** Empty where the workload has no such number. */
  cell(workload: WorkloadStatus): Row;
}

const KIND_STYLES: Readonly<Record<WorkloadStatus["kind"], Style>> = {
  latency: "latency",
  batch: "batch",
  unknown: "dim",
};

/** Title of the section. */
export const WORKLOADS = "workloads";
const KIND = "kind";
const DELAY = "delay p99";
/** From here on a sentence has room. */
const ROOMY = 120;

const COLUMNS: readonly Column[] = [
  {
    title: KIND,
    width: 7,
    align: "left",
    from: 0,
    cell: ({ kind, confidence }) =>
      kind === "unknown" ? [] : [piece(kind, KIND_STYLES[kind]), piece(confidence === undefined ? "" : "?", "dim")],
  },
  {
    title: "cores",
    width: 5,
    align: "right",
    from: 0,
    cell: ({ readings }) => number(readings["cpu.cores"], (cores) => cores.toFixed(2)),
  },
  { title: DELAY, width: 9, align: "right", from: 0, cell: waitCell },
  {
    title: "cpu wait",
    width: 8,
    align: "right",
    from: 72,
    cell: ({ readings }) => pressure(readings["pressure.cpu.some"]),
  },
  {
    title: "mem wait",
    width: 8,
    align: "right",
    from: 120,
    cell: ({ readings }) => pressure(readings["pressure.memory.some"]),
  },
  {
    title: "io wait",
    width: 8,
    align: "right",
    from: 120,
    cell: ({ readings }) => pressure(readings["pressure.io.some"]),
  },
  { title: "tasks", width: 5, align: "right", from: 66, cell: ({ readings }) => number(readings.tasks, String) },
  {
    title: "memory",
    width: 6,
    align: "right",
    from: 80,
    cell: ({ readings }) => number(readings["memory.bytes"], bytes),
  },
];

const GAP = 2;
const STATE_SHARE = 0.4;

/** Those that miss their target first, then the most active; declared ones stay in sight however quiet. */
export function workloadsSection(workloads: readonly WorkloadStatus[]): Section {
  if (workloads.length === 0) return emptySection(WORKLOADS, "no workloads yet: the first sample is being taken");
  const sorted = workloads.toSorted((a, b) => Number(isLate(b)) - Number(isLate(a)) || activity(b) - activity(a));
  return {
    title: WORKLOADS,
    min: 3,
    want: sorted.length + 1,
    render: (count, width) => {
      const shown = pick(sorted, count - 1);
      const rows = tableRows(shown, columnsFor(sorted, width), width);
      const hidden = sorted.length - shown.length;
      return { rows, note: `${many(sorted.length, "workload")}${hidden > 0 ? `, ${shown.length} shown` : ""}` };
    },
  };
}

/** What there is room for, and what this host tells of anybody at all. */
function columnsFor(workloads: readonly WorkloadStatus[], width: number): readonly Column[] {
  return COLUMNS.filter(
    (column) => column.from <= width && workloads.some((workload) => column.cell(workload).length > 0),
  ).map((column) => {
    if (column.title === DELAY) return { ...column, ...delayTitle(workloads, width) };
    return column.title === KIND && workloads.some(isInferred) ? { ...column, width: column.width + 1 } : column;
  });
}

/** Nobody said what kind it is: it was told by behaviour. */
function isInferred({ kind, confidence }: WorkloadStatus): boolean {
  return kind !== "unknown" && confidence !== undefined;
}

/** A mean is no 99th percentile: where there are means, the head of the column says so. */
function delayTitle(workloads: readonly WorkloadStatus[], width: number): Pick<Column, "title" | "width"> {
  const hasP99 = workloads.some(({ readings }) => readings["runq.delay.p99"] !== undefined);
  const hasMean = workloads.some(({ readings }) => isMean(readings));
  if (!hasP99) return { title: "delay avg", width: 9 };
  if (!hasMean) return { title: DELAY, width: 9 };
  return width < 90 ? { title: "p99, ~avg", width: 9 } : { title: "delay p99, ~avg", width: 15 };
}

function isMean(readings: WorkloadStatus["readings"]): boolean {
  return readings["runq.delay.p99"] === undefined && readings["runq.delay.mean"] !== undefined;
}

function tableRows(shown: readonly WorkloadStatus[], columns: readonly Column[], width: number): Row[] {
  const left = width - 1 - columns.reduce((sum, column) => sum + column.width + GAP, 0) - GAP;
  const longest = Math.max(...shown.map(({ label }) => columnsOf(label)), "workload".length);
  const name = Math.max(8, Math.min(longest, left - stateRoom(shown, width, left)));
  const head = rowOf(name, [piece("workload", "dim")], columns, (column) => [piece(column.title, "dim")], []);
  const rows = shown.map((workload) => {
    const label = piece(workload.label, workload.kind === "unknown" ? "plain" : "bold");
    return rowOf(name, [label], columns, (column) => cellOf(column, workload), state(workload, width));
  });
  return [head, ...rows];
}

function cellOf(column: Column, workload: WorkloadStatus): Row {
  const cell = column.cell(workload);
  return cell.length > 0 ? cell : [piece("·", "dim")];
}

/** The state gets what the longest one needs, but no more than its share of what the columns leave. */
function stateRoom(workloads: readonly WorkloadStatus[], width: number, left: number): number {
  const longest = Math.max(0, ...workloads.map((workload) => widthOf(state(workload, width))));
  return Math.min(longest, Math.floor(left * STATE_SHARE));
}

function rowOf(name: number, label: Row, columns: readonly Column[], cell: (column: Column) => Row, end: Row): Row {
  const cells = columns.flatMap((column): Row => [
    piece(" ".repeat(GAP)),
    ...fit(cell(column), column.width, column.align),
  ]);
  return [piece(" "), ...fit(label, name), ...cells, piece(" ".repeat(GAP)), ...end];
}

/** Kept in order of activity; when too many, undeclared and untouched ones go first. */
function pick(sorted: readonly WorkloadStatus[], room: number): readonly WorkloadStatus[] {
  if (sorted.length <= room) return sorted;
  const important = sorted.filter((workload) => workload.kind !== "unknown" || workload.readings.frozen === 1);
  const kept = new Set([...important, ...sorted].slice(0, Math.max(0, room)));
  for (const workload of sorted) if (kept.size < room) kept.add(workload);
  return sorted.filter((workload) => kept.has(workload));
}

function activity({ readings }: WorkloadStatus): number {
  return (readings["cpu.cores"] ?? 0) + (readings["runq.delay.p99"] ?? readings["runq.delay.mean"] ?? 0) / 1e12;
}

function number(value: number | undefined, words: (value: number) => string): Row {
  return value === undefined ? [] : [piece(words(value))];
}

function pressure(ratio: number | undefined): Row {
  if (ratio === undefined) return [];
  return [piece(percent(ratio), ratio < 0.1 ? "plain" : pressureStyle(ratio))];
}

/** A mean, where that is all there is, is marked by ~: it is far below a 99th percentile. */
function waitCell(workload: WorkloadStatus): Row {
  const { readings } = workload;
  const p99 = readings["runq.delay.p99"];
  const mean = readings["runq.delay.mean"];
  if (p99 === undefined) return mean === undefined ? [] : [piece(`~${delay(mean)}`, "dim")];
  return [piece(delay(p99), waitsTooLong(workload) ? "bad" : "plain")];
}

function waitsTooLong({ readings, targetNs }: WorkloadStatus): boolean {
  return targetNs > 0 && (readings["runq.delay.p99"] ?? 0) > targetNs;
}

/** Whether it misses what was wanted of it: its own number where it has one, else how long it waits for a CPU. */
export function isLate(workload: WorkloadStatus): boolean {
  const { kind, readings } = workload;
  const excess = readings["objective.excess"];
  return excess === undefined ? kind === "latency" && waitsTooLong(workload) : excess > 1;
}

/** What is in force on it, and whether it meets its target. */
function state(workload: WorkloadStatus, width: number): Row {
  const { readings, kind, targetNs, confidence } = workload;
  const words: Row[] = [];
  if (readings.frozen === 1) words.push([piece("frozen", "bad")]);
  const own = objective(workload, width);
  if (own.length > 0) words.push(own);
  else if (kind === "latency" && targetNs > 0 && readings["runq.delay.p99"] !== undefined) {
    const late = waitsTooLong(workload);
    const says = late ? `over ${delay(targetNs)}` : width < 100 ? "in time" : `within ${delay(targetNs)}`;
    words.push([piece(says, late ? "bad" : "good")]);
  }
  if (readings["cpu.idle"] === 1) words.push([piece("idle", "cool")]);
  const weight = readings["cpu.weight"];
  if (weight !== undefined && readings["cpu.idle"] !== 1 && Math.round(weight) !== 100) {
    words.push([piece(`weight ${Math.round(weight)}`, "cool")]);
  }
  if (isInferred(workload) && width >= ROOMY) words.push([piece(`${percent(confidence ?? 0)} sure`, "dim")]);
  const comma: Row = [piece(", ", "dim")];
  return words.flatMap((word, index): Row => (index === 0 ? word : comma.concat(word)));
}

/** Of its own number, what it is and what it should be. */
function objective({ readings, objective: name }: WorkloadStatus, width: number): Row {
  const { "objective.value": value, "objective.target": target, "objective.excess": excess } = readings;
  if (value === undefined || target === undefined) return [];
  const late = (excess ?? 0) > 1;
  const words = width < 100 ? `${brief(value)}/${brief(target)}` : `${brief(value)}, wants ${brief(target)}`;
  const what = name === undefined || width < ROOMY ? [] : [piece(` (${name})`, "dim")];
  return [piece(words, late ? "bad" : "good"), ...what];
}

/** Three digits that count, whatever the unit. */
function brief(value: number): string {
  return Number.isFinite(value) ? String(Number(value.toPrecision(3))) : "?";
}
