import { closeSync, openSync, readdirSync, readFileSync } from "node:fs";
import { extname, join } from "node:path";
import { Worker } from "node:worker_threads";
import type { FileRef } from "../core/entity.ts";
import { failed, ok, type Result } from "../core/errors.ts";
import {
  closeOnce,
  fileKeyOf,
  markFile,
  openFanotify,
  type RefusedGroups,
  unmarkFile,
  WATCH,
  type WatchJob,
} from "./fanotify.ts";
import { fileOf } from "./file-ref.ts";
import type { ExecRefusal } from "./host-access.ts";

type Group = Parameters<ExecRefusal["set"]>[0];

interface Watch {
  readonly fd: number;
  readonly flags: Int32Array;
  readonly worker: Worker;
  readonly guardian: NodeJS.Timeout;
}

/** The thread is up within 100 ms; without an answer for so long, everything is allowed again. */
const START_MS = 2000;
const SILENT_MS = 1000;

/**
 * Refuses executables by fanotify permission events, where there is no BPF LSM. The kernel asks before it
 * opens a marked file for execution: programs get EPERM, scripts too. Only files that a running process shows
 * can be marked, since a mark is set by path.
 */
export class FanotifyRefusal implements ExecRefusal {
  readonly means = "fanotify";
  private readonly procRoot: string;
  private readonly groups = new Map<number, { readonly group: Group; readonly files: readonly FileRef[] }>();
  /** A descriptor of each marked file, by key. */
  private readonly marked = new Map<string, number>();
  private watch: Watch | undefined;

  constructor(procRoot = "/proc") {
    this.procRoot = procRoot;
  }

  set(group: Group, files: readonly FileRef[]): Result<void> {
    const before = this.groups.get(group.id);
    if (files.length === 0) this.groups.delete(group.id);
    else this.groups.set(group.id, { group: { id: group.id, dir: group.dir, path: group.path }, files });
    const started = files.length === 0 ? ok(undefined) : this.start();
    const marked = started.ok ? this.markAll(group) : started;
    if (!marked.ok) {
      if (before === undefined) this.groups.delete(group.id);
      else this.groups.set(group.id, before);
    }
    this.settle();
    return marked;
  }

  list(cgroupId: number): readonly FileRef[] {
    return this.watch === undefined ? [] : (this.groups.get(cgroupId)?.files ?? []);
  }

  /** The thread is told first: a question about a file that it does not know is answered with yes. */
  private markAll(group: Group): Result<void> {
    this.watch?.worker.postMessage(this.refused(), []);
    for (const file of this.groups.get(group.id)?.files ?? []) {
      const key = fileKeyOf(file);
      if (this.marked.has(key)) continue;
      const fd = openShown(file, group.dir, this.procRoot);
      if (fd === undefined || this.watch === undefined)
        return failed("SW-GUARD-GONE", `no process of the group shows the file ${key}, so it cannot be marked`);
      this.marked.set(key, fd);
      const marked = markFile(this.watch.fd, `/proc/self/fd/${fd}`);
      if (!marked.ok) return marked;
    }
    return ok(undefined);
  }

  /** Takes marks away that nobody needs, and the thread with the last of them. */
  private settle(): void {
    const refused = this.refused();
    this.watch?.worker.postMessage(refused, []);
    for (const [key, fd] of this.marked) {
      if (refused.has(key)) continue;
      if (this.watch !== undefined) unmarkFile(this.watch.fd, `/proc/self/fd/${fd}`);
      this.marked.delete(key);
      closeSync(fd);
    }
    if (refused.size === 0) this.stop();
  }

  private refused(): RefusedGroups {
    const refused = new Map<string, Group[]>();
    for (const { group, files } of this.groups.values())
      for (const file of files) refused.set(fileKeyOf(file), [...(refused.get(fileKeyOf(file)) ?? []), group]);
    return refused;
  }

  private start(): Result<void> {
    if (this.watch !== undefined) return ok(undefined);
    const opened = openFanotify();
    if (!opened.ok) return opened;
    const control = new SharedArrayBuffer(WATCH.cells * 4);
    const flags = new Int32Array(control);
    const workerData: WatchJob = { fd: opened.value, control, procRoot: this.procRoot };
    const worker = new Worker(new URL(`./fanotify-worker${extname(import.meta.filename)}`, import.meta.url), {
      workerData,
      // The descriptors that it closes came to it from here, and from the kernel.
      trackUnmanagedFds: false,
    });
    worker.unref();
    const watch: Watch = { fd: opened.value, flags, worker, guardian: setInterval(() => look(), SILENT_MS).unref() };
    let last = -1;
    const look = (): void => {
      const beat = Atomics.load(flags, WATCH.beat);
      if (beat === last) this.abandon(watch);
      last = beat;
    };
    worker.on("error", () => this.abandon(watch));
    worker.on("exit", () => this.abandon(watch));
    this.watch = watch;
    // Nothing is marked before somebody is there to answer.
    if (Atomics.wait(flags, WATCH.ready, 0, START_MS) !== "timed-out") return ok(undefined);
    this.abandon(this.watch);
    return failed("SW-GUARD-KNOB", `the thread that answers fanotify did not start within ${START_MS} ms`);
  }

  /** The thread ends by itself and closes the descriptor. */
  private stop(): void {
    const { watch } = this;
    if (watch === undefined) return;
    this.watch = undefined;
    for (const fd of this.marked.values()) closeSync(fd);
    this.marked.clear();
    this.groups.clear();
    clearInterval(watch.guardian);
    Atomics.store(watch.flags, WATCH.stop, 1);
  }

  /** A thread that does not answer: closing the descriptor lets everything go on that waits for it. */
  private abandon(watch: Watch): void {
    closeOnce(watch.flags, watch.fd);
    if (this.watch === watch) this.stop();
  }
}

/** O_PATH: names a file without opening it, so nothing is asked and nothing held up (open(2)). */
const O_PATH = 0o10_000_000;

/** A descriptor of the file, by a process of the group, or of one below it, that runs it. */
function openShown(file: FileRef, dir: string, procRoot: string): number | undefined {
  const wanted = fileKeyOf(file);
  for (const pid of groupsBelow(dir).flatMap(pidsOf)) {
    const fd = openPath(join(procRoot, pid, "exe"));
    const found = fd === undefined ? undefined : fileOf(`/proc/self/fd/${fd}`);
    if (found !== undefined && fileKeyOf(found) === wanted) return fd;
    if (fd !== undefined) closeSync(fd);
  }
  return undefined;
}

function openPath(path: string): number | undefined {
  try {
    return openSync(path, O_PATH);
  } catch {
    return undefined;
  }
}

const MAX_GROUPS = 64;

function groupsBelow(dir: string): string[] {
  const groups = [dir];
  for (let at = 0; at < groups.length && groups.length < MAX_GROUPS; at++) {
    const entries = list(groups[at] ?? dir);
    groups.push(...entries.map((name) => join(groups[at] ?? dir, name)));
  }
  return groups;
}

function list(dir: string): string[] {
  try {
    return readdirSync(dir, { withFileTypes: true }).flatMap((entry) => (entry.isDirectory() ? [entry.name] : []));
  } catch {
    return [];
  }
}

function pidsOf(dir: string): string[] {
  try {
    return readFileSync(join(dir, "cgroup.procs"), "utf8").split("\n").filter(Boolean);
  } catch {
    return [];
  }
}
