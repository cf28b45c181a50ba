import { CALL_KINDS, EVENT_CODE_LIMIT } from "../core/event-kinds.ts";
import { EVENT_CODES, type EventBase, type SensedEvent } from "../core/event.ts";
import { decodeCall } from "./calls/decode-call.ts";
import { Destinations } from "./decode-destinations.ts";
import { ExecDecoder, u64 } from "./decode-exec.ts";
import { ProcessPlaces } from "./decode-process.ts";
import { StdioDecoder } from "./decode-stdio.ts";
import { StringCache } from "./decode-strings.ts";
import { COMM_BYTES, CONNECT, EXEC, EXIT_RECORD, FORK, HEAD, NAME, RECORD_BYTES } from "./records.ts";
import { walkRecords } from "./ring-records.ts";
import { decodeSequence } from "./sequences/decode-sequence.ts";
import type { Sequences } from "./sequence.ts";

/** By code: whether it is a system call's (bpf/calls.h). */
const IS_CALL: readonly boolean[] = Array.from({ length: EVENT_CODE_LIMIT }, (_, code) =>
  CALL_KINDS.some((kind) => EVENT_CODES[kind] === code),
);

/**
 * Turns records (bpf/swarms.h) into events. Runs in the unprivileged process on bytes from the other
 * side: whatever they are, nothing throws and nothing is read outside of them.
 */
export class RecordDecoder {
  private readonly strings = new StringCache();
  private readonly processes = new ProcessPlaces();
  private readonly execs = new ExecDecoder(this.strings);
  private readonly destinations = new Destinations();
  private readonly stdio = new StdioDecoder();
  private readonly sequences: Sequences | undefined;

  /** `sequences` is told of every record with a whole head. */
  constructor(sequences?: Sequences) {
    this.sequences = sequences;
  }

  /**
   * Calls onEvent for each sound record of a piece of a ring (senses/ring-records.ts), in order. A record of unknown
   * kind or with impossible fields is left out and counted as damaged; a header that cannot be right ends it. A
   * last record that is not all there is not consumed, and not counted.
   */
  decode(records: Uint8Array, onEvent: (event: SensedEvent) => void): { damaged: number; consumed: number } {
    const view = new DataView(records.buffer, records.byteOffset, records.byteLength);
    let damaged = 0;
    const walked = walkRecords(records, (at, size) => {
      const sound = size >= HEAD.bytes && view.getUint16(at + HEAD.size, true) === size;
      if (sound) this.sequences?.take(view.getUint16(at + HEAD.kind, true), u64(view, at + HEAD.seq));
      const event = sound ? this.event(records, view, at, size) : undefined;
      if (event === undefined) damaged++;
      else onEvent(event);
    });
    return { damaged: damaged + walked.damaged, consumed: walked.consumed };
  }

  private event(records: Uint8Array, view: DataView, at: number, size: number): SensedEvent | undefined {
    const code = view.getUint16(at + HEAD.kind, true);
    const actor = this.processes.named(records, view, at + HEAD.pid, at + HEAD.start_ns, at + HEAD.comm, this.strings);
    if (actor === undefined) return undefined;
    // Spread first into each event: V8 copies an object that begins a literal ten times faster than one inside.
    const { ref: process, comm } = actor;
    const atNs = u64(view, at + HEAD.at_ns);
    const tid = view.getUint32(at + HEAD.tid, true);
    const uid = view.getUint32(at + HEAD.uid, true);
    const cgroupId = u64(view, at + HEAD.cgroup_id);
    const cpuCgroupId = u64(view, at + HEAD.cpu_cgroup_id);
    const base: EventBase = { atNs, process, tid, comm, uid, cgroupId, cpuCgroupId };
    if (IS_CALL[code] === true) return decodeCall(code, base, records, view, at, size, this.strings);
    switch (code) {
      case EVENT_CODES.exec:
        return size >= RECORD_BYTES.exec ? this.exec(base, records, view, at, size) : undefined;
      case EVENT_CODES.fork:
        return size === RECORD_BYTES.fork ? this.fork(base, view, at) : undefined;
      case EVENT_CODES.exit: {
        if (size !== RECORD_BYTES.exit) return undefined;
        const status = view.getInt32(at + EXIT_RECORD.status, true);
        return { kind: "exit", atNs, process, tid, comm, uid, cgroupId, cpuCgroupId, status };
      }
      case EVENT_CODES.connect:
        return size === RECORD_BYTES.connect ? this.connect(base, records, view, at) : undefined;
      case EVENT_CODES.name: {
        if (size !== RECORD_BYTES.name) return undefined;
        const name = this.strings.read(records, at + NAME.name, COMM_BYTES);
        return { kind: "name", atNs, process, tid, comm, uid, cgroupId, cpuCgroupId, name };
      }
      case EVENT_CODES.sequence:
        return decodeSequence(base, view, at, size);
      default:
        return undefined;
    }
  }

  // Fields one by one: a copy by "..." costs more than all the rest.
  private exec(
    base: EventBase,
    records: Uint8Array,
    view: DataView,
    at: number,
    size: number,
  ): SensedEvent | undefined {
    // Pid 0 is the kernel itself, which can be a parent and nothing else.
    const parent = this.processes.at(view, at + EXEC.parent_pid, at + EXEC.parent_start_ns, 0);
    const program = this.execs.decode(records, view, at, size);
    if (parent === undefined || program === undefined) return undefined;
    const { atNs, process, tid, comm, uid, cgroupId, cpuCgroupId } = base;
    return {
      kind: "exec",
      atNs,
      process,
      tid: tid ?? 0,
      comm,
      uid,
      cgroupId,
      cpuCgroupId,
      parent,
      path: program.path,
      exe: program.exe,
      ctimeMs: program.ctimeMs,
      mtimeMs: program.mtimeMs,
      cgroup: program.cgroup,
      details: program.details,
      stdio: this.stdio.at(records, view, at + EXEC.stdio),
    };
  }

  private fork(base: EventBase, view: DataView, at: number): SensedEvent | undefined {
    const child = this.processes.at(view, at + FORK.child_pid, at + FORK.child_start_ns);
    if (child === undefined) return undefined;
    const { atNs, process, tid, comm, uid, cgroupId, cpuCgroupId } = base;
    const flags = u64(view, at + FORK.clone_flags);
    return { kind: "fork", atNs, process, tid: tid ?? 0, comm, uid, cgroupId, cpuCgroupId, child, flags };
  }

  private connect(base: EventBase, records: Uint8Array, view: DataView, at: number): SensedEvent | undefined {
    const destination = this.destinations.at(records, view, at + CONNECT.family, at + CONNECT.address);
    if (destination === undefined) return undefined;
    const { atNs, process, tid, comm, uid, cgroupId, cpuCgroupId } = base;
    const { family, address } = destination;
    const to = { address, port: view.getUint16(at + CONNECT.port, true) };
    const protocol = view.getUint32(at + CONNECT.protocol, true);
    return {
      kind: "connect",
      atNs,
      process,
      tid: tid ?? 0,
      comm,
      uid,
      cgroupId,
      cpuCgroupId,
      family,
      to,
      protocol,
    };
  }
}
