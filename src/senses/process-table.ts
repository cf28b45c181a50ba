import type { ProcessRecord, ProcessView } from "../core/agent.ts";
import { type EntityKey, type FileRef, fileKey, type ProcessRef, processKey } from "../core/entity.ts";
import type { ExecEvent, SeenProcess, SensedEvent } from "../core/event.ts";
import type { LineageStep } from "../core/incident.ts";
import { type Aged, AgeOrder } from "./age-order.ts";

export interface ProcessTableOptions {
  /** Records at most. */
  readonly limit?: number;
  /** Path of a v2 cgroup by its inode, where the caller can tell. */
  readonly cgroupPath?: (cgroupId: number) => string | undefined;
}

const DEFAULT_LIMIT = 32_768;
/** Evidence on a process arrives after its end. */
const KEEP_EXITED_MS = 60_000;
const MAX_LINEAGE = 16;
const V2_ROOT_INODE = 1;

type Mutable<T> = { -readonly [K in keyof T]: T[K] };
interface Entry extends Mutable<ProcessRecord>, Aged<Entry> {
  readonly pid: number;
  readonly startTicks: number;
  /** When path and exe were last learned, wall-clock ms; 0 where only inherited or unknown. */
  identityMs: number;
  cgroupId: number;
  exitedMs: number | undefined;
}

/**
 * The processes of the host, kept up to date from events and seeded from procfs. Every record is under
 * pid and start time, so a reused pid is a different process and a lost exit is noticed when the pid
 * comes again. Lost events leave gaps ("" and missing parents), never wrong links.
 */
export class ProcessTable implements ProcessView {
  private readonly limit: number;
  private readonly cgroupPath: (cgroupId: number) => string | undefined;
  private readonly entries = new Map<EntityKey, Entry>();
  /** Each entry is in one of these: the oldest of the running was seen first, the oldest of the exited ended first. */
  private readonly running = new AgeOrder<Entry>();
  private readonly exited = new AgeOrder<Entry>();
  private readonly current = new Map<number, Entry>();

  constructor(options: ProcessTableOptions = {}) {
    this.limit = Math.max(1, options.limit ?? DEFAULT_LIMIT);
    this.cgroupPath = options.cgroupPath ?? (() => undefined);
  }

  get size(): number {
    return this.entries.size;
  }

  get(entity: EntityKey): ProcessRecord | undefined {
    return this.entries.get(entity);
  }

  /** The process itself first, then its ancestors as far as they are known. */
  lineage(entity: EntityKey): readonly LineageStep[] {
    const steps: LineageStep[] = [];
    let entry = this.entries.get(entity);
    while (entry !== undefined && steps.length < MAX_LINEAGE) {
      steps.push({ process: entry.key, comm: entry.comm, path: entry.path });
      entry = this.entries.get(entry.parent);
    }
    return steps;
  }

  apply(event: SensedEvent, wallMs: number): void {
    this.dropOld(wallMs);
    const entry = this.actor(event, wallMs);
    if (event.kind === "exec") this.exec(entry, event, wallMs);
    else if (event.kind === "fork") this.fork(entry, event.child, wallMs);
    else if (event.kind === "exit") this.end(entry, wallMs);
    this.bound();
  }

  /** What procfs showed at `wallMs`: new processes are added; of known ones the newer word on what runs wins. */
  seed(seen: readonly SeenProcess[], wallMs: number): void {
    this.dropOld(wallMs);
    for (const process of seen) this.seedOne(process, wallMs);
    this.bound();
  }

  private seedOne(seen: SeenProcess, wallMs: number): void {
    const known = this.entries.get(processKey(seen.process));
    const entry = known ?? this.add(seen.process, seen.parent, wallMs);
    if (known === undefined || known.identityMs < wallMs) {
      entry.comm = seen.comm;
      entry.uid = seen.uid;
      if (seen.path !== "") this.identify(entry, seen.path, seen.exe, wallMs);
    }
    if (entry.parent === "") entry.parent = parentKey(seen.parent);
    if (entry.cgroup === "" && entry.cgroupId === 0) entry.cgroup = seen.cgroup;
  }

