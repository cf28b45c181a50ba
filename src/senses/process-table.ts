import type { ProcessRecord, ProcessView } from "../core/agent.ts";
import { type EntityKey, processKey } from "../core/entity.ts";
import type { ExecEvent, ForkEvent, SeenProcess, SensedEvent } from "../core/event.ts";
import type { LineageStep } from "../core/incident.ts";
import { CgroupNames } from "./cgroup-names.ts";
import { containerOf } from "./container-id.ts";
import { inheritOutside, showOutside } from "./process-container.ts";
import { briefDetails } from "./process-details.ts";
import { type Entry, learnParent, parentKey } from "./process-entry.ts";
import { forgetPrograms, keyOf, refresh, show, tellExec, tellFork } from "./process-program.ts";
import { ProcessStore } from "./process-store.ts";

export interface ProcessTableOptions {
  /** Records at most. */
  readonly limit?: number;
  /** Path of a v2 cgroup by its inode, where the caller can tell. */
  readonly cgroupPath?: (cgroupId: number) => string | undefined;
}

const DEFAULT_LIMIT = 32_768;
const MAX_LINEAGE = 16;
/** A look at procfs takes less, and two are further apart. */
const LOOK_NS = 2e9;

/**
 * The processes of the host, kept up to date from events and seeded from procfs. Every record is under
 * pid and start time, so a reused pid is a different process and a lost exit is noticed when the pid
 * comes again. Lost events leave gaps ("" and missing parents), never wrong links.
 *
 * What procfs shows and what events tell come by different ways, so either can be late. Each word has its
 * time, and what is true in the end does not depend on the order (process-program.ts).
 */
export class ProcessTable implements ProcessView {
  private readonly store: ProcessStore;
  private readonly cgroupPath: (cgroupId: number) => string | undefined;
  private readonly cgroups = new CgroupNames();
  /** Time of the first look; a later one repairs. */
  private firstLookNs: number | undefined;

  constructor(options: ProcessTableOptions = {}) {
    this.store = new ProcessStore(Math.max(1, options.limit ?? DEFAULT_LIMIT), forgetPrograms);
    this.cgroupPath = options.cgroupPath ?? (() => undefined);
  }

  get size(): number {
    return this.store.size;
  }

  get(entity: EntityKey): ProcessRecord | undefined {
    return this.store.get(entity);
  }

  /** Records of those that have not ended, each as it is now: to be read at once, not kept. */
  *running(): Iterable<ProcessRecord> {
    for (const entry of this.store.all()) if (entry.exitedMs === undefined) yield entry;
  }

  /** The process itself first, then its ancestors as far as they are known. */
  lineage(entity: EntityKey): readonly LineageStep[] {
    const steps: LineageStep[] = [];
    let entry = this.store.get(entity);
    while (entry !== undefined && steps.length < MAX_LINEAGE) {
      steps.push({ process: entry.key, comm: entry.comm, path: entry.path });
      entry = this.store.get(entry.parent);
    }
    return steps;
  }

  apply(event: SensedEvent, wallMs: number): void {
    this.store.dropOld(wallMs);
    const entry = this.actor(event, wallMs);
    if (event.kind === "exec") this.exec(entry, event);
    else if (event.kind === "fork") this.fork(entry, event, wallMs);
    else if (event.kind === "exit") this.exit(entry, wallMs);
    this.store.bound();
  }

  /** What procfs showed: new processes are added; of known ones the newer word on what runs wins. */
  seed(seen: readonly SeenProcess[], wallMs: number): void {
    this.store.dropOld(wallMs);
    let named = false;
    let contained = false;
    for (const process of seen) {
      named = this.cgroups.learn(process.cgroupId ?? 0, process.cgroup) || named;
      this.seedOne(process, wallMs);
      contained ||= process.container !== undefined;
    }
    // Forks that were heard of before the look at whom they came from.
    if (contained) for (const entry of this.store.all()) inheritOutside(entry, this.store);
    if (named) for (const entry of this.store.all()) if (entry.cgroup === "") this.place(entry);
    const lookNs = seen.at(-1)?.lookNs;
    if (lookNs !== undefined) this.sweep(lookNs, wallMs);
    this.store.bound();
  }

