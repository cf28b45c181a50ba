import type { FieldTable } from "./field.ts";

const NO_GROUPS = "process groups are not sensed";

/** Fields of processes that rules may name and that never have a value here. */
export const NOT_SENSED: FieldTable = {
  "proc.exe_ino.ctime_duration_pidns_start": {
    type: "number",
    lacking: "starts of pid namespaces are not sensed",
    says: "from that change to the start of its pid namespace",
  },
  "proc.loginshellid": {
    type: "number",
    lacking: "login shells are not told apart from others",
    says: "id of the oldest shell among the ancestors",
  },
  "proc.vpid": {
    type: "number",
    lacking: "ids inside of pid namespaces are not sensed",
    says: "id inside of its pid namespace",
  },
  "proc.pvpid": {
    type: "number",
    lacking: "ids inside of pid namespaces are not sensed",
    says: "the parent's id inside of its pid namespace",
  },
  "proc.pgid": { type: "number", lacking: NO_GROUPS, says: "process group" },
  "proc.vpgid": {
    type: "number",
    lacking: NO_GROUPS,
    says: "process group inside of its pid namespace",
  },
  "proc.vpgid.name": {
    type: "text",
    lacking: NO_GROUPS,
    says: "name of the leader of its process group",
  },
  "proc.vpgid.exe": { type: "text", lacking: NO_GROUPS, says: "argv[0] of that leader" },
  "proc.vpgid.exepath": {
    type: "text",
    lacking: NO_GROUPS,
    says: "path of what that leader runs",
  },
  "proc.is_vpgid_leader": {
    type: "bool",
    lacking: NO_GROUPS,
    says: "whether it leads its process group",
  },
  "proc.env": {
    type: "text",
    argument: "name",
    bare: true,
    lacking: "environments hold secrets and are not read",
    says: "environment variables",
  },
  "proc.aenv": {
    type: "text",
    argument: "name",
    bare: true,
    lacking: "environments hold secrets and are not read",
    says: "environment variables of ancestors",
  },
  "proc.fdopencount": { type: "number", lacking: "open descriptors are not counted", says: "open descriptors" },
  "proc.fdlimit": { type: "number", lacking: "limits are not read", says: "most descriptors it may have" },
  "proc.fdusage": {
    type: "number",
    lacking: "open descriptors are not counted",
    says: "share of its descriptors in use",
  },
  "proc.vmsize": {
    type: "number",
    lacking: "sizes are read per workload, not per process",
    says: "virtual memory, KiB",
  },
  "proc.vmrss": {
    type: "number",
    lacking: "sizes are read per workload, not per process",
    says: "resident memory, KiB",
  },
  "proc.nthreads": { type: "number", lacking: "threads are not followed", says: "threads" },
};
