import { ok, type ErrorCode, type Result } from "../../core/errors.ts";
import type { CallKind, EventKind } from "../../core/event-kinds.ts";
import { loadConfig, openBuiltObject } from "../../kernel/bpf-object-built.ts";
import type { BpfObject } from "../../kernel/bpf-object.ts";
import type { CgroupLayout } from "../../kernel/cgroup-layout.ts";

/** What one process wrote to regular files since the last look. */
export interface WriteCount {
  readonly pid: number;
  /** Start time in clock ticks since boot, as in ProcessRef. */
  readonly startTicks: number;
  readonly comm: string;
  readonly uid: number;
  readonly cgroupId: number;
  readonly cpuCgroupId: number;
  readonly calls: number;
  readonly bytes: number;
  readonly truncations: number;
}

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
  onTrouble(code: ErrorCode, says: string): void;
}

/** Loads the programs; nothing is attached before want(). SW-NO-LIBBPF, SW-BPF-LOAD. */
export function startCallSense(options: CallSenseOptions): Result<CallSense> {
  const opened = openBuiltObject("probe");
  if (!opened.ok) return opened;
  const object = opened.value;
  loadConfig(options.layout, { ringBytes: options.ringBytes });
  return ok({
    want: () => undefined,
    counts: () => ({}),
    lost: () => ({}),
    merged: () => ({}),
    writes: () => [],
    attached: () => [],
    object,
    close: () => object.close(),
  });
}
