import { readFileSync } from "node:fs";
import { join } from "node:path";
import type { ProcessRef } from "../core/entity.ts";
import { EVENT_KINDS, type EventBase, type EventKind, type SeenProcess, type SensedEvent } from "../core/event.ts";
import { printable } from "../core/printable.ts";
import type { CgroupFs, Controller } from "../kernel/cgroup-fs.ts";
import { statFile } from "../kernel/host.ts";
import { listPids, type ProcessStat, readCgroups, readExe, readProcessStat } from "../kernel/procfs.ts";
import { inodeOf } from "./sampler-cgroup.ts";
import { describeProcess, MAX_PATH } from "./snapshot.ts";

export interface ProcfsEventsOptions {
  readonly procRoot?: string;
  /** To give events the inodes of their cgroups; without it they are 0. */
  readonly fs?: CgroupFs;
}

/** A process is looked at in each of its first turns, as it may still exec; later in every so many. */
const YOUNG_TURNS = 3;
const OLD_TURNS = 8;
/** USER_HZ is 100 wherever Node runs: a tick is 10 ms. */
const NS_PER_TICK = 1e7;

interface Known {
  seen: SeenProcess;
  turns: number;
}

/**
 * Events without privilege: the difference between two looks at /proc.
 *
 * What it misses: processes that begin and end between two looks; every program but the last where
 * one process executes several; an exec of an older process until its turn comes (seen by a changed
 * name or executable); the true parent of an orphan (it is the adopter); connections; exit codes
 * (status is 0); the executables of other users' processes (path is then the name that the process
 * gave itself, and the file is unknown). Times are those of the look, except a fork's, which is the
 * child's start.
 */
export class ProcfsEvents {
  private readonly procRoot: string;
  private readonly fs: CgroupFs | undefined;
  private readonly made: Record<EventKind, number>;
  private known: Map<number, Known> | undefined;
  private inodes = new Map<string, number>();
  private turn = 0;
  private atNs = 0;

  constructor(options: ProcfsEventsOptions = {}) {
    this.procRoot = options.procRoot ?? "/proc";
    this.fs = options.fs;
    this.made = Object.fromEntries(EVENT_KINDS.map((kind) => [kind, 0])) as Record<EventKind, number>;
  }

  /** Events since the start, by kind. */
  counts(): Readonly<Record<EventKind, number>> {
    return { ...this.made };
  }

  /** What changed since the previous call, ends first, then begins by age; the first call only looks. */
  poll(wallMs: number): SensedEvent[] {
    this.turn++;
    this.inodes = new Map();
    this.atNs = this.bootNs() ?? wallMs * 1e6;
    const before = this.known ?? new Map<number, Known>();
    const now = new Map<number, Known>();
    const fresh: ProcessStat[] = [];
    const events: SensedEvent[] = [];
    for (const pid of listPids(this.procRoot)) {
      const known = before.get(pid);
      if (known !== undefined && !this.isTurnOf(pid, known)) {
        now.set(pid, known);
        continue;
      }
      const stat = readProcessStat(pid, this.procRoot);
      if (stat === undefined) continue;
      if (known?.seen.process.startTicks === stat.startTicks) {
        now.set(pid, known);
        events.push(...this.recheck(known, stat));
      } else {
        fresh.push(stat);
      }
    }
    events.unshift(...this.ended(before, now));
    for (const stat of fresh.sort((a, b) => a.startTicks - b.startTicks || a.pid - b.pid)) {
      const seen = this.meet(stat, now);
      if (this.known !== undefined) events.push(...this.begun(seen, stat, now));
    }
    this.known = now;
    for (const event of events) this.made[event.kind]++;
    return events;
  }

  private isTurnOf(pid: number, known: Known): boolean {
    return known.turns++ < YOUNG_TURNS || (pid + this.turn) % OLD_TURNS === 0;
  }

