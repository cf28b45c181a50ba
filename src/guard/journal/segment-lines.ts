import type { Head } from "./head.ts";
import { MAX_LINE } from "./lines.ts";
import { type CarriedRecord, encodeLine } from "./record.ts";

/** Half of what a line may hold: hash, number and type come on top. */
const MAX_PART = MAX_LINE / 2;

/** The records that a segment begins with: that it is one, and what it carries over, in lines of bounded length. */
export function segmentLines(
  segment: number,
  carried: readonly CarriedRecord[],
  after: Head,
  atMs: number,
): { readonly text: string; readonly last: Head } {
  const parts = partsOf(carried);
  let { seq, hash } = after;
  const lines: string[] = [];
  const put = (encoded: { readonly line: string; readonly hash: string }): void => {
    lines.push(`${encoded.line}\n`);
    ({ hash } = encoded);
  };
  put(encodeLine({ seq: ++seq, atMs, type: "segment", body: { segment, parts: parts.length } }, hash));
  for (const records of parts) put(encodeLine({ seq: ++seq, atMs, type: "carried", body: { records } }, hash));
  return { text: lines.join(""), last: { seq, hash } };
}

function partsOf(carried: readonly CarriedRecord[]): CarriedRecord[][] {
  const parts: CarriedRecord[][] = [];
  let room = 0;
  for (const record of carried) {
    const bytes = Buffer.byteLength(JSON.stringify(record)) + 1;
    if (bytes > room) {
      parts.push([]);
      room = MAX_PART;
    }
    parts.at(-1)?.push(record);
    room -= bytes;
  }
  return parts;
}
