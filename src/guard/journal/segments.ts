import { readdirSync, statSync } from "node:fs";
import { basename, join } from "node:path";
import { errnoOf } from "../../core/errors.ts";
import { journalPath } from "./files.ts";
import { readLines } from "./lines.ts";
import { decodeLine, type JournalRecord } from "./record.ts";

/** One file of the journal. The newest grows, the others are finished. */
export interface Segment {
  readonly number: number;
  readonly path: string;
}

/** The first keeps the name that the only file had before there were segments. */
export function segmentPath(folder: string, number: number): string {
  return number === 1 ? journalPath(folder) : join(folder, `journal-${String(number).padStart(6, "0")}.jsonl`);
}

/** Those in the folder, oldest first; none where there is no folder. Throws system errors. */
export function listSegments(folder: string): Segment[] {
  let names: string[];
  try {
    names = readdirSync(folder);
  } catch (error) {
    if (errnoOf(error) === "ENOENT") return [];
    throw error;
  }
  return names
    .flatMap((name) => numberOf(name) ?? [])
    .sort((a, b) => a - b)
    .map((number) => ({ number, path: segmentPath(folder, number) }));
}

function numberOf(name: string): number | undefined {
  if (name === "journal.jsonl") return 1;
  const number = Number(/^journal-(\d{6,12})\.jsonl$/.exec(name)?.[1]);
  return number > 1 && basename(segmentPath("", number)) === name ? number : undefined;
}

/** The first record, where it is whole. Throws system errors. */
export function firstRecord(segment: Segment): JournalRecord | undefined {
  for (const line of readLines(segment.path)) return line.state === "whole" ? decodeLine(line.text) : undefined;
  return undefined;
}

/** Whether a recovery can start with this segment: its first records, which carry the earlier ones over, are all there. */
export function beginsWhole(segment: Segment): boolean {
  if (segment.number === 1) return true;
  let left: number | undefined;
  for (const line of readLines(segment.path)) {
    const record = line.state === "whole" ? decodeLine(line.text) : undefined;
    if (record?.type !== (left === undefined ? "segment" : "carried")) return false;
    left = record.type === "segment" ? record.body.parts : (left ?? 0) - 1;
    if (left <= 0) return true;
  }
  return false;
}

export function bytesOf(segment: Segment): number {
  return statSync(segment.path).size;
}
