import type { ProcessRef } from "../core/entity.ts";
import { EVENT_CODES, type EventBase, type SensedEvent } from "../core/event.ts";
import { destination } from "./decode-address.ts";
import { StringCache } from "./decode-strings.ts";
import {
  COMM_BYTES,
  CONNECT,
  EXEC,
  EXIT_RECORD,
  FORK,
  HEAD,
  PATH_BYTES,
  RECORD_BYTES,
  type FixedKind,
} from "./records.ts";
import { walkRecords } from "./ring-records.ts";
import type { Sequences } from "./sequence.ts";

/** Clock ticks of /proc (USER_HZ) are 10 ms on every architecture that Node runs on. */
const TICK_NS = 10_000_000;
/** 2^32 ns are so many whole ticks and a rest. */
const WHOLE_TICKS = Math.floor(2 ** 32 / TICK_NS);
const REST_NS = 2 ** 32 % TICK_NS;
const PID_MAX = 2 ** 22;

const FIXED = Object.keys(RECORD_BYTES) as FixedKind[];
const KIND_OF: readonly (FixedKind | undefined)[] = Array.from({ length: 8 }, (_, code) =>
  FIXED.find((kind) => EVENT_CODES[kind] === code),
);

/**
 * Turns records (bpf/swarms.h) into events. Runs in the unprivileged process on bytes from the other
 * side: whatever they are, nothing throws and nothing is read outside of them.
 */
export class RecordDecoder {
  private readonly strings = new StringCache();
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
    const kind = KIND_OF[view.getUint16(at + HEAD.kind, true)];
    if (kind === undefined || size !== RECORD_BYTES[kind]) return undefined;
    const process = processAt(view, at + HEAD.pid, at + HEAD.start_ns);
    if (process === undefined) return undefined;
    const base: EventBase = {
      atNs: u64(view, at + HEAD.at_ns),
      process,
      tid: view.getUint32(at + HEAD.tid, true),
      comm: this.strings.read(records, at + HEAD.comm, COMM_BYTES),
      uid: view.getUint32(at + HEAD.uid, true),
      cgroupId: u64(view, at + HEAD.cgroup_id),
      cpuCgroupId: u64(view, at + HEAD.cpu_cgroup_id),
    };
    if (kind === "exec") return this.exec(base, records, view, at);
    if (kind === "fork") {
      const child = processAt(view, at + FORK.child_pid, at + FORK.child_start_ns);
      return child && { kind, ...base, child };
    }
    if (kind === "exit") return { kind, ...base, status: view.getInt32(at + EXIT_RECORD.status, true) };
    const to = destination(
      view.getUint16(at + CONNECT.family, true),
      records.subarray(at + CONNECT.address, at + CONNECT.address + 16),
      view.getUint16(at + CONNECT.port, true),
    );
    return to && { kind, ...base, ...to };
  }

  private exec(base: EventBase, records: Uint8Array, view: DataView, at: number): SensedEvent | undefined {
    const parent = processAt(view, at + EXEC.parent_pid, at + EXEC.parent_start_ns, 0);
    if (parent === undefined) return undefined;
    return {
      kind: "exec",
      ...base,
      parent,
      path: this.strings.read(records, at + EXEC.path, PATH_BYTES),
      exe: { dev: view.getUint32(at + EXEC.dev, true), ino: u64(view, at + EXEC.ino) },
      ctimeMs: timeMs(view, at + EXEC.ctime_s, at + EXEC.ctime_ns),
      mtimeMs: timeMs(view, at + EXEC.mtime_s, at + EXEC.mtime_ns),
    };
  }
}

/** Pid 0 is the kernel itself, which can be a parent and nothing else. A start later than 146 years after boot is none. */
function processAt(view: DataView, pidAt: number, startAt: number, minPid = 1): ProcessRef | undefined {
  const pid = view.getUint32(pidAt, true);
  const high = view.getUint32(startAt + 4, true);
  if (pid < minPid || pid > PID_MAX || high >= 2 ** 30) return undefined;
  // floor(ns / TICK_NS) from its two halves: as one double, nanoseconds are exact for 104 days only.
  const rest = Math.floor((high * REST_NS + view.getUint32(startAt, true)) / TICK_NS);
  return { pid, startTicks: high * WHOLE_TICKS + rest };
}

/** As a double, rounded as C would: inode numbers above 2^53 come out as in node:fs. */
function u64(view: DataView, at: number): number {
  return view.getUint32(at + 4, true) * 2 ** 32 + view.getUint32(at, true);
}

function timeMs(view: DataView, secondsAt: number, nanosAt: number): number {
  const seconds = view.getInt32(secondsAt + 4, true) * 2 ** 32 + view.getUint32(secondsAt, true);
  return seconds * 1000 + Math.floor(view.getUint32(nanosAt, true) / 1e6);
}
