import { failed, ok, type ErrorCode, type Result } from "../../core/errors.ts";
import { CALL_KINDS, EVENT_CODES, type CallKind, type EventKind } from "../../core/event-kinds.ts";
import { loadConfig, openBuiltObject } from "../../kernel/bpf-object-built.ts";
import type { BpfObject } from "../../kernel/bpf-object.ts";
import type { CgroupLayout } from "../../kernel/cgroup-layout.ts";
import type { Mapping } from "../../kernel/mmap.ts";
import { COUNTERS } from "../records.ts";
import { writeTable, writeWants } from "./call-control.ts";
import { CALL_TABLE, kindsOf, type SensedKind } from "./call-table.ts";
import { CONTROL } from "./records.ts";
import { drainWrites, type WriteCount } from "./write-counts.ts";

export type { WriteCount } from "./write-counts.ts";

export interface CallSense {
  /** Attaches what these kinds need and nothing else; may be called at any time. */
  want(kinds: readonly (CallKind | "writes")[]): void;
  /** Made since start by kind, lost ones included, merged ones not. */
  counts(): Partial<Record<EventKind, number>>;
  /** Of these, how many found the ring full. */
  lost(): Partial<Record<EventKind, number>>;
  /** Identical opens that were counted instead of told. */
  merged(): Partial<Record<EventKind, number>>;
  /** Drained: what was written since the last call. */
  writes(): readonly WriteCount[];
  attached(): readonly string[];
  readonly object: BpfObject;
  close(): void;
}

export interface CallSenseOptions {
  /** The ring of the events object, which this one shares. */
  readonly ringFd: number;
  readonly ringBytes: number;
  readonly layout: CgroupLayout;
  /** The table of counts by group to share; one of its own where left out. */
  readonly groupsFd?: number;
  onTrouble(code: ErrorCode, says: string): void;
}

const RETURNED = "on_sys_exit";
/** By the names that the tracepoint has had, the newest first. */
const SUBMITTED = ["on_uring_req", "on_uring_sqe"] as const;
const URING_KINDS = new Set<SensedKind>(CALL_TABLE.filter(({ uring }) => uring !== undefined).flatMap(kindsOf));
URING_KINDS.delete("writes");

/** Loads the programs; nothing is attached before want(). SW-NO-LIBBPF, SW-BPF-LOAD. */
export function startCallSense(options: CallSenseOptions): Result<CallSense> {
  const loaded = loadNewest(options);
  if (!loaded.ok) return loaded;
  const { object, uring } = loaded.value;
  const counters = object.map(".bss").map("read");
  const control = object.map(".data.calls").map("write");
  if (!counters.ok || !control.ok) {
    for (const mapping of [counters, control]) if (mapping.ok) mapping.value.unmap();
    object.close();
    return failed("SW-BPF-LOAD", "the tables of the call programs cannot be mapped");
  }
  return ok(new RunningCalls(options, { object, uring, counters: counters.value, control: control.value }));
}

/** The tracepoint of io_uring has changed its name, and a kernel may have none: a program for one that is not there fails the whole object. */
function loadNewest(options: CallSenseOptions): Result<{ object: BpfObject; uring: string | undefined }> {
  for (const uring of SUBMITTED) {
    const loaded = load([RETURNED, uring], options);
    if (loaded.ok) return ok({ object: loaded.value, uring });
    if (loaded.code === "SW-NO-LIBBPF") return loaded;
  }
  const loaded = load([RETURNED], options);
  if (!loaded.ok) return loaded;
  options.onTrouble("SW-BPF-LOAD", "requests to an io_uring are not seen: this kernel has no tracepoint for them");
  return ok({ object: loaded.value, uring: undefined });
}

function load(programs: readonly string[], options: CallSenseOptions): Result<BpfObject> {
  const opened = openBuiltObject("calls");
  if (!opened.ok) return opened;
  const object = opened.value;
  object.want(programs);
  object.setConstants(loadConfig(options.layout, { ringBytes: options.ringBytes }));
  const shared = [object.reuseMap("ring", options.ringFd)];
  if (options.groupsFd !== undefined) shared.push(object.reuseMap("groups", options.groupsFd));
  const loaded = shared.find((result) => !result.ok) ?? object.load();
  if (loaded.ok) return ok(object);
  object.close();
  return loaded;
}

interface Parts {
  readonly object: BpfObject;
  readonly uring: string | undefined;
  readonly counters: Mapping;
  readonly control: Mapping;
}

type Counts = Partial<Record<EventKind, number>>;

class RunningCalls implements CallSense {
  readonly object: BpfObject;
  private readonly options: CallSenseOptions;
  private readonly parts: Parts;
  private closed = false;
  private countsWrites = false;
  /** Kept for those who ask after the end. */
  private last: { made: Counts; lost: Counts; merged: Counts } = { made: {}, lost: {}, merged: {} };

  constructor(options: CallSenseOptions, parts: Parts) {
    this.object = parts.object;
    this.options = options;
    this.parts = parts;
    writeTable(this.control());
  }

  want(kinds: readonly SensedKind[]): void {
    if (this.closed) return;
    const wants = new Set(kinds);
    writeWants(this.control(), wants, process.arch);
    this.attach(RETURNED, wants.size > 0);
    if (this.parts.uring !== undefined)
      this.attach(
        this.parts.uring,
        kinds.some((kind) => URING_KINDS.has(kind)),
      );
    this.countsWrites = wants.has("writes");
  }

  counts(): Counts {
    return this.read().made;
  }

  lost(): Counts {
    return this.read().lost;
  }

  merged(): Counts {
    return this.read().merged;
  }

  writes(): readonly WriteCount[] {
    return this.closed || !this.countsWrites ? [] : drainWrites(this.object.map("writes"));
  }

  attached(): readonly string[] {
    return this.closed ? [] : this.object.attached;
  }

  close(): void {
    if (this.closed) return;
    this.object.detach();
    this.read();
    this.closed = true;
    this.parts.counters.unmap();
    this.parts.control.unmap();
    this.object.close();
  }

  private attach(program: string, wanted: boolean): void {
    if (wanted === this.object.attached.includes(program)) return;
    if (!wanted) return this.object.detachProgram(program);
    const attached = this.object.attach(program);
    if (!attached.ok) this.options.onTrouble(attached.code, `system calls: ${attached.says}`);
  }

  private control(): Uint8Array {
    return new Uint8Array(this.parts.control.memory ?? new ArrayBuffer(CONTROL.bytes), 0, CONTROL.bytes);
  }

  private read(): { made: Counts; lost: Counts; merged: Counts } {
    const { counters, control } = this.parts;
    if (this.closed || counters.memory === undefined || control.memory === undefined) return this.last;
    const counts = new BigUint64Array(counters.memory, 0, COUNTERS.bytes / 8);
    const merged = new BigUint64Array(control.memory, 0, CONTROL.rows / 8);
    const by = (words: BigUint64Array, offset: number): Counts =>
      Object.fromEntries(CALL_KINDS.map((kind) => [kind, Number(Atomics.load(words, offset / 8 + EVENT_CODES[kind]))]));
    this.last = {
      made: by(counts, COUNTERS.made),
      lost: by(counts, COUNTERS.lost),
      merged: by(merged, CONTROL.merged),
    };
    return this.last;
  }
}
