import { failed, ok, type Result } from "../core/errors.ts";
import type { Incident } from "../core/incident.ts";
import { printable } from "../core/printable.ts";

/** JSON of at most `maxChars`; a larger value, or one that JSON cannot hold, is refused. */
export function toJson(what: string, value: unknown, maxChars: number): Result<string> {
  let text: string | undefined;
  try {
    text = JSON.stringify(value) as string | undefined;
  } catch (error) {
    return failed("SW-STORE-LARGE", `${printable(what, 80)} is not plain JSON: ${printable(String(error), 120)}`);
  }
  if (text === undefined) return failed("SW-STORE-LARGE", `${printable(what, 80)} is not plain JSON`);
  if (text.length > maxChars) {
    return failed("SW-STORE-LARGE", `${printable(what, 80)} takes ${text.length} characters, more than ${maxChars}`);
  }
  return ok(text);
}

/** Undefined where the text is not JSON. */
export function fromJson(text: unknown): unknown {
  if (typeof text !== "string") return undefined;
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return undefined;
  }
}

/** What every reader of an incident relies on; a row that was edited by hand into something else is passed over. */
export function isIncident(value: unknown): value is Incident {
  if (typeof value !== "object" || value === null) return false;
  const row = value as Partial<Record<keyof Incident, unknown>>;
  return (
    typeof row.id === "string" &&
    typeof row.says === "string" &&
    typeof row.entity === "string" &&
    [row.atMs, row.lastMs, row.count, row.concentration].every((number) => Number.isFinite(number)) &&
    [row.kinds, row.evidence, row.lineage].every((list) => Array.isArray(list)) &&
    (row.techniques === undefined || isTexts(row.techniques)) &&
    (row.judgedBy === undefined || typeof row.judgedBy === "string") &&
    (row.status === "open" || row.status === "dismissed")
  );
}

function isTexts(value: unknown): value is readonly string[] {
  return Array.isArray(value) && value.every((each) => typeof each === "string");
}

/** A limit that a caller gave, as a whole number from 0 to `max`. */
export function rowLimit(limit: number, max: number): number {
  return Number.isFinite(limit) ? Math.max(0, Math.min(max, Math.floor(limit))) : 0;
}
