import type { Priority } from "../core/config-outputs.ts";
import type { OutputRecord } from "../core/output-record.ts";
import { type FalcoAlert, falcoAlert } from "./falco.ts";
import type { Origin } from "./origin.ts";
import { priorityOf } from "./priority.ts";

/** A value as protobuf's JSON has it (opentelemetry.proto.common.v1.AnyValue): whole numbers of 64 bits are texts. */
type AnyValue =
  | { readonly stringValue: string }
  | { readonly intValue: string }
  | { readonly doubleValue: number }
  | { readonly arrayValue: { readonly values: readonly AnyValue[] } };

interface KeyValue {
  readonly key: string;
  readonly value: AnyValue;
}

/** The body of a POST to /v1/logs (OTLP/HTTP with JSON; opentelemetry.proto.collector.logs.v1), with one log record. */
export interface OtlpLogs {
  readonly resourceLogs: readonly [
    {
      readonly resource: { readonly attributes: readonly KeyValue[] };
      readonly scopeLogs: readonly [
        {
          readonly scope: { readonly name: string; readonly version: string };
          readonly logRecords: readonly [LogRecord];
        },
      ];
    },
  ];
}

interface LogRecord {
  /** Nanoseconds as text. */
  readonly timeUnixNano: string;
  readonly observedTimeUnixNano: string;
  readonly severityNumber: number;
  readonly severityText: string;
  readonly eventName: string;
  readonly body: AnyValue;
  readonly attributes: readonly KeyValue[];
}

/** Of the logs data model, appendix B: severities of syslog, which have the same names. */
const SEVERITY: Readonly<Record<Priority, number>> = {
  emergency: 21,
  alert: 19,
  critical: 18,
  error: 17,
  warning: 13,
  notice: 10,
  informational: 9,
  debug: 5,
};

/** Fields for which OpenTelemetry has a name (semantic conventions: process, container, user). The rest keeps its own. */
const NAMES: Readonly<Record<string, string>> = {
  "proc.pid": "process.pid",
  "proc.ppid": "process.parent_pid",
  "proc.name": "process.command",
  "proc.exepath": "process.executable.path",
  "user.uid": "user.id",
  "container.id": "container.id",
};
/** In `timeUnixNano` already. */
const LEFT_OUT: ReadonlySet<string> = new Set(["evt.time"]);

/** An incident or an action as a log record of OpenTelemetry. */
export function otlpLogs(record: OutputRecord, origin: Origin): OtlpLogs {
  const alert = falcoAlert(record, origin);
  const [atMs, toldMs] = record.what === "incident" ? [record.lastMs, record.toldMs] : [record.atMs, record.atMs];
  return {
    resourceLogs: [
      {
        resource: {
          attributes: [
            text("service.name", "swarms"),
            text("service.version", origin.version),
            text("host.name", origin.hostname),
          ],
        },
        scopeLogs: [
          {
            scope: { name: "swarms-layer", version: origin.version },
            logRecords: [
              {
                timeUnixNano: nanoseconds(atMs),
                observedTimeUnixNano: nanoseconds(toldMs),
                severityNumber: SEVERITY[priorityOf(record)],
                severityText: alert.priority,
                eventName: eventName(record),
                body: { stringValue: record.says },
                attributes: attributesOf(alert),
              },
            ],
          },
        ],
      },
    ],
  };
}

/** "swarms.incident.opened": of these there are few. */
function eventName({ what, change }: OutputRecord): string {
  return `swarms.${what}.${change}`;
}

function attributesOf({ output_fields: fields, tags }: FalcoAlert): KeyValue[] {
  const own = Object.entries(fields).flatMap(([key, value]): KeyValue[] => {
    if (value === null || LEFT_OUT.has(key)) return [];
    const name = NAMES[key] ?? key;
    // A user's id is text there: elsewhere it is not a number.
    return [
      typeof value === "number" && name !== "user.id"
        ? { key: name, value: numberOf(value) }
        : text(name, String(value)),
    ];
  });
  return [
    ...own,
    { key: "swarms.tags", value: { arrayValue: { values: tags.map((stringValue) => ({ stringValue })) } } },
  ];
}

function text(key: string, stringValue: string): KeyValue {
  return { key, value: { stringValue } };
}

function numberOf(value: number): AnyValue {
  return Number.isSafeInteger(value) ? { intValue: String(value) } : { doubleValue: value };
}

/** Milliseconds are all that is known. */
function nanoseconds(ms: number): string {
  return `${Math.round(ms)}000000`;
}