  /** The record of who did it, made where its fork was lost. */
  private actor(event: SensedEvent, wallMs: number): Entry {
    const entry = this.entries.get(processKey(event.process)) ?? this.add(event.process, undefined, wallMs);
    // Events carry the name of the thread that acted ("SignalInspector"): only an exec names the process.
    if (event.kind === "exec" || entry.comm === "") entry.comm = event.comm;
    entry.uid = event.uid;
    if (event.cgroupId !== 0 && event.cgroupId !== entry.cgroupId) this.moveTo(entry, event.cgroupId);
    return entry;
  }

  /** A path from procfs stands until the first event says where the process is, then follows the inode. */
  private moveTo(entry: Entry, cgroupId: number): void {
    const path = this.cgroupPath(cgroupId) ?? (cgroupId === V2_ROOT_INODE ? "/" : undefined);
    const moved = entry.cgroupId !== 0;
    entry.cgroupId = cgroupId;
    if (path !== undefined) entry.cgroup = path;
    else if (moved) entry.cgroup = "";
  }

  private exec(entry: Entry, event: ExecEvent, wallMs: number): void {
    this.identify(entry, event.path, event.exe, wallMs);
    // The parent by fork is the better one: an orphan's is whoever adopted it.
    if (entry.parent === "") entry.parent = parentKey(event.parent);
  }

  private identify(entry: Entry, path: string, exe: FileRef, wallMs: number): void {
    entry.path = path;
    entry.exe = exe.ino === 0 ? "" : fileKey(exe);
    entry.identityMs = wallMs;
  }

  private fork(parent: Entry, child: ProcessRef, wallMs: number): void {
    const key = processKey(child);
    // Events of different CPUs may cross: a child that has spoken before its fork arrives keeps what it said.
    const known = this.entries.get(key);
    if (known !== undefined) {
      if (known.parent === "") known.parent = parent.key;
      return;
    }
    const entry = this.add(child, undefined, wallMs);
    const { comm, path, exe, uid, cgroup, cgroupId } = parent;
    Object.assign(entry, { parent: parent.key, comm, path, exe, uid, cgroup, cgroupId });
  }

  private add(ref: ProcessRef, parent: ProcessRef | undefined, wallMs: number): Entry {
    const entry: Entry = {
      key: processKey(ref),
      pid: ref.pid,
      startTicks: ref.startTicks,
      parent: parent === undefined ? "" : parentKey(parent),
      comm: "",
      path: "",
      exe: "",
      uid: 0,
      cgroup: "",
      sinceMs: wallMs,
      identityMs: 0,
      cgroupId: 0,
      exitedMs: undefined,
      older: undefined,
      younger: undefined,
    };
    const before = this.current.get(ref.pid);
    this.entries.set(entry.key, entry);
    this.running.addYoungest(entry);
    if (before === undefined || before.startTicks < ref.startTicks) {
      this.current.set(ref.pid, entry);
      // The pid came again, so the exit of its former holder was lost.
      if (before !== undefined) this.end(before, wallMs);
    } else {
      // A late word on a former holder of the pid.
      this.end(entry, wallMs);
    }
    return entry;
  }

  private end(entry: Entry, wallMs: number): void {
    if (entry.exitedMs !== undefined) return;
    entry.exitedMs = wallMs;
    this.running.remove(entry);
    this.exited.addYoungest(entry);
  }

  private dropOld(wallMs: number): void {
    for (;;) {
      const { oldest } = this.exited;
      if (oldest?.exitedMs === undefined || wallMs - oldest.exitedMs <= KEEP_EXITED_MS) return;
      this.drop(oldest);
    }
  }

  /** Oldest exited first, then the oldest running. */
  private bound(): void {
    while (this.size > this.limit) {
      const oldest = this.exited.oldest ?? this.running.oldest;
      if (oldest === undefined) return;
      this.drop(oldest);
    }
  }

  private drop(entry: Entry): void {
    this.entries.delete(entry.key);
    (entry.exitedMs === undefined ? this.running : this.exited).remove(entry);
    if (this.current.get(entry.pid) === entry) this.current.delete(entry.pid);
  }
}

/** Pid 0 is nobody: the parent of pid 1, of kernel threads, and of what other namespaces own. */
function parentKey(parent: ProcessRef): EntityKey {
  return parent.pid === 0 ? "" : processKey(parent);
}
