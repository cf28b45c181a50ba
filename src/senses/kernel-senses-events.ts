import { failed, ok, type ErrorCode, type Result } from "../core/errors.ts";
import { EVENT_CODES, type EventKind } from "../core/event.ts";
import { noEvents } from "../core/event-kinds.ts";
import type { BpfObject } from "../kernel/bpf-object.ts";
import type { CgroupLayout } from "../kernel/cgroup-layout.ts";
import type { Mapping } from "../kernel/mmap.ts";
import { RingReader } from "../kernel/ring-reader.ts";
import { loadConfig, openBuiltObject } from "../kernel/bpf-object-built.ts";
import { COUNTERS, type FixedKind } from "./records.ts";

/** Programs of events.bpf.c by kind, and where each is attached. */
const PROGRAMS: Readonly<
  Record<FixedKind, { readonly names: readonly string[]; readonly at: "tracepoint" | "cgroup" }>
> = {
  exec: { names: ["on_exec"], at: "tracepoint" },
  fork: { names: ["on_fork"], at: "tracepoint" },
  exit: { names: ["on_exit"], at: "tracepoint" },
  connect: { names: ["on_connect4", "on_connect6"], at: "cgroup" },
};

const KINDS = Object.keys(PROGRAMS) as FixedKind[];

function isOurs(kind: EventKind): kind is FixedKind {
  return kind in PROGRAMS;
}

/** Ten thousand execs. Its memory counts twice as resident, because it is mapped twice, and at once, because the kernel maps it whole. */
const RING_BYTES = 4 << 20;

export interface EventSense {
  counts(): Readonly<Record<EventKind, number>>;
  losses(): { readonly ring: number; readonly damaged: number; readonly shed: number };
  attached(): readonly string[];
  /** See RingReader.pipeTo. */
  pipeTo(fd: number): void;
  close(): Promise<void>;
}

interface Options {
  readonly wants: readonly EventKind[];
  readonly ringBytes?: number;
  readonly layout: CgroupLayout;
  onRecords?(records: Uint8Array): void;
  onTrouble(code: ErrorCode, says: string): void;
}

/** Loads and attaches the programs of the wanted kinds; a kind that this kernel refuses goes to onTrouble. */
export function startEventSense(options: Options): Result<EventSense> {
  const ringBytes = options.ringBytes ?? RING_BYTES;
  const loaded = loadWanted(options, ringBytes);
  if (!loaded.ok) return loaded;
  const { object, kinds } = loaded.value;
  const counters = object.map(".bss").map("read");
  if (!counters.ok) {
    object.close();
    return counters;
  }
  attach(object, kinds, options);
  if (object.attached.length === 0) {
    counters.value.unmap();
    object.close();
    return failed("SW-BPF-LOAD", "no event program could be attached");
  }
  const { onRecords } = options;
  const reader = new RingReader({
    ringFd: object.map("ring").fd,
    ringBytes,
    ...(onRecords && { onBatch: (records) => onRecords(records) }),
    onFailure: (says) => options.onTrouble("SW-INTERNAL", says),
  });
  return ok(new RunningEvents(object, counters.value, reader));
}

/** Cgroup programs need more of the kernel than tracepoints do: without them the rest still loads. */
function loadWanted(options: Options, ringBytes: number): Result<{ object: BpfObject; kinds: readonly FixedKind[] }> {
  const all = options.wants.filter(isOurs);
  const tracepoints = all.filter((kind) => PROGRAMS[kind].at === "tracepoint");
  const first = loadKinds(all, options.layout, ringBytes);
  if (first.ok || first.code === "SW-NO-LIBBPF" || tracepoints.length === all.length) return first;
  const second = loadKinds(tracepoints, options.layout, ringBytes);
  if (second.ok) options.onTrouble(first.code, first.says);
  return second;
}

function loadKinds(
  kinds: readonly FixedKind[],
  layout: CgroupLayout,
  ringBytes: number,
): Result<{ object: BpfObject; kinds: readonly FixedKind[] }> {
  const opened = openBuiltObject("events");
  if (!opened.ok) return opened;
  const object = opened.value;
  object.want(kinds.flatMap((kind) => PROGRAMS[kind].names));
  object.setConstants(loadConfig(layout, { ringBytes }));
  const sized = object.setMaxEntries("ring", ringBytes);
  const loaded = sized.ok ? object.load() : sized;
  if (loaded.ok) return ok({ object, kinds });
  object.close();
  return loaded;
}

function attach(object: BpfObject, kinds: readonly FixedKind[], options: Options): void {
  for (const kind of kinds) {
    const { names, at } = PROGRAMS[kind];
    for (const name of names) {
      const done = at === "tracepoint" ? object.attach(name) : attachAtRoot(object, name, options.layout);
      if (!done.ok) options.onTrouble(done.code, `${kind} events: ${done.says}`);
    }
  }
}

function attachAtRoot(object: BpfObject, name: string, layout: CgroupLayout): Result<void> {
  if (layout.v2 === undefined) return failed("SW-BPF-LOAD", "no cgroup2 file system is mounted");
  return object.attachToCgroup(name, layout.v2);
}

class RunningEvents implements EventSense {
  private readonly object: BpfObject;
  private readonly counters: Mapping;
  private readonly reader: RingReader;
  private readonly names: readonly string[];
  /** Kept for those who ask after the end. */
  private last = { made: noEvents(), lost: noEvents() };
  private closed: Promise<void> | undefined;

  constructor(object: BpfObject, counters: Mapping, reader: RingReader) {
    this.object = object;
    this.counters = counters;
    this.reader = reader;
    this.names = object.attached;
  }

  counts(): Readonly<Record<EventKind, number>> {
    return this.read().made;
  }

  losses(): { ring: number; damaged: number; shed: number } {
    const ring = KINDS.reduce((sum, kind) => sum + this.read().lost[kind], 0);
    return { ring, ...this.reader.losses() };
  }

  attached(): readonly string[] {
    return this.closed === undefined ? this.names : [];
  }

  pipeTo(fd: number): void {
    this.reader.pipeTo(fd);
  }

  close(): Promise<void> {
    this.closed ??= this.end();
    return this.closed;
  }

  private async end(): Promise<void> {
    // Detached first, so that nothing is made that nobody reads; the reader uses the ring's descriptor, so the object goes last.
    this.object.detach();
    this.read();
    this.counters.unmap();
    await this.reader.close();
    this.object.close();
  }

  private read(): { made: Record<EventKind, number>; lost: Record<EventKind, number> } {
    const { memory } = this.counters;
    if (memory !== undefined) {
      const words = new BigUint64Array(memory, 0, COUNTERS.bytes / 8);
      for (const kind of KINDS) {
        this.last.made[kind] = Number(Atomics.load(words, COUNTERS.made / 8 + EVENT_CODES[kind]));
        this.last.lost[kind] = Number(Atomics.load(words, COUNTERS.lost / 8 + EVENT_CODES[kind]));
      }
    }
    return this.last;
  }
}
