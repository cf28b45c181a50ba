/**
 * The parts of OCSF 1.6.0 that the layer writes, as JSON Schema: which attributes there are, which are required, which numbers mean
 * what, and what must be there of several ("at_least_one"). Written from the published definitions: github.com/ocsf/ocsf-schema, version
 * 1.6.0 (events/base_event.json, events/findings, events/remediation, objects, profiles/host.json, profiles/container.json), Apache-2.0.
 * Attributes that the layer never writes are listed by name only, so that a misspelt one is found.
 */
const text = { type: "string" } as const;
const whole = { type: "integer" } as const;
/** timestamp_t: milliseconds since the epoch. */
const time = { type: "integer", minimum: 0 } as const;
const flag = { type: "boolean" } as const;
const any = {} as const;
const list = (items: object): object => ({ type: "array", items });
const oneOf = (...numbers: readonly number[]): object => ({ type: "integer", enum: numbers });

/** `others`: attributes of any content. */
function object(properties: Readonly<Record<string, object>>, rest: Rest = {}): object {
  const { required = [], atLeastOne, others = "" } = rest;
  const free = others.split(" ").filter((name) => name !== "");
  return {
    type: "object",
    additionalProperties: false,
    required,
    properties: { ...Object.fromEntries(free.map((name) => [name, any])), ...properties },
    ...(atLeastOne && { anyOf: atLeastOne.map((name) => ({ required: [name] })) }),
  };
}

interface Rest {
  readonly required?: readonly string[];
  readonly atLeastOne?: readonly string[];
  readonly others?: string;
}

/** extends _entity: a name or a uid. */
const entity = (properties: Readonly<Record<string, object>> = {}, rest: Rest = {}): object =>
  object({ name: text, uid: text, ...properties }, { atLeastOne: ["name", "uid"], ...rest });

const named = entity({ src_url: text });
const attack = object(
  { tactic: named, technique: named, sub_technique: named, tactics: list(named), version: text },
  { atLeastOne: ["tactic", "technique", "sub_technique"], others: "mitigation" },
);
const product = object(
  { name: text, vendor_name: text, version: text, uid: text },
  {
    atLeastOne: ["name", "uid"],
    others: "cpe_name data_classification data_classifications feature lang path url_string",
  },
);
const metadata = object(
  {
    version: { const: "1.6.0" },
    product,
    uid: text,
    correlation_uid: text,
    log_name: text,
    profiles: list({ enum: ["host", "container", "incident", "security_control", "cloud", "datetime", "osint"] }),
  },
  {
    required: ["product", "version"],
    others:
      "debug event_code extension extensions is_truncated labels log_level log_provider log_version logged_time loggers modified_time original_time processed_time sequence tags tenant_uid transformation_info_list untruncated_size",
  },
);
/** profiles/host.json. */
const device = object(
  {
    hostname: text,
    type_id: oneOf(0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 99),
    type: text,
    uid: text,
    name: text,
  },
  { required: ["type_id"], others: "ip os domain region" },
);
const file = object(
  { name: text, path: text, type_id: oneOf(0, 1, 2, 3, 4, 5, 6, 7, 8, 99), type: text },
  { required: ["name", "type_id"], others: "hashes owner size uid" },
);
const PROCESS_ENTITY = {
  name: text,
  uid: text,
  pid: whole,
  path: text,
  cmd_line: text,
  created_time: time,
  cpid: text,
} as const;
const processEntity = object(PROCESS_ENTITY, { atLeastOne: ["cmd_line", "name", "path", "pid", "uid", "cpid"] });
const process = object(
  {
    ...PROCESS_ENTITY,
    file,
    user: entity({ type: text, type_id: whole }, { others: "account groups full_name" }),
    container: entity({}, { others: "hash image labels network_driver orchestrator pod_uuid runtime size tag tags" }),
    ancestry: list(processEntity),
    parent_process: { $ref: "#/definitions/process" },
  },
  {
    atLeastOne: ["pid", "uid", "cpid"],
    others:
      "environment_variables integrity integrity_id lineage loaded_modules namespace_pid ptid sandbox session terminated_time tid working_directory xattributes",
  },
);
const EVIDENCE =
  "actor api connection_info database databucket device dst_endpoint email file query resources src_endpoint url user job script";
const evidence = object(
  { name: text, uid: text, data: any, process: { $ref: "#/definitions/process" } },
  {
    atLeastOne: [...EVIDENCE.split(" "), "data", "process"],
    others: `${EVIDENCE} container http_request http_response ja4_fingerprint_list tls verdict verdict_id`,
  },
);
const analytic = entity(
  { type: text, type_id: oneOf(0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 99), version: text },
  { required: ["type_id"], others: "algorithm category desc related_analytics state state_id" },
);
const findingInfo = object(
  {
    uid: text,
    title: text,
    desc: text,
    created_time: time,
    modified_time: time,
    first_seen_time: time,
    last_seen_time: time,
    types: list(text),
    attacks: list(attack),
    analytic,
  },
  {
    required: ["uid"],
    others:
      "attack_graph data_sources kill_chain product product_uid related_analytics related_events related_events_count src_url tags traits uid_alt",
  },
);

const BASE = {
  activity_name: text,
  category_name: text,
  class_name: text,
  count: whole,
  duration: whole,
  end_time: time,
  message: text,
  metadata,
  severity: text,
  severity_id: oneOf(0, 1, 2, 3, 4, 5, 6, 99),
  start_time: time,
  status: text,
  time,
  timezone_offset: whole,
  type_name: text,
  unmapped: { type: "object" },
  device,
} as const;
const BASE_OTHERS = "enrichments observables raw_data raw_data_hash raw_data_size status_code status_detail";
const REQUIRED = ["activity_id", "category_uid", "class_uid", "metadata", "severity_id", "time", "type_uid"];
const definitions = { process };

export const DETECTION_FINDING = {
  definitions,
  ...object(
    {
      ...BASE,
      class_uid: { const: 2004 },
      category_uid: { const: 2 },
      activity_id: oneOf(0, 1, 2, 3, 99),
      type_uid: oneOf(200400, 200401, 200402, 200403, 200499),
      status_id: oneOf(0, 1, 2, 3, 4, 5, 6, 99),
      is_alert: flag,
      finding_info: findingInfo,
      evidences: list(evidence),
    },
    {
      required: [...REQUIRED, "finding_info"],
      others: `${BASE_OTHERS} anomaly_analyses comment confidence confidence_id confidence_score impact impact_id impact_score malware malware_scan_info remediation resources risk_details risk_level risk_level_id risk_score vendor_attributes vulnerabilities`,
    },
  ),
};

const d3fend = object(
  { d3f_tactic: named, d3f_technique: named, version: text },
  { atLeastOne: ["d3f_tactic", "d3f_technique"] },
);

export const REMEDIATION_ACTIVITY = {
  definitions,
  ...object(
    {
      ...BASE,
      class_uid: { const: 7001 },
      category_uid: { const: 7 },
      activity_id: oneOf(0, 1, 2, 3, 4, 5, 99),
      type_uid: oneOf(700100, 700101, 700102, 700103, 700104, 700105, 700199),
      status_id: oneOf(0, 1, 2, 3, 4, 5, 6, 99),
      command_uid: text,
      countermeasures: list(d3fend),
    },
    { required: [...REQUIRED, "command_uid"], others: `${BASE_OTHERS} remediation scan` },
  ),
};
