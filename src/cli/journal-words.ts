import { ALARMS } from "../core/guard-info.ts";
import { printable } from "../core/printable.ts";
import { actionId, type JournalRecord } from "../guard/journal/record.ts";
import { piece, type Row } from "./view/row.ts";

/** A record as a row for people. What it says was made printable when it was written, unless somebody forged it. */
export function recordRow(record: JournalRecord): Row {
  const head = `${String(record.seq).padStart(6)}  ${stamp(record.atMs)}  `;
  return [
    piece(head, "dim"),
    piece(record.type.padEnd(9), record.type === "intent" ? "cool" : "plain"),
    piece(inWords(record).replace(/\p{C}/gu, "?")),
  ];
}

function inWords(record: JournalRecord): string {
  switch (record.type) {
    case "open":
      return `process ${record.body.pid} took the journal over`;
    case "intent": {
      const { kind, cgroup, from, to, agent, reason, omitted } = record.body;
      const rest = omitted === undefined ? "" : ` (${omitted.evidence} facts left out: it explains too much)`;
      return `${actionId(record.seq)} ${kind} ${from} → ${to} on ${printable(cgroup)} for ${agent}: ${reason}${rest}`;
    }
    case "result":
      return record.body.ok
        ? `${record.body.action} read back: ${printable(record.body.raw)}${record.body.says === "" ? "" : ` (${record.body.says})`}`
        : `${record.body.action} failed, ${record.body.code}: ${record.body.says}`;
    case "revert": {
      const { action, cause, says, by } = record.body;
      return `${action} ended (${cause}${by === "" ? "" : `, ${by}`}): ${says}`;
    }
    case "refused": {
      const askers = Object.keys(record.body.agents ?? {}).length;
      return `${record.body.total} refused${askers > 1 ? ` to ${askers} askers` : ""}, the latest: ${record.body.latest}`;
    }
    case "alarm": {
      const { alarm, count, latest } = record.body;
      const { says, code } = Object.hasOwn(ALARMS, alarm) ? ALARMS[alarm] : { says: printable(alarm), code: "" };
      return `${says} (${count} times, the latest: ${code} ${latest})`;
    }
    case "note":
      return record.body.says;
    case "segment":
      return `segment ${record.body.segment} begins`;
    case "carried":
      return `${record.body.records.length} earlier records that are still needed`;
    case "removed": {
      const { records, segments, why, open } = record.body;
      const still = open.length === 0 ? "" : `; still in force: ${open.join(", ")}`;
      return `records ${records.join(" to ")} (segments ${segments.join(" to ")}) removed by the limit on ${why}${still}`;
    }
    case "signed":
      return `record ${record.body.seq} and all before it, by key ${record.body.key}`;
  }
}

/** Times that no calendar holds are shown as they are. */
export function stamp(ms: number): string {
  const date = new Date(ms);
  return Number.isNaN(date.getTime()) ? `${ms} ms` : date.toISOString().replace("T", " ").replace("Z", " UTC");
}
