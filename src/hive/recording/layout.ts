import { createHash } from "node:crypto";
import { EVENT_CODES } from "../../core/event-kinds.ts";
import * as ring from "../../core/wire/ring-format.ts";
import { CALL_TABLE } from "../../senses/calls/call-table.ts";
import * as calls from "../../senses/calls/records.ts";
import * as records from "../../senses/records.ts";

/** Tables that are about maps of the kernel and not about records. */
const NO_RECORD = /^(RUNQ|COUNTERS|CONTROL|ROW|RULES|WRITE)/;

function fingerprint(table: unknown): string {
  return createHash("sha256").update(JSON.stringify(table)).digest("hex").slice(0, 16);
}

function fingerprints(tables: Readonly<Record<string, unknown>>): [name: string, print: string][] {
  return Object.entries(tables)
    .filter(([name, table]) => !NO_RECORD.test(name) && typeof table !== "function")
    .map(([name, table]) => [name.toLowerCase().replaceAll("_", " "), fingerprint(table)]);
}

/**
 * What the bytes of kernel records mean, as one fingerprint for each table that the decoder uses: where any of them
 * differs, a recording would be read wrongly.
 */
export const LAYOUT: Readonly<Record<string, string>> = Object.fromEntries([
  ...fingerprints(records),
  ...fingerprints(calls),
  // A call record names its row by number.
  ...fingerprints({ ring, codes: EVENT_CODES, call_table: CALL_TABLE.map((row) => row.call) }),
]);
