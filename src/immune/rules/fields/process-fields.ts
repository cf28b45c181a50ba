import type { ProcessRecord } from "../../../core/agent.ts";
import { argsOf, cmdlineOf, exelineOf, exeOf, exePathOf } from "./command-line.ts";
import { capabilityNames } from "./capabilities.ts";
import { NOT_SENSED } from "./process-fields-lacking.ts";
import { ancestor, type Facts, type FieldTable, type FieldValue, MAX_ANCESTORS, ofAncestors } from "./field.ts";

const NS_PER_TICK = 1e7;

function own(get: (record: ProcessRecord) => FieldValue): (facts: Facts) => FieldValue {
  return ({ process }) => (process === undefined ? undefined : get(process));
}

function parents(get: (record: ProcessRecord) => FieldValue): (facts: Facts) => FieldValue {
  return (facts) => {
    const record = ancestor(facts, 1);
    return record === undefined ? undefined : get(record);
  };
}

/** Who leads the session, where that is one of the line. */
function sessionLeader(facts: Facts): ProcessRecord | undefined {
  const sid = facts.process?.details?.sid;
  if (sid === undefined) return undefined;
  let record = facts.process;
  for (let i = 0; i < MAX_ANCESTORS && record !== undefined; i++) {
    if (pidOf(record) === sid) return record;
    record = facts.processes.get(record.parent);
  }
  return undefined;
}

function pidOf(record: ProcessRecord): number | undefined {
  const found = /^p:(\d+)@/.exec(record.key)?.[1];
  return found === undefined ? undefined : Number(found);
}

function startNs(record: ProcessRecord): number | undefined {
  const ticks = /@(\d+)$/.exec(record.key)?.[1];
  return ticks === undefined ? undefined : Number(ticks) * NS_PER_TICK;
}

function ageNs(facts: Facts, record: ProcessRecord): number | undefined {
  const start = startNs(record);
  return start === undefined ? undefined : Math.max(0, facts.event.atNs - start);
}

/** As of the event, whose own time is that of its batch to some milliseconds. */
function sinceEpochNs(facts: Facts, record: ProcessRecord): number | undefined {
  const age = ageNs(facts, record);
  return age === undefined ? undefined : facts.wallMs * 1e6 - age;
}

/** Of a program that begins: what it was given as one of its first three descriptors, as fd.type has it. */
function standard(which: 0 | 1 | 2): (facts: Facts) => string | undefined {
  return ({ event }) => {
    const fd = event.kind === "exec" ? event.stdio?.fds[which] : undefined;
    if (fd === undefined || fd.type === "closed") return undefined;
    if (fd.type === "device") return "file";
    return fd.type === "socket" && fd.family !== "" ? fd.family : fd.type;
  };
}

const fromExec = "known only for the exec itself";

