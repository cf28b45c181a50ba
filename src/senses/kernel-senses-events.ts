import { failed, ok, type ErrorCode, type Result } from "../core/errors.ts";
import { ALWAYS_WANTED, EVENT_CODES, type EventKind } from "../core/event-kinds.ts";
import type { BpfObject } from "../kernel/bpf-object.ts";
import type { CgroupLayout } from "../kernel/cgroup-layout.ts";
import type { Mapping } from "../kernel/mmap.ts";
import { RingReader } from "../kernel/ring-reader.ts";
import { loadConfig, openBuiltObject } from "../kernel/bpf-object-built.ts";
import { GroupReader } from "./group-counts.ts";
import { COUNTERS, type FixedKind } from "./records.ts";
import type { GroupDelta } from "./sampler-ports.ts";

/** Programs of events.bpf.c by kind, and where each is attached. */
const PROGRAMS: Readonly<
  Record<FixedKind, { readonly names: readonly string[]; readonly at: "tracepoint" | "cgroup" }>
> = {
  exec: { names: ["on_exec"], at: "tracepoint" },
  fork: { names: ["on_fork"], at: "tracepoint" },
  exit: { names: ["on_exit"], at: "tracepoint" },
  name: { names: ["on_rename"], at: "tracepoint" },
  connect: { names: ["on_connect4", "on_connect6"], at: "cgroup" },
};

const KINDS = Object.keys(PROGRAMS) as FixedKind[];

function isOurs(kind: EventKind): kind is FixedKind {
  return kind in PROGRAMS;
}

/** Ten thousand execs. Its memory counts twice as resident, because it is mapped twice, and at once, because the kernel maps it whole. */
const RING_BYTES = 4 << 20;

export interface EventSense {
  /** Attaches these and those always wanted, and nothing else. */
  want(kinds: readonly EventKind[]): void;
  counts(): Readonly<Partial<Record<EventKind, number>>>;
  lost(): Readonly<Partial<Record<EventKind, number>>>;
  /** Records that were in the ring and came to nobody. */
  unread(): { readonly damaged: number; readonly shed: number };
  /** See RingReader.fill. */
  fill(): number;
  groups(): ReadonlyMap<number, GroupDelta> | undefined;
  kinds(): readonly EventKind[];
  attached(): readonly string[];
  /** See RingReader.pipeTo. */
  pipeTo(fd: number): void;
  /** What objects that write into the same ring need. */
  readonly shared: { readonly ringFd: number; readonly ringBytes: number; readonly groupsFd: number };
  /** Undefined after the end. */
  readonly object: BpfObject | undefined;
  close(): Promise<void>;
}

interface Options {
  readonly ringBytes?: number;
  readonly layout: CgroupLayout;
  onRecords?(records: Uint8Array): void;
  onTrouble(code: ErrorCode, says: string): void;
}

/** Loads the programs; nothing is attached before want(). What this kernel refuses goes to onTrouble when it is wanted. */
export function startEventSense(options: Options): Result<EventSense> {
  const ringBytes = options.ringBytes ?? RING_BYTES;
  const loaded = loadMost(options.layout, ringBytes);
  if (!loaded.ok) return loaded;
  const { object } = loaded.value;
  const counters = object.map(".bss").map("read");
  const groups = object.map("groups").map("write");
  if (!counters.ok || !groups.ok) {
    for (const mapping of [counters, groups]) if (mapping.ok) mapping.value.unmap();
    object.close();
    return failed("SW-BPF-LOAD", "the counters of the event programs cannot be mapped");
  }
  const { onRecords } = options;
  const reader = new RingReader({
    ringFd: object.map("ring").fd,
    ringBytes,
    ...(onRecords && { onBatch: (records) => onRecords(records) }),
    onFailure: (says) => options.onTrouble("SW-INTERNAL", says),
  });
  return ok(new RunningEvents(options, loaded.value, { counters: counters.value, groups: groups.value, reader }));
}

interface Loaded {
  readonly object: BpfObject;
  readonly ringBytes: number;
  /** Why the programs of cgroups are not among them, where they are not. */
  readonly without: { readonly code: ErrorCode; readonly says: string } | undefined;
}

/** Cgroup programs need more of the kernel than tracepoints do: without them the rest still loads. */
function loadMost(layout: CgroupLayout, ringBytes: number): Result<Loaded> {
  const all = load(KINDS, layout, ringBytes);
  if (all.ok) return ok({ object: all.value, ringBytes, without: undefined });
  if (all.code === "SW-NO-LIBBPF") return all;
  const most = load(
    KINDS.filter((kind) => PROGRAMS[kind].at === "tracepoint"),
    layout,
    ringBytes,
  );
  return most.ok ? ok({ object: most.value, ringBytes, without: all }) : most;
}

