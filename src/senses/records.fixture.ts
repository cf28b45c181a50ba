import { EVENT_CODES } from "../core/event.ts";
import { COMM_BYTES, CONNECT, EXEC, EXEC_ARGV_CUT, EXIT_RECORD, FORK, HEAD, NAME, STDIO } from "./records.ts";
import { ringRegion } from "./ring-records.fixture.ts";

export interface FixtureHead {
  pid?: number;
  startNs?: bigint;
  atNs?: bigint;
  seq?: bigint;
  comm?: string;
  uid?: number;
  cgroupId?: bigint;
  cpuCgroupId?: bigint;
}

type Code = (typeof EVENT_CODES)[keyof typeof EVENT_CODES];

function begin(kind: Code, bytes: number, head: FixtureHead): DataView {
  const view = new DataView(new ArrayBuffer(bytes));
  view.setUint16(HEAD.kind, kind, true);
  view.setUint16(HEAD.size, bytes, true);
  view.setUint32(HEAD.pid, head.pid ?? 100, true);
  view.setBigUint64(HEAD.at_ns, head.atNs ?? 5_000_000_000n, true);
  view.setBigUint64(HEAD.seq, head.seq ?? 0n, true);
  view.setBigUint64(HEAD.cgroup_id, head.cgroupId ?? 1n, true);
  view.setBigUint64(HEAD.cpu_cgroup_id, head.cpuCgroupId ?? 1n, true);
  view.setBigUint64(HEAD.start_ns, head.startNs ?? 1_230_000_000n, true);
  text(view, HEAD.comm, head.comm ?? "test", COMM_BYTES);
  view.setUint32(HEAD.uid, head.uid ?? 0, true);
  return view;
}

function text(view: DataView, at: number, value: string, max: number): void {
  const bytes = Buffer.from(value, "latin1").subarray(0, max - 1);
  new Uint8Array(view.buffer).set(bytes, at);
}

function done(view: DataView): Uint8Array {
  return ringRegion([new Uint8Array(view.buffer)]);
}

/** Records as the kernel would write them, behind the ring's header, for tests. Text is taken byte by byte (latin1). */
export function execRecord(
  head: FixtureHead,
  fields: {
    parentPid?: number;
    parentStartNs?: bigint;
    dev?: number;
    ino?: bigint;
    path?: string;
    ctimeNs?: bigint;
    exePath?: string;
    cwd?: string;
    interpreter?: string;
    cgroup?: string;
    argv?: readonly string[];
    argvCut?: boolean;
    traits?: number;
    /** Type (S_IFMT >> 12), object and family of each; of the first IP socket its state and other end. */
    stdio?: readonly { type: number; object: bigint; family?: number }[];
    socket?: { state: number; family: number; address: readonly number[]; port: number; localPort: number };
  } = {},
): Uint8Array {
  const texts = [
    fields.path ?? "/bin/true",
    fields.exePath ?? "",
    fields.cwd ?? "",
    fields.interpreter ?? "",
    fields.cgroup ?? "",
    (fields.argv ?? []).map((argument) => `${argument}\0`).join(""),
  ].map((value) => Buffer.from(value, "latin1"));
  const all = Buffer.concat(texts);
  const view = begin(EVENT_CODES.exec, (EXEC.bytes + all.length + 7) & ~7, head);
  texts.forEach((bytes, at) => view.setUint16(EXEC.path_len + 2 * at, bytes.length, true));
  new Uint8Array(view.buffer).set(all, EXEC.bytes);
  view.setUint32(EXEC.flags, (fields.traits ?? 0) | (fields.argvCut ? EXEC_ARGV_CUT : 0), true);
  view.setUint32(EXEC.parent_pid, fields.parentPid ?? 1, true);
  view.setBigUint64(EXEC.parent_start_ns, fields.parentStartNs ?? 10_000_000n, true);
  view.setUint32(EXEC.dev, fields.dev ?? 0, true);
  view.setBigUint64(EXEC.ino, fields.ino ?? 0n, true);
  fields.stdio?.forEach(({ type, object, family = 0 }, fd) => {
    view.setUint8(EXEC.stdio + STDIO.type + fd, type);
    view.setUint8(EXEC.stdio + STDIO.family + fd, family);
    view.setBigUint64(EXEC.stdio + STDIO.object + 8 * fd, object, true);
  });
  if (fields.socket !== undefined) {
    view.setUint8(EXEC.stdio + STDIO.socket_state, fields.socket.state);
    view.setUint8(EXEC.stdio + STDIO.remote_family, fields.socket.family);
    view.setUint16(EXEC.stdio + STDIO.local_port, fields.socket.localPort, true);
    view.setUint16(EXEC.stdio + STDIO.remote_port, fields.socket.port, true);
    new Uint8Array(view.buffer).set(fields.socket.address, EXEC.stdio + STDIO.remote);
  }
  const ctimeNs = fields.ctimeNs ?? 0n;
  view.setBigInt64(EXEC.ctime_s, ctimeNs / 1_000_000_000n, true);
  view.setUint32(EXEC.ctime_ns, Number(ctimeNs % 1_000_000_000n), true);
  return done(view);
}

export function forkRecord(head: FixtureHead, childPid: number, childStartNs: bigint, flags = 0n): Uint8Array {
  const view = begin(EVENT_CODES.fork, FORK.bytes, head);
  view.setBigUint64(FORK.clone_flags, flags, true);
  view.setUint32(FORK.child_pid, childPid, true);
  view.setBigUint64(FORK.child_start_ns, childStartNs, true);
  return done(view);
}

export function exitRecord(head: FixtureHead, status: number): Uint8Array {
  const view = begin(EVENT_CODES.exit, EXIT_RECORD.bytes, head);
  view.setInt32(EXIT_RECORD.status, status, true);
  return done(view);
}

export function nameRecord(head: FixtureHead, name: string): Uint8Array {
  const view = begin(EVENT_CODES.name, NAME.bytes, head);
  text(view, NAME.name, name, COMM_BYTES);
  return done(view);
}

export function connectRecord(
  head: FixtureHead,
  family: number,
  address: readonly number[],
  port: number,
  protocol = 0,
): Uint8Array {
  const view = begin(EVENT_CODES.connect, CONNECT.bytes, head);
  view.setUint16(CONNECT.family, family, true);
  view.setUint16(CONNECT.port, port, true);
  view.setUint32(CONNECT.protocol, protocol, true);
  new Uint8Array(view.buffer).set(address, CONNECT.address);
  return done(view);
}
