import { closeSync } from "node:fs";
import type { FileRef } from "../core/entity.ts";
import { failed, ok, type Result } from "../core/errors.ts";
import { checked, loadLibc, type SyscallResult } from "./syscall.ts";

/** linux/fanotify.h. */
const FAN_CLOEXEC = 0x1;
const FAN_NONBLOCK = 0x2;
const FAN_CLASS_CONTENT = 0x4;
const FAN_MARK_ADD = 0x1;
const FAN_MARK_REMOVE = 0x2;
const FAN_OPEN_EXEC_PERM = 0x0004_0000n;
const AT_FDCWD = -100;
const O_CLOEXEC = 0o2_000_000;

/** What the watcher is told: files by "DEV:INO", each with the groups that it is refused to. */
export type RefusedGroups = ReadonlyMap<
  string,
  readonly { readonly id: number; readonly dir: string; readonly path: string }[]
>;

/** Counters and flags that the thread shares with its owner. */
export const WATCH = { stop: 0, ready: 1, beat: 2, refused: 3, closed: 4, cells: 5 } as const;

/** The descriptor is closed once, by whichever of the two comes first: a number that was closed may be another file's. */
export function closeOnce(flags: Int32Array, fd: number): void {
  if (Atomics.exchange(flags, WATCH.closed, 1) === 0) closeSync(fd);
}

export interface WatchJob {
  readonly fd: number;
  readonly control: SharedArrayBuffer;
  readonly procRoot: string;
}

export function fileKeyOf({ dev, ino }: FileRef): string {
  return `${dev}:${ino}`;
}

/** A group of permission events without a mark yet: nothing is held up by it (fanotify_init(2)). */
export function openFanotify(): Result<number> {
  const init = loadLibc().func("int fanotify_init(uint flags, uint event_f_flags)");
  const opened = checked(Number(init(FAN_CLOEXEC | FAN_NONBLOCK | FAN_CLASS_CONTENT, O_CLOEXEC)));
  return opened.ok ? ok(opened.value) : failed("SW-GUARD-KNOB", `fanotify_init: ${opened.errno}`);
}

/**
 * Asks about each start of the file that the path leads to now: a mark on one inode, never on a mount or a
 * file system, where a slow answer would stall the host (fanotify_mark(2)).
 */
export function markFile(fd: number, path: string): Result<void> {
  const marked = mark(fd, FAN_MARK_ADD, path);
  return marked.ok ? ok(undefined) : failed("SW-GUARD-KNOB", `fanotify_mark: ${marked.errno}`);
}

export function unmarkFile(fd: number, path: string): void {
  mark(fd, FAN_MARK_REMOVE, path);
}

function mark(fd: number, flags: number, path: string): SyscallResult {
  const call = loadLibc().func("int fanotify_mark(int fd, uint flags, uint64_t mask, int dirfd, const char *path)");
  return checked(Number(call(fd, flags, FAN_OPEN_EXEC_PERM, AT_FDCWD, path)));
}
