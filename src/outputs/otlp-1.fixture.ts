/**
 * The messages of OpenTelemetry's protocol that a log record is made of, by the names that protobuf's JSON gives their fields
 * (opentelemetry-proto 1.5: common, resource, logs, collector/logs; docs/specification.md, "JSON Protobuf Encoding"). "X*" is a list.
 */
export const MESSAGES: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  ExportLogsServiceRequest: { resourceLogs: "ResourceLogs*" },
  ResourceLogs: { resource: "Resource", scopeLogs: "ScopeLogs*", schemaUrl: "string" },
  Resource: { attributes: "KeyValue*", droppedAttributesCount: "uint32" },
  ScopeLogs: { scope: "InstrumentationScope", logRecords: "LogRecord*", schemaUrl: "string" },
  InstrumentationScope: {
    name: "string",
    version: "string",
    attributes: "KeyValue*",
    droppedAttributesCount: "uint32",
  },
  LogRecord: {
    timeUnixNano: "fixed64",
    observedTimeUnixNano: "fixed64",
    severityNumber: "severity",
    severityText: "string",
    body: "AnyValue",
    attributes: "KeyValue*",
    droppedAttributesCount: "uint32",
    flags: "uint32",
    traceId: "hex",
    spanId: "hex",
    eventName: "string",
  },
  KeyValue: { key: "string", value: "AnyValue" },
  /** One of them. */
  AnyValue: {
    stringValue: "string",
    boolValue: "bool",
    intValue: "int64",
    doubleValue: "double",
    arrayValue: "ArrayValue",
    kvlistValue: "KeyValueList",
    bytesValue: "base64",
  },
  ArrayValue: { values: "AnyValue*" },
  KeyValueList: { values: "KeyValue*" },
};

/** Of plain values. 64 bits come as decimal text, numbers of an enumeration as numbers. */
const PLAIN: Readonly<Record<string, (value: unknown) => boolean>> = {
  string: (value) => typeof value === "string",
  bool: (value) => typeof value === "boolean",
  uint32: (value) => Number.isInteger(value) && Number(value) >= 0 && Number(value) < 2 ** 32,
  fixed64: (value) => typeof value === "string" && /^\d{1,20}$/.test(value),
  int64: (value) => typeof value === "string" && /^-?\d{1,19}$/.test(value),
  double: (value) => typeof value === "number" && Number.isFinite(value),
  severity: (value) => Number.isInteger(value) && Number(value) >= 1 && Number(value) <= 24,
  hex: (value) => typeof value === "string" && /^[0-9A-Fa-f]*$/.test(value),
  base64: (value) => typeof value === "string",
};

/** Paths of what is none of the message; empty where it is one. */
export function faultsIn(value: unknown, message: string, at = message): string[] {
  const fields = MESSAGES[message];
  if (fields === undefined) return PLAIN[message]?.(value) === true ? [] : [`${at} is no ${message}`];
  if (typeof value !== "object" || value === null || Array.isArray(value)) return [`${at} is no ${message}`];
  const entries = Object.entries(value);
  const several = message === "AnyValue" && entries.length !== 1 ? [`${at} has ${entries.length} values`] : [];
  return [
    ...several,
    ...entries.flatMap(([name, inner]) => {
      const type = fields[name];
      if (type === undefined) return [`${at}.${name} is no field`];
      if (!type.endsWith("*")) return faultsIn(inner, type, `${at}.${name}`);
      if (!Array.isArray(inner)) return [`${at}.${name} is no list`];
      return inner.flatMap((each, index) => faultsIn(each, type.slice(0, -1), `${at}.${name}[${index}]`));
    }),
  ];
}
