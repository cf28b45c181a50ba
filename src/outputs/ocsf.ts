import { parseEntityKey } from "../core/entity.ts";
import type { Priority } from "../core/config-outputs.ts";
import type { ActionNews, IncidentNews, OutputRecord } from "../core/output-record.ts";
import type { LineageStep } from "../core/incident.ts";
import { TECHNIQUES } from "../core/techniques.ts";
import { remediationOf } from "./ocsf-remediation.ts";
import type { Origin } from "./origin.ts";
import { priorityOf } from "./priority.ts";

/** Of the Open Cybersecurity Schema Framework (schema.ocsf.io). */
export const OCSF_VERSION = "1.6.0";

/** What every class of event has (base_event). */
interface OcsfBase {
  readonly activity_id: number;
  readonly category_uid: number;
  readonly class_uid: number;
  readonly type_uid: number;
  readonly severity_id: number;
  readonly severity: string;
  /** Milliseconds since the epoch. */
  readonly time: number;
  readonly message: string;
  readonly metadata: Readonly<Record<string, unknown>>;
  readonly device: Readonly<Record<string, unknown>>;
}
export type OcsfEvent = OcsfBase & Readonly<Record<string, unknown>>;

const SEVERITIES: Readonly<Record<Priority, readonly [id: number, name: string]>> = {
  emergency: [6, "Fatal"],
  alert: [6, "Fatal"],
  critical: [5, "Critical"],
  error: [4, "High"],
  warning: [3, "Medium"],
  notice: [2, "Low"],
  informational: [1, "Informational"],
  debug: [1, "Informational"],
};

const FINDING = {
  class_uid: 2004,
  class_name: "Detection Finding",
  category_uid: 2,
  category_name: "Findings",
} as const;
const REMEDIATION = {
  class_uid: 7001,
  class_name: "Remediation Activity",
  category_uid: 7,
  category_name: "Remediation",
} as const;
const FINDING_ACTIVITY = { opened: [1, "Create"], grown: [2, "Update"], closed: [3, "Close"] } as const;
/** file.type_id. */
const EXECUTABLE = 8;
/** Of its device a host knows itself only as "server or not", and not even that. */
const UNKNOWN_DEVICE = 0;

export function ocsfEvent(record: OutputRecord, origin: Origin): OcsfEvent {
  return record.what === "incident" ? finding(record, origin) : remediation(record, origin);
}

function finding(record: IncidentNews, origin: Origin): OcsfEvent {
  const [activity_id, activity_name] = FINDING_ACTIVITY[record.change];
  const [status_id, status] = statusOf(record);
  return {
    ...base(record, record.toldMs, origin),
    ...FINDING,
    activity_id,
    activity_name,
    type_uid: FINDING.class_uid * 100 + activity_id,
    status_id,
    status,
    is_alert: record.change !== "closed",
    count: record.count,
    start_time: record.atMs,
    end_time: record.lastMs,
    finding_info: {
      uid: record.incident,
      title: titleOf(record),
      desc: record.says,
      created_time: record.atMs,
      first_seen_time: record.atMs,
      last_seen_time: record.lastMs,
      modified_time: record.toldMs,
      types: record.kinds,
      analytic: { type_id: 2, type: "Behavioral", name: "swarms quorum", uid: "quorum" },
      ...(record.techniques.length > 0 && { attacks: record.techniques.map(attack) }),
    },
    evidences: evidencesOf(record),
    // What the schema has no place for: quorum's sum, and the incident that it is like.
    unmapped: {
      concentration: record.concentration,
      confirmed: record.confirmed,
      ...(record.seenBefore !== undefined && { seen_before: record.seenBefore }),
      ...(record.judgedBy !== undefined && { judged_by: record.judgedBy }),
    },
  };
}