  private seedOne(seen: SeenProcess, wallMs: number): void {
    const atNs = seen.atNs ?? 0;
    this.firstLookNs ??= atNs;
    const known = this.store.get(processKey(seen.process));
    const entry = known ?? this.store.add(seen.process, wallMs);
    if (known === undefined && atNs > this.firstLookNs + LOOK_NS) entry.foundLate = true;
    const { comm, path } = seen;
    if (path === "") entry.comm ||= comm;
    else show(entry, { comm, path, exe: keyOf(seen.exe), details: seen.details && briefDetails(seen.details), atNs });
    if (seen.parent.startTicks > 0 || seen.parent.pid === 1) learnParent(entry, parentKey(seen.parent), atNs);
    const newer = atNs > entry.stateNs;
    if (newer) entry.uid = seen.uid;
    if (newer || (entry.cgroup === "" && entry.cgroupId === 0)) this.moveTo(entry, seen.cgroupId ?? 0, seen.cgroup);
    showOutside(entry, seen, atNs);
    entry.stateNs = Math.max(entry.stateNs, atNs);
    entry.lastNs = Math.max(entry.lastNs, atNs);
  }

  /** Who was not found, and has been silent since before the look, ended without a word. */
  private sweep(atNs: number, wallMs: number): void {
    for (const entry of this.store.all()) {
      if (entry.exitedMs !== undefined || entry.lastNs >= atNs) continue;
      entry.foundGone = true;
      refresh(entry);
      this.store.end(entry, wallMs);
    }
  }

  /** The record of who did it, made where its fork was lost. */
  private actor(event: SensedEvent, wallMs: number): Entry {
    const entry = this.store.get(processKey(event.process)) ?? this.store.add(event.process, wallMs);
    // Events carry the name of the thread that acted ("SignalInspector"): only an exec names the process.
    if (entry.comm === "") entry.comm = event.comm;
    if (event.atNs > entry.lastNs) entry.lastNs = event.atNs;
    if (event.atNs < entry.stateNs) return entry;
    entry.stateNs = event.atNs;
    entry.uid = event.uid;
    if (event.cgroupId !== 0 && event.cgroupId !== entry.cgroupId) this.moveTo(entry, event.cgroupId, "");
    // Somebody else may have told its name meanwhile.
    else if (entry.cgroup === "") this.place(entry);
    return entry;
  }

  /** A path stands until the process is known to be elsewhere. */
  private moveTo(entry: Entry, cgroupId: number, path: string): void {
    const moved = cgroupId !== 0 && entry.cgroupId !== 0 && entry.cgroupId !== cgroupId;
    if (cgroupId !== 0) entry.cgroupId = cgroupId;
    if (moved) entry.cgroup = "";
    if (path !== "") this.nameGroup(entry, path);
    else this.place(entry);
  }

  private place(entry: Entry): void {
    if (entry.cgroupId === 0) return;
    const path = this.cgroupPath(entry.cgroupId) ?? this.cgroups.of(entry.cgroupId);
    if (path !== "") this.nameGroup(entry, path);
    else if (entry.cgroup === "") entry.container = entry.outside;
  }

  private nameGroup(entry: Entry, path: string): void {
    if (entry.cgroup === path) return;
    entry.cgroup = path;
    entry.container = containerOf(path) ?? entry.outside;
  }

  private exec(entry: Entry, event: ExecEvent): void {
    // A path that was cut at the front is no name.
    if (event.cgroup?.startsWith("/") === true) this.cgroups.learn(event.cgroupId, event.cgroup);
    if (entry.cgroup === "") this.place(entry);
    // The parent by fork is the better one: an orphan's is whoever adopted it.
    learnParent(entry, parentKey(event.parent), event.atNs);
    const { comm, path, atNs } = event;
    const details = event.details && briefDetails(event.details);
    tellExec(entry, { comm, path, exe: keyOf(event.exe), details, atNs });
  }

  private exit(entry: Entry, wallMs: number): void {
    if (entry.foundGone) {
      entry.foundGone = false;
      refresh(entry);
    }
    this.store.end(entry, wallMs);
  }

  private fork(parent: Entry, event: ForkEvent, wallMs: number): void {
    const known = this.store.get(processKey(event.child));
    const child = known ?? this.store.add(event.child, wallMs);
    learnParent(child, parent.key, -1);
    child.lastNs = Math.max(child.lastNs, event.atNs);
    child.comm ||= parent.comm;
    child.forkedNs = event.atNs;
    if (known === undefined) {
      // As the parent was when it forked, which procfs may have shown changed since.
      child.uid = event.uid;
      if (event.cgroupId === parent.cgroupId) {
        const { cgroup, cgroupId, container } = parent;
        // What is not by the path is inherited below, if it was so at the fork already.
        Object.assign(child, { cgroup, cgroupId, container: container === parent.outside ? undefined : container });
      } else this.moveTo(child, event.cgroupId, "");
    }
    inheritOutside(child, this.store);
    tellFork(child, parent, event.atNs);
  }
}