  private meet(stat: ProcessStat, now: Map<number, Known>): SeenProcess {
    const seen = describeProcess(stat, this.parentOf(stat, now), this.procRoot);
    now.set(stat.pid, { seen, turns: 0 });
    return seen;
  }

  private parentOf(stat: ProcessStat, now: ReadonlyMap<number, Known>): ProcessRef | undefined {
    return now.get(stat.ppid)?.seen.process ?? readProcessStat(stat.ppid, this.procRoot);
  }

  /** A fork, and an exec where it runs something else than its parent. */
  private begun(seen: SeenProcess, stat: ProcessStat, now: ReadonlyMap<number, Known>): SensedEvent[] {
    const parent = now.get(seen.parent.pid)?.seen;
    const startNs = seen.process.startTicks * NS_PER_TICK;
    const events: SensedEvent[] = [];
    if (parent !== undefined) {
      events.push({ ...this.base(parent), atNs: startNs, kind: "fork", child: seen.process });
    }
    const same = parent?.path === seen.path && (seen.path !== "" || parent.comm === seen.comm);
    if (!stat.kernelThread && !same) events.push(this.exec(seen));
    return events;
  }

  /** An exec keeps pid and start time, and changes the executable, the name, or both. */
  private recheck(known: Known, stat: ProcessStat): SensedEvent[] {
    if (stat.kernelThread) return [];
    const path = readExe(stat.pid, this.procRoot);
    const { seen } = known;
    // The name alone proves nothing where the executable can be read: threads and programs rename themselves.
    const same = path === undefined ? printable(stat.comm, 64) === seen.comm : printable(path, MAX_PATH) === seen.path;
    if (same) return [];
    known.seen = { ...describeProcess(stat, undefined, this.procRoot), parent: seen.parent };
    known.turns = 0;
    return [this.exec(known.seen)];
  }

  private ended(before: ReadonlyMap<number, Known>, now: ReadonlyMap<number, Known>): SensedEvent[] {
    const events: SensedEvent[] = [];
    for (const known of before.values()) {
      if (now.get(known.seen.process.pid) === known) continue;
      events.push({ ...this.base(known.seen), kind: "exit", status: 0 });
    }
    return events;
  }

  private exec(seen: SeenProcess): SensedEvent {
    const file = statFile(join(this.procRoot, String(seen.process.pid), "exe"));
    return {
      ...this.base(seen),
      kind: "exec",
      parent: seen.parent,
      path: seen.path === "" ? seen.comm : seen.path,
      exe: seen.exe,
      ctimeMs: file?.ctimeMs ?? 0,
      mtimeMs: file?.mtimeMs ?? 0,
      ...(seen.details && { details: seen.details }),
    };
  }

  private base(seen: SeenProcess): EventBase {
    const { process, comm, uid } = seen;
    const v2 = this.inode("v2", seen.cgroup);
    return { atNs: this.atNs, process, comm, uid, cgroupId: v2, cpuCgroupId: this.cpuInode(process.pid) || v2 };
  }

  /** On v1 the path of the cpu hierarchy may differ from v2's; of a process that ended it is not known any more. */
  private cpuInode(pid: number): number {
    if (this.fs?.layout.cpu?.version !== 1) return 0;
    return this.inode("cpu", readCgroups(pid, this.procRoot)?.get("cpu") ?? "");
  }

  private inode(controller: Controller, path: string): number {
    if (this.fs === undefined || path === "") return 0;
    const key = `${controller} ${path}`;
    const inode = this.inodes.get(key) ?? inodeOf(this.fs, controller, path) ?? 0;
    this.inodes.set(key, inode);
    return inode;
  }

  /** CLOCK_BOOTTIME to 10 ms, from /proc/uptime. */
  private bootNs(): number | undefined {
    try {
      const seconds = Number.parseFloat(readFileSync(join(this.procRoot, "uptime"), "utf8"));
      return Number.isFinite(seconds) ? seconds * 1e9 : undefined;
    } catch {
      return undefined;
    }
  }
}
