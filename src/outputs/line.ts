import type { OutputConfig, Priority } from "../core/config-outputs.ts";
import type { OutputRecord } from "../core/output-record.ts";
import { falcoAlert } from "./falco.ts";
import { ocsfEvent } from "./ocsf.ts";
import { otlpLogs } from "./otlp.ts";
import type { Origin } from "./origin.ts";
import { priorityOf } from "./priority.ts";

/** One record on its way: JSON without a line break, and what carriers need to know of it. */
export interface OutputLine {
  /** The same wherever and however often it is told: receivers fold by it. */
  readonly id: string;
  readonly priority: Priority;
  readonly text: string;
}

/** A line is never longer, in bytes: journald takes 48 KB as one entry, and datagrams have their bounds. */
export const MAX_LINE_BYTES = 40_960;

const SHAPES: Readonly<Record<OutputConfig["format"], (record: OutputRecord, origin: Origin) => object>> = {
  falco: falcoAlert,
  ocsf: ocsfEvent,
  otlp: otlpLogs,
};

export function lineOf(record: OutputRecord, format: OutputConfig["format"], origin: Origin): OutputLine {
  const { id } = record;
  const shape = SHAPES[format];
  for (const fitted of shorter(record)) {
    const text = JSON.stringify(shape(fitted, origin));
    if (Buffer.byteLength(text) <= MAX_LINE_BYTES) return { id, priority: priorityOf(record), text };
  }
  throw new Error(`a record without evidence is longer than ${MAX_LINE_BYTES} bytes`);
}

/** The record, then with ever less of its evidence; the heaviest stays longest. */
function* shorter(record: OutputRecord): Generator<OutputRecord> {
  yield record;
  if (record.what === "action") return;
  for (const most of [8, 2, 0]) {
    const evidence = record.evidence.toSorted((a, b) => b.weight - a.weight).slice(0, most);
    yield { ...record, evidence, lineage: record.lineage.slice(0, Math.max(1, most)) };
  }
}
