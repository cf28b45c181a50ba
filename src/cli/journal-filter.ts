import { InvalidArgumentError } from "commander";
import type { JournalRecord } from "../guard/journal/record.ts";
import { actionId } from "../guard/journal/record.ts";

/** Which records to show; what is left out does not narrow. */
export interface JournalFilter {
  /** CLOCK_REALTIME milliseconds. */
  readonly since?: number;
  readonly until?: number;
  /** A change such as c-0017: its intent, result and end. */
  readonly action?: string;
  /** A kind of action: its changes, with their results and ends. */
  readonly kind?: string;
  readonly outcome?: Outcome;
}

/** applied, failed: of a change. reverted: its end. refused: the sums of what the guard refused. */
export const OUTCOMES = ["applied", "failed", "reverted", "refused"] as const;
export type Outcome = (typeof OUTCOMES)[number];

/** Changes whose kind is remembered: results and ends name the change, not its kind. */
const MAX_REMEMBERED = 65_536;

/** A test that sees every record, oldest first, in bounded memory. */
export function filterOf(filter: JournalFilter): (record: JournalRecord) => boolean {
  const { since = Number.NEGATIVE_INFINITY, until = Number.POSITIVE_INFINITY, action, kind, outcome } = filter;
  const ofKind = new Set<string>();
  return (record) => {
    const name = actionOf(record);
    if (kind !== undefined && record.type === "intent" && record.body.kind === kind) remember(ofKind, name);
    if (record.atMs < since || record.atMs > until) return false;
    if (action !== undefined && name !== action) return false;
    if (kind !== undefined && !ofKind.has(name)) return false;
    return outcome === undefined || outcomeOf(record) === outcome;
  };
}

function remember(names: Set<string>, name: string): void {
  names.add(name);
  const [oldest] = names;
  if (names.size > MAX_REMEMBERED && oldest !== undefined) names.delete(oldest);
}

function actionOf(record: JournalRecord): string {
  if (record.type === "intent") return actionId(record.seq);
  return record.type === "result" || record.type === "revert" ? record.body.action : "";
}

function outcomeOf(record: JournalRecord): Outcome | undefined {
  if (record.type === "result") return record.body.ok ? "applied" : "failed";
  if (record.type === "revert") return "reverted";
  return record.type === "refused" ? "refused" : undefined;
}

const UNITS: Readonly<Record<string, number>> = { s: 1000, m: 60_000, h: 3_600_000, d: 86_400_000 };

/** "90m", "2h", "7d" before `nowMs`, or a date that JavaScript reads (ISO 8601), as CLOCK_REALTIME milliseconds. */
export function timeOf(text: string, nowMs: number): number {
  const [, count, unit = ""] = /^(\d{1,9})([smhd])$/.exec(text) ?? [];
  const ms = count === undefined ? Date.parse(text) : nowMs - Number(count) * (UNITS[unit] ?? 0);
  if (!Number.isFinite(ms))
    throw new InvalidArgumentError("give a span such as 2h or 7d, or a date such as 2026-03-01T12:00Z.");
  return ms;
}
