import { linkSync, mkdirSync, readdirSync, readFileSync, unlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { ProcessRef } from "../../core/entity.ts";
import { errnoOf, failed, ok, type Result } from "../../core/errors.ts";
import { readProcessStat } from "../../kernel/procfs.ts";

/**
 * One owner per folder, without a lock that outlives kill -9. An owner is a living process that a file
 * `lock.N` names. Who finds none alive makes the next number by link(2), which only one can, then looks
 * again: of two that linked at the same time, the one that looks later sees the other, and steps back.
 */
export interface FolderLock {
  release(): void;
}

export interface LockOwner extends ProcessRef {
  /** Of this boot of the kernel: pids and start times repeat after a restart. */
  readonly bootId: string;
}

export function acquireLock(folder: string, owner: LockOwner, procRoot = "/proc"): Result<FolderLock> {
  try {
    // Not recursive: below /proc, Node 26 would try for ever.
    mkdirSync(folder, { mode: 0o700 });
  } catch (error) {
    if (errnoOf(error) !== "EEXIST") return failed("SW-STATE-CREATE", `cannot create ${folder}: ${errnoOf(error)}`);
  }
  const draft = join(folder, `lock-${owner.pid}-${owner.startTicks}.new`);
  try {
    writeFileSync(draft, `${owner.pid} ${owner.startTicks} ${owner.bootId}\n`, { mode: 0o600 });
    return take(folder, draft, owner.bootId, procRoot);
  } catch (error) {
    const errno = errnoOf(error);
    return failed(errno === "ENOSPC" ? "SW-STATE-FULL" : "SW-STATE-CREATE", `cannot lock ${folder}: ${errno}`);
  } finally {
    // Where the folder is somebody else's there is no draft, and no right to look for one.
    try {
      removeIfThere(draft);
    } catch {}
  }
}

function take(folder: string, draft: string, bootId: string, procRoot: string): Result<FolderLock> {
  const holderOf = (number: number): number | undefined => livingHolder(lockPath(folder, number), bootId, procRoot);
  for (let attempt = 0; attempt < 100; attempt++) {
    const there = lockNumbers(folder);
    const holder = there.map(holderOf).find((pid) => pid !== undefined);
    if (holder !== undefined) return failed("SW-STATE-BUSY", `process ${holder} holds ${folder}`);
    const mine = (there.at(-1) ?? 0) + 1;
    try {
      linkSync(draft, lockPath(folder, mine));
    } catch (error) {
      if (errnoOf(error) === "EEXIST") continue;
      throw error;
    }
    const others = lockNumbers(folder).filter((number) => number !== mine);
    if (others.some((number) => holderOf(number) !== undefined)) removeIfThere(lockPath(folder, mine));
    else {
      for (const number of others) removeIfThere(lockPath(folder, number));
      return ok(releasable(lockPath(folder, mine)));
    }
  }
  return failed("SW-STATE-BUSY", `others keep taking ${folder}`);
}

/** Released once only: the same number may be another's afterwards. */
function releasable(path: string): FolderLock {
  let held = true;
  return {
    release() {
      if (held) removeIfThere(path);
      held = false;
    },
  };
}

/** The pid that holds the lock, or undefined where that process is gone, ended but not yet reaped, or of another boot. */
function livingHolder(path: string, bootId: string, procRoot: string): number | undefined {
  let text: string;
  try {
    text = readFileSync(path, "utf8");
  } catch {
    return undefined;
  }
  const [pid, startTicks, boot] = text.replace(/\n$/, "").split(" ");
  const stat = boot === bootId ? readProcessStat(Number(pid), procRoot) : undefined;
  const lives =
    stat !== undefined && stat.startTicks === Number(startTicks) && stat.state !== "Z" && stat.state !== "X";
  return lives ? stat.pid : undefined;
}

function lockPath(folder: string, number: number): string {
  return join(folder, `lock.${number}`);
}

function lockNumbers(folder: string): number[] {
  return readdirSync(folder)
    .flatMap((name) => (/^lock\.\d{1,12}$/.test(name) ? [Number(name.slice(5))] : []))
    .sort((a, b) => a - b);
}

function removeIfThere(path: string): void {
  try {
    unlinkSync(path);
  } catch (error) {
    if (errnoOf(error) !== "ENOENT") throw error;
  }
}

/** This process, as a lock names it. */
export function selfOwner(procRoot = "/proc"): LockOwner {
  const startTicks = readProcessStat(process.pid, procRoot)?.startTicks ?? 0;
  return { pid: process.pid, startTicks, bootId: readBootId(procRoot) };
}

export function readBootId(procRoot = "/proc"): string {
  try {
    return readFileSync(join(procRoot, "sys/kernel/random/boot_id"), "utf8").trim();
  } catch {
    return "";
  }
}
