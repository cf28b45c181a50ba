import { parseEntityKey } from "../core/entity.ts";
import type { ActionNews, IncidentNews, OutputRecord } from "../core/output-record.ts";
import type { Priority } from "../core/config-outputs.ts";
import type { Origin } from "./origin.ts";
import { priorityOf } from "./priority.ts";

/** The alert as Falco writes it with `json_output: true` (falco.org, "Output formatting"). */
export interface FalcoAlert {
  readonly hostname: string;
  /** `time: Priority text`. */
  readonly output: string;
  readonly output_fields: Readonly<Record<string, string | number | null>>;
  /** With a capital, as Falco has it. */
  readonly priority: string;
  readonly rule: string;
  readonly source: "swarms";
  readonly tags: readonly string[];
  /** RFC 3339 with nanoseconds, UTC. */
  readonly time: string;
}

/** Of these names there are few, so that whoever counts alerts by rule can. */
const RULES = {
  opened: "Swarms incident",
  grown: "Swarms incident grown",
  closed: "Swarms incident closed",
  applied: "Swarms action applied",
  waiting: "Swarms action waits for approval",
  ended: "Swarms action ended",
} as const;

export function falcoAlert(record: OutputRecord, { hostname }: Origin): FalcoAlert {
  const time = rfc3339(record.what === "incident" ? record.toldMs : record.atMs);
  const priority = capital(priorityOf(record));
  return {
    hostname,
    output: `${time.slice(11, -1)}: ${priority} ${record.says}`,
    output_fields: record.what === "incident" ? incidentFields(record) : actionFields(record),
    priority,
    rule: RULES[record.change],
    source: "swarms",
    tags: record.what === "incident" ? ["incident", ...record.techniques] : ["action", ...actionTags(record)],
    time,
  };
}

/** Falco's own field names where the thing is the same. Command lines are left out: they carry passwords. */
function incidentFields(record: IncidentNews): FalcoAlert["output_fields"] {
  const [own, parent] = record.lineage;
  const { process } = record;
  return {
    "evt.time": record.lastMs * 1e6,
    "proc.pid": pidOf(record.entity),
    "proc.name": own?.comm ?? null,
    "proc.exepath": own?.path ?? null,
    "proc.pname": parent?.comm ?? null,
    "proc.ppid": parent === undefined ? null : pidOf(parent.process),
    "proc.ancestors": record.lineage.map(({ comm }) => comm).join(" < "),
    "user.uid": process?.uid ?? null,
    "container.id": process?.container ?? (process === undefined ? null : "host"),
    "swarms.cgroup": process?.cgroup ?? null,
    "swarms.id": record.id,
    "swarms.incident": record.incident,
    "swarms.change": record.change,
    "swarms.kinds": record.kinds.join(","),
    "swarms.techniques": record.techniques.join(","),
    "swarms.concentration": record.concentration,
    "swarms.count": record.count,
    "swarms.evidence": record.evidence.map(({ kind, says }) => `${kind}: ${says}`).join("; "),
    "swarms.confirmed": record.confirmed ? "true" : "false",
    ...(record.seenBefore !== undefined && { "swarms.seen_before": record.seenBefore }),
    ...(record.judgedBy !== undefined && { "swarms.judged_by": record.judgedBy }),
  };
}

function actionFields(record: ActionNews): FalcoAlert["output_fields"] {
  return {
    "evt.time": record.atMs * 1e6,
    "swarms.id": record.id,
    "swarms.action": record.action,
    "swarms.change": record.change,
    "swarms.kind": record.kind === "" ? null : record.kind,
    "swarms.cgroup": record.cgroup,
    "swarms.from": record.from,
    "swarms.to": record.to,
    "swarms.agent": record.agent,
    "swarms.reason": record.reason,
    ...(record.incident !== undefined && { "swarms.incident": record.incident }),
    ...(record.cause !== undefined && { "swarms.cause": record.cause }),
  };
}

function actionTags({ kind }: ActionNews): string[] {
  return kind === "" ? [] : [kind];
}

function pidOf(entity: string): number | null {
  const parsed = parseEntityKey(entity);
  return parsed?.kind === "process" ? parsed.pid : null;
}

/** Milliseconds are all that is known; the zeros are Falco's form. */
function rfc3339(ms: number): string {
  return new Date(ms).toISOString().replace("Z", "000000Z");
}

function capital(priority: Priority): string {
  return priority.charAt(0).toUpperCase() + priority.slice(1);
}
