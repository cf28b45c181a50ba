import type { ExecEvent } from "../../core/event.ts";

export const FRESH = {
  /** Full weight up to here: download, chmod, run takes seconds. */
  fullMs: 30_000,
  /** Then half as much for each of these. */
  halvesEveryMs: 120_000,
  /** Older than this is not fresh. An attacker who waits longer is left to the other agents. */
  limitMs: 600_000,
  /** A file time ahead of the clock by up to this is a clock that was set; more says nothing. */
  aheadMs: 60_000,
} as const;

/** The younger of both file times, of those that can be: wall-clock milliseconds, 0 where neither can. */
export function writtenMs(event: Pick<ExecEvent, "ctimeMs" | "mtimeMs">, wallMs: number): number {
  const limit = wallMs + FRESH.aheadMs;
  const changed = event.ctimeMs > 0 && event.ctimeMs <= limit ? event.ctimeMs : 0;
  const modified = event.mtimeMs > 0 && event.mtimeMs <= limit ? event.mtimeMs : 0;
  return Math.max(changed, modified);
}

/** Milliseconds since the file was last written or changed; undefined where that is not fresh, or not known. */
export function freshAgeMs(event: Pick<ExecEvent, "ctimeMs" | "mtimeMs">, wallMs: number): number | undefined {
  const atMs = writtenMs(event, wallMs);
  if (atMs === 0) return undefined;
  const age = Math.max(0, wallMs - atMs);
  return age <= FRESH.limitMs ? age : undefined;
}

/** From 1 for what was just written to almost nothing at the limit. */
export function freshness(ageMs: number): number {
  return 2 ** (-Math.max(0, ageMs - FRESH.fullMs) / FRESH.halvesEveryMs);
}