/** Fields of the process that acted and of those it comes from. */
export const PROCESS_FIELDS: FieldTable = {
  "proc.pid": { type: "number", get: ({ event }) => event.process.pid, says: "id of the process" },
  "proc.name": {
    type: "text",
    get: ({ process, event }) => process?.comm ?? event.comm,
    says: "its name (comm), which it may choose itself",
  },
  "proc.exe": { type: "text", get: own(exeOf), says: "argv[0], as the caller typed it" },
  "proc.exepath": { type: "text", get: own(exePathOf), says: "path of what runs, resolved by the kernel" },
  "proc.args": { type: "text", get: own(argsOf), says: "arguments without argv[0], joined by blanks" },
  "proc.cmdline": { type: "text", get: own(cmdlineOf), says: "name and arguments" },
  "proc.exeline": { type: "text", get: own(exelineOf), says: "argv[0] and arguments" },
  "proc.cmdnargs": {
    type: "number",
    get: own(({ details }) => details && Math.max(0, details.argv.length - 1)),
    says: "number of arguments",
  },
  "proc.cmdlenargs": {
    type: "number",
    get: own(({ details }) => details?.argv.slice(1).reduce((sum, arg) => sum + arg.length, 0)),
    says: "characters of all arguments",
  },
  "proc.cwd": {
    type: "text",
    get: own(({ details }) => withSlash(details?.cwd)),
    says: "working directory at exec, with a slash at the end",
  },
  "proc.tty": { type: "number", get: own(({ details }) => details?.tty), says: "controlling terminal, 0 where none" },
  "proc.ppid": { type: "number", get: parents(pidOf), says: "id of the parent" },
  "proc.pname": { type: "text", get: parents(({ comm }) => comm), says: "name of the parent" },
  "proc.pexe": { type: "text", get: parents(exeOf), says: "argv[0] of the parent" },
  "proc.pexepath": { type: "text", get: parents(exePathOf), says: "path of what the parent runs" },
  "proc.pcmdline": { type: "text", get: parents(cmdlineOf), says: "name and arguments of the parent" },
  "proc.aname": {
    type: "text",
    argument: "index",
    bare: true,
    get: ofAncestors(({ comm }) => comm),
    says: "name of an ancestor; without a number, of any",
  },
  "proc.aexe": { type: "text", argument: "index", bare: true, get: ofAncestors(exeOf), says: "argv[0] of an ancestor" },
  "proc.aexepath": {
    type: "text",
    argument: "index",
    bare: true,
    get: ofAncestors(exePathOf),
    says: "path of what an ancestor runs",
  },
  "proc.acmdline": {
    type: "text",
    argument: "index",
    bare: true,
    get: ofAncestors(cmdlineOf),
    says: "name and arguments of an ancestor",
  },
  "proc.aargs": {
    type: "text",
    argument: "index",
    bare: true,
    get: ofAncestors(argsOf),
    says: "arguments of an ancestor",
  },
  "proc.apid": {
    type: "number",
    argument: "index",
    bare: true,
    get: ofAncestors((record) => pidOf(record)?.toString()),
    says: "id of an ancestor; without a number, of any",
  },
  "proc.sid": { type: "number", get: own(({ details }) => details?.sid), says: "session id" },
  "proc.sname": { type: "text", get: (facts) => sessionLeader(facts)?.comm, says: "name of the session's leader" },
  "proc.sid.exe": {
    type: "text",
    get: (facts) => mapped(sessionLeader(facts), exeOf),
    says: "argv[0] of the session's leader",
  },
  "proc.sid.exepath": {
    type: "text",
    get: (facts) => mapped(sessionLeader(facts), exePathOf),
    says: "path of what the session's leader runs",
  },
  "proc.is_sid_leader": {
    type: "bool",
    get: own((record) => record.details && record.details.sid === pidOf(record)),
    says: "whether it leads its session",
  },
  "proc.duration": {
    type: "number",
    get: (facts) => mapped(facts.process, (record) => ageNs(facts, record)),
    says: "age in nanoseconds",
  },
  "proc.ppid.duration": {
    type: "number",
    get: (facts) => mapped(ancestor(facts, 1), (record) => ageNs(facts, record)),
    says: "age of the parent in nanoseconds",
  },
  "proc.pid.ts": {
    type: "number",
    get: (facts) => mapped(facts.process, (record) => sinceEpochNs(facts, record)),
    says: "start, nanoseconds since 1970",
  },
  "proc.ppid.ts": {
    type: "number",
    get: (facts) => mapped(ancestor(facts, 1), (record) => sinceEpochNs(facts, record)),
    says: "the parent's start, nanoseconds since 1970",
  },
  "proc.stdin.type": { type: "text", get: standard(0), says: `what standard input is; ${fromExec}` },
  "proc.stdout.type": { type: "text", get: standard(1), says: `what standard output is; ${fromExec}` },
  "proc.stderr.type": { type: "text", get: standard(2), says: `what standard error is; ${fromExec}` },
  "proc.is_exe_upper_layer": {
    type: "bool",
    get: own(({ details }) => details?.traits.upperLayer),
    says: "what runs is not of its container's image",
  },
  "proc.is_exe_lower_layer": {
    type: "bool",
    get: own(({ details, container }) => details && container !== undefined && !details.traits.upperLayer),
    says: "what runs is of its container's image",
  },
  "proc.is_exe_from_memfd": {
    type: "bool",
    get: own(({ details }) => details?.traits.memfd),
    says: "what runs has no file (memfd_create)",
  },
  "proc.is_exe_writable": {
    type: "bool",
    get: own(exeIsWritable),
    says: "whether its user may change what runs; known for root and memfd",
  },
  "proc.exe_ino": { type: "number", get: own((record) => inodeOf(record)), says: "inode of what runs" },
  "proc.exe_ino.ctime": {
    type: "number",
    get: ({ event }) => (event.kind === "exec" ? event.ctimeMs * 1e6 : undefined),
    says: `change time of what runs, nanoseconds since 1970; ${fromExec}`,
  },
  "proc.exe_ino.mtime": {
    type: "number",
    get: ({ event }) => (event.kind === "exec" ? event.mtimeMs * 1e6 : undefined),
    says: `modification time of what runs; ${fromExec}`,
  },
  "proc.exe_ino.ctime_duration_proc_start": {
    type: "number",
    get: (facts) => (facts.event.kind === "exec" ? Math.max(0, (facts.wallMs - facts.event.ctimeMs) * 1e6) : undefined),
    says: `from that change to the start, nanoseconds; ${fromExec}`,
  },
  ...NOT_SENSED,
  "thread.tid": { type: "number", get: ({ event }) => event.tid, says: "id of the thread that acted" },
  "thread.ismain": {
    type: "bool",
    get: ({ event }) => event.tid === undefined || event.tid === event.process.pid,
    says: "whether that is the first thread",
  },
  "thread.cap_effective": {
    type: "text",
    get: own(({ details }) => details && capabilityNames(details.credentials.caps.effective)),
    says: "effective capabilities at exec",
  },
  "thread.cap_permitted": {
    type: "text",
    get: own(({ details }) => details && capabilityNames(details.credentials.caps.permitted)),
    says: "permitted capabilities at exec",
  },
  "thread.cap_inheritable": {
    type: "text",
    get: own(({ details }) => details && capabilityNames(details.credentials.caps.inheritable)),
    says: "inheritable capabilities at exec",
  },
};

function mapped(record: ProcessRecord | undefined, get: (record: ProcessRecord) => FieldValue): FieldValue {
  return record === undefined ? undefined : get(record);
}

function withSlash(path: string | undefined): string | undefined {
  if (path === undefined || path === "") return undefined;
  return path.endsWith("/") ? path : `${path}/`;
}

/** Whoever has CAP_FOWNER or CAP_DAC_OVERRIDE may change it anyway; of a memfd its maker may. */
export function exeIsWritable({ details }: ProcessRecord): boolean | undefined {
  if (details === undefined) return undefined;
  if (details.credentials.euid === 0 || details.traits.memfd) return true;
  return undefined;
}

function inodeOf({ exe }: ProcessRecord): number | undefined {
  const found = /^f:\d+:(\d+)$/.exec(exe)?.[1];
  return found === undefined ? undefined : Number(found);
}