function load(kinds: readonly FixedKind[], layout: CgroupLayout, ringBytes: number): Result<BpfObject> {
  const opened = openBuiltObject("events");
  if (!opened.ok) return opened;
  const object = opened.value;
  object.want(kinds.flatMap((kind) => PROGRAMS[kind].names));
  object.setConstants(loadConfig(layout, { ringBytes }));
  const sized = object.setMaxEntries("ring", ringBytes);
  const loaded = sized.ok ? object.load() : sized;
  if (loaded.ok) return ok(object);
  object.close();
  return loaded;
}

interface Parts {
  readonly counters: Mapping;
  readonly groups: Mapping;
  readonly reader: RingReader;
}

class RunningEvents implements EventSense {
  readonly shared: { readonly ringFd: number; readonly ringBytes: number; readonly groupsFd: number };
  private readonly options: Options;
  private readonly loaded: Loaded;
  private readonly parts: Parts;
  private readonly groupReader: GroupReader | undefined;
  /** Told once: what was refused is not tried again. */
  private readonly refused = new Set<string>();
  /** Kept for those who ask after the end. */
  private last: Readonly<Record<"made" | "lost", Partial<Record<EventKind, number>>>> = { made: {}, lost: {} };
  private closed: Promise<void> | undefined;

  constructor(options: Options, loaded: Loaded, parts: Parts) {
    this.options = options;
    this.loaded = loaded;
    this.parts = parts;
    const { object, ringBytes } = loaded;
    this.shared = { ringFd: object.map("ring").fd, ringBytes, groupsFd: object.map("groups").fd };
    this.groupReader = parts.groups.memory && new GroupReader(parts.groups.memory);
  }

  want(kinds: readonly EventKind[]): void {
    if (this.closed !== undefined) return;
    const wanted = new Set([...ALWAYS_WANTED, ...kinds].filter(isOurs));
    const attached = new Set(this.loaded.object.attached);
    for (const kind of KINDS) {
      for (const name of PROGRAMS[kind].names) {
        if (!wanted.has(kind)) this.loaded.object.detachProgram(name);
        else if (!attached.has(name) && !this.refused.has(name)) this.attach(kind, name);
      }
    }
  }

  counts(): Readonly<Partial<Record<EventKind, number>>> {
    return this.read().made;
  }

  lost(): Readonly<Partial<Record<EventKind, number>>> {
    return this.read().lost;
  }

  unread(): { damaged: number; shed: number } {
    return this.parts.reader.losses();
  }

  fill(): number {
    return this.parts.reader.fill();
  }

  groups(): ReadonlyMap<number, GroupDelta> | undefined {
    return this.closed === undefined ? this.groupReader?.read(Number(process.hrtime.bigint())) : undefined;
  }

  kinds(): readonly EventKind[] {
    const attached = this.attached();
    return KINDS.filter((kind) => PROGRAMS[kind].names.some((name) => attached.includes(name)));
  }

  attached(): readonly string[] {
    return this.closed === undefined ? this.loaded.object.attached : [];
  }

  pipeTo(fd: number): void {
    this.parts.reader.pipeTo(fd);
  }

  get object(): BpfObject | undefined {
    return this.closed === undefined ? this.loaded.object : undefined;
  }

  close(): Promise<void> {
    this.closed ??= this.end();
    return this.closed;
  }

  private attach(kind: FixedKind, name: string): void {
    const done = PROGRAMS[kind].at === "tracepoint" ? this.loaded.object.attach(name) : this.attachAtRoot(name);
    if (done.ok) return;
    this.refused.add(name);
    this.options.onTrouble(done.code, `${kind} events: ${done.says}`);
  }

  private attachAtRoot(name: string): Result<void> {
    const { without, object } = this.loaded;
    if (without !== undefined) return failed(without.code, without.says);
    const { v2 } = this.options.layout;
    if (v2 === undefined) return failed("SW-BPF-LOAD", "no cgroup2 file system is mounted");
    return object.attachToCgroup(name, v2);
  }

  private async end(): Promise<void> {
    // Detached first, so that nothing is made that nobody reads; the reader uses the ring's descriptor, so the object goes last.
    this.loaded.object.detach();
    this.read();
    this.parts.counters.unmap();
    this.parts.groups.unmap();
    await this.parts.reader.close();
    this.loaded.object.close();
  }

  private read(): Readonly<Record<"made" | "lost", Partial<Record<EventKind, number>>>> {
    const { memory } = this.parts.counters;
    if (memory === undefined) return this.last;
    const words = new BigUint64Array(memory, 0, COUNTERS.bytes / 8);
    const by = (offset: number): Partial<Record<EventKind, number>> =>
      Object.fromEntries(KINDS.map((kind) => [kind, Number(Atomics.load(words, offset / 8 + EVENT_CODES[kind]))]));
    this.last = { made: by(COUNTERS.made), lost: by(COUNTERS.lost) };
    return this.last;
  }
}