function remediation(record: ActionNews, origin: Origin): OcsfEvent {
  const { activity, status, countermeasure } = remediationOf(record);
  return {
    ...base(record, record.atMs, origin),
    ...REMEDIATION,
    activity_id: activity[0],
    activity_name: activity[1],
    type_uid: REMEDIATION.class_uid * 100 + activity[0],
    status_id: status[0],
    status: status[1],
    command_uid: record.action,
    ...(countermeasure !== undefined && { countermeasures: [countermeasure] }),
    unmapped: {
      kind: record.kind,
      cgroup: record.cgroup,
      from: record.from,
      to: record.to,
      agent: record.agent,
      reason: record.reason,
      until: record.untilMs,
      ...(record.incident !== undefined && { incident: record.incident }),
      ...(record.cause !== undefined && { cause: record.cause }),
    },
  };
}

function base(
  record: OutputRecord,
  time: number,
  { hostname, version }: Origin,
): Omit<OcsfBase, "activity_id" | "category_uid" | "class_uid" | "type_uid"> {
  const [severity_id, severity] = SEVERITIES[priorityOf(record)];
  const incident = record.incident;
  return {
    time,
    severity_id,
    severity,
    message: record.says,
    metadata: {
      version: OCSF_VERSION,
      uid: record.id,
      ...(incident !== undefined && { correlation_uid: incident }),
      product: { name: "Swarms Layer", vendor_name: "Swarms Layer", version },
      log_name: "swarms",
      profiles:
        record.what === "incident" && record.process?.container !== undefined ? ["host", "container"] : ["host"],
    },
    device: { hostname, type_id: UNKNOWN_DEVICE, type: "Unknown" },
  };
}

function statusOf({ change, judgedBy, confirmed }: IncidentNews): readonly [number, string] {
  if (change === "closed") return [3, "Suppressed"];
  return judgedBy !== undefined || confirmed ? [2, "In Progress"] : [1, "New"];
}

function titleOf({ lineage, kinds }: IncidentNews): string {
  const who = lineage[0] === undefined ? "the host" : lineage[0].comm;
  return `${who}: ${kinds.join(", ")}`;
}

function attack(id: string): Readonly<Record<string, unknown>> {
  const named = { uid: id, name: TECHNIQUES[id] ?? id };
  if (id.startsWith("TA")) return { tactic: named };
  if (!id.includes(".")) return { technique: named };
  const above = id.slice(0, id.indexOf("."));
  return { technique: { uid: above, name: TECHNIQUES[above] ?? above }, sub_technique: named };
}

/** The process with its ancestors once, then each piece of evidence as data of its own. */
function evidencesOf(record: IncidentNews): readonly Readonly<Record<string, unknown>>[] {
  const process = processOf(record);
  const pieces = record.evidence.map(({ atMs, agent, kind, weight, says }) => ({
    name: kind,
    data: { time: atMs, agent, kind, weight, says },
  }));
  return process === undefined ? pieces : [{ name: "process", process }, ...pieces];
}

function processOf({ entity, lineage, process }: IncidentNews): Readonly<Record<string, unknown>> | undefined {
  if (parseEntityKey(entity)?.kind !== "process") return undefined;
  const [own, ...above] = lineage;
  const path = own?.path ?? "";
  const ancestry = above.map(processEntity);
  return {
    ...(own === undefined ? { uid: entity, ...pidOf(entity) } : processEntity(own)),
    ...(path !== "" && { file: { name: path.slice(path.lastIndexOf("/") + 1), path, type_id: EXECUTABLE } }),
    ...(process !== undefined && { user: { uid: String(process.uid) } }),
    ...(process !== undefined && process.sinceMs > 0 && { created_time: process.sinceMs }),
    ...(process?.container !== undefined && { container: { uid: process.container } }),
    ...(ancestry[0] !== undefined && { parent_process: ancestry[0], ancestry }),
  };
}

/** Key, name and path; what it was started with is left out, for it carries passwords. */
function processEntity({ process, comm, path }: LineageStep): Readonly<Record<string, unknown>> {
  return { uid: process, name: comm, ...pidOf(process), ...(path !== "" && { path }) };
}

function pidOf(key: string): { readonly pid?: number } {
  const parsed = parseEntityKey(key);
  return parsed?.kind === "process" ? { pid: parsed.pid } : {};
}
