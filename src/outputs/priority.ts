import { specOf } from "../core/action.ts";
import { PRIORITIES, type Priority } from "../core/config-outputs.ts";
import type { OutputRecord } from "../core/output-record.ts";

/**
 * How grave a record is. An incident is a warning at the least, for a quorum stands behind it; what makes it graver is that
 * the evidence is of three kinds, or twice as much as a quorum needs (1.5, immune/quorum), or that its like was confirmed.
 */
export function priorityOf(record: OutputRecord): Priority {
  if (record.what === "action") {
    if (record.change === "waiting") return "warning";
    return record.kind !== "" && specOf(record.kind).containment ? "notice" : "informational";
  }
  if (record.change === "closed") return "notice";
  if (record.confirmed || record.seenBefore !== undefined) return "critical";
  const strong = record.kinds.length >= 3 || record.concentration >= 3;
  return strong ? "error" : "warning";
}

export function isAsGraveAs(priority: Priority, least: Priority): boolean {
  return PRIORITIES.indexOf(priority) <= PRIORITIES.indexOf(least);
}

/** Severities of syslog (RFC 5424, 6.2.1), which have the same order. */
export function syslogSeverity(priority: Priority): number {
  return PRIORITIES.indexOf(priority);
}
