import type { FieldTable } from "./field.ts";

const NO_GROUPS = "process groups are not sensed";
const NO_RUNTIME = "container runtimes are not asked";
const NO_NAMES = "of the first three descriptors only the types are told";
const NO_TIMES = "CPU time is read per workload, not per thread";
const NO_FAULTS = "page faults are read per workload, not per thread";
const NO_SIZES = "sizes are read per workload, not per thread";
const NO_CONTROLLERS = "groups are not told by controller";

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
  "proc.nchilds": { type: "number", lacking: "threads are not followed", says: "threads without the first" },
  "proc.vmswap": {
    type: "number",
    lacking: "sizes are read per workload, not per process",
    says: "swapped memory, KiB",
  },
  "proc.pidns_init_start_ts": {
    type: "number",
    lacking: "starts of pid namespaces are not sensed",
    says: "start of its pid namespace, nanoseconds since 1970",
  },
  "proc.stdin.name": { type: "text", lacking: NO_NAMES, says: "name of its standard input" },
  "proc.stdout.name": { type: "text", lacking: NO_NAMES, says: "name of its standard output" },
  "proc.stderr.name": { type: "text", lacking: NO_NAMES, says: "name of its standard error" },
  "proc.pgid.name": { type: "text", lacking: NO_GROUPS, says: "name of the leader of its process group" },
  "proc.pgid.exe": { type: "text", lacking: NO_GROUPS, says: "argv[0] of that leader" },
  "proc.pgid.exepath": { type: "text", lacking: NO_GROUPS, says: "path of what that leader runs" },
  "proc.is_pgid_leader": { type: "bool", lacking: NO_GROUPS, says: "whether it leads its process group" },
  "proc.is_container_healthcheck": { type: "bool", lacking: NO_RUNTIME, says: "whether it is a health check" },
  "proc.is_container_liveness_probe": { type: "bool", lacking: NO_RUNTIME, says: "whether it is a liveness probe" },
  "proc.is_container_readiness_probe": { type: "bool", lacking: NO_RUNTIME, says: "whether it is a readiness probe" },
  "thread.vtid": {
    type: "number",
    lacking: "ids inside of pid namespaces are not sensed",
    says: "id of the thread inside of its pid namespace",
  },
  "thread.exectime": { type: "number", lacking: NO_TIMES, says: "CPU time of the last turn, nanoseconds" },
  "thread.totexectime": { type: "number", lacking: NO_TIMES, says: "CPU time of the thread, nanoseconds" },
  "thread.cpu": { type: "number", lacking: NO_TIMES, says: "CPU time in the last second" },
  "thread.cpu.user": { type: "number", lacking: NO_TIMES, says: "the part of it outside of the kernel" },
  "thread.cpu.system": { type: "number", lacking: NO_TIMES, says: "the part of it in the kernel" },
  "thread.pfmajor": { type: "number", lacking: NO_FAULTS, says: "page faults that needed a disk" },
  "thread.pfminor": { type: "number", lacking: NO_FAULTS, says: "other page faults" },
  "thread.vmsize": { type: "number", lacking: NO_SIZES, says: "virtual memory, KiB" },
  "thread.vmrss": { type: "number", lacking: NO_SIZES, says: "resident memory, KiB" },
  "thread.cgroups": { type: "text", lacking: NO_CONTROLLERS, says: "its groups of all controllers" },
  "thread.cgroup": {
    type: "text",
    argument: "name",
    lacking: NO_CONTROLLERS,
    says: "its group of one controller, such as thread.cgroup.cpu",
  },
};
