import { ACCOUNT_FIELDS } from "./account-fields.ts";
import { EVENT_FIELDS } from "./event-fields.ts";
import { FD_FIELDS } from "./fd-fields.ts";
import type { FieldSpec, FieldTable } from "./field.ts";
import { FS_PATH_FIELDS } from "./fs-path-fields.ts";
import { PROCESS_FIELDS } from "./process-fields.ts";

/** Every field that a condition or an output may name. */
export const FIELDS: FieldTable = {
  ...EVENT_FIELDS,
  ...PROCESS_FIELDS,
  ...FD_FIELDS,
  ...FS_PATH_FIELDS,
  ...ACCOUNT_FIELDS,
};

/** Fields whose last part is free: evt.arg.flags is evt.arg with "flags" in brackets. */
const OPEN_ENDED = [
  "evt.arg",
  "evt.rawarg",
  "evt.type.is",
  "evt.abspath",
  "k8s.pod.label",
  "k8s.ns.label",
  "k8s.rc.label",
  "k8s.rs.label",
  "k8s.svc.label",
  "k8s.deployment.label",
  "container.label",
  "thread.cgroup",
] as const;

export interface FieldUse {
  readonly name: string;
  readonly spec: FieldSpec;
  readonly argument: string;
}

/** A field as it is written, with or without brackets; undefined where there is none of that name. */
export function fieldNamed(name: string, argument?: string): FieldUse | undefined {
  const spec = Object.hasOwn(FIELDS, name) ? FIELDS[name] : undefined;
  if (spec !== undefined) return { name, spec, argument: argument ?? "" };
  const start = OPEN_ENDED.find((each) => name.startsWith(`${each}.`));
  const open = start === undefined ? undefined : FIELDS[start];
  if (start === undefined || open === undefined || argument !== undefined) return undefined;
  return { name: start, spec: open, argument: name.slice(start.length + 1) };
}
