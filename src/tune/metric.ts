import { failed, ok, type Result } from "../core/errors.ts";
import { printable } from "../core/printable.ts";
import type { Reading } from "./tune-file.ts";

const NUMBER = /[-+]?(?:\d+\.?\d*|\.\d+)(?:[eE][-+]?\d+)?/g;

/** The number that a command printed. SW-TUNE where there is none. */
export function readMetric(reading: Pick<Reading, "pattern" | "json">, output: string): Result<number> {
  const text = textOf(reading, output);
  const value = text === undefined || text.trim() === "" ? Number.NaN : Number(text);
  if (Number.isFinite(value)) return ok(value);
  const where = reading.json ?? reading.pattern;
  const found = text === undefined ? "nothing" : `\`${printable(text, 40)}\``;
  const what = where === undefined ? "no number" : `no number at \`${printable(where, 80)}\` (${found})`;
  return failed("SW-TUNE", `${what} in what was printed: \`${printable(output.trim().slice(-120), 120)}\``);
}

function textOf({ json, pattern }: Pick<Reading, "pattern" | "json">, output: string): string | undefined {
  if (json !== undefined) return atPath(output, json.split("."));
  if (pattern === undefined) return output.match(NUMBER)?.at(-1);
  return [...output.matchAll(new RegExp(pattern, "gm"))].at(-1)?.[1];
}

function atPath(output: string, path: readonly string[]): string | undefined {
  let value: unknown;
  try {
    value = JSON.parse(output);
  } catch {
    return undefined;
  }
  for (const step of path) {
    if (typeof value !== "object" || value === null || !Object.hasOwn(value, step)) return undefined;
    value = (value as Record<string, unknown>)[step];
  }
  return typeof value === "number" || typeof value === "string" ? String(value) : undefined;
}
