import { closeSync, openSync, readSync } from "node:fs";

/** Longer lines are not ours; nothing longer is ever held in memory. */
export const MAX_LINE = 1 << 18;
const CHUNK = 1 << 16;

export interface Line {
  readonly text: string;
  /** Offset of the byte after the line and its newline. */
  readonly end: number;
  /** "unfinished": the last, without its newline. "too long": not read to its end, and nothing after it. */
  readonly state: "whole" | "unfinished" | "too long";
}

/** The lines of a file in constant memory. Throws system errors. */
export function* readLines(path: string): Generator<Line> {
  const fd = openSync(path, "r");
  try {
    const chunk = Buffer.alloc(CHUNK);
    let pending: Buffer = Buffer.alloc(0);
    let start = 0;
    for (let got = readSync(fd, chunk); got > 0; got = readSync(fd, chunk)) {
      pending = Buffer.concat([pending, chunk.subarray(0, got)]);
      let from = 0;
      for (let at = pending.indexOf(10); at >= 0; at = pending.indexOf(10, from)) {
        yield { text: pending.toString("utf8", from, at), end: start + at + 1, state: "whole" };
        from = at + 1;
      }
      pending = pending.subarray(from);
      start += from;
      if (pending.length > MAX_LINE) break;
    }
    const state = pending.length > MAX_LINE ? "too long" : "unfinished";
    if (pending.length > 0) yield { text: pending.toString("utf8"), end: start + pending.length, state };
  } finally {
    closeSync(fd);
  }
}
