import { closeSync, existsSync, fstatSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { Random } from "../../core/random.ts";
import { type JournalFiles, nodeFiles } from "../journal/files.ts";
import type { Machine, Operation } from "./machine.fixture.ts";

interface Rename {
  readonly from: string;
  readonly to: string;
  /** What `to` named before; undefined where nothing. */
  readonly replaced: Buffer | undefined;
}

/**
 * Journal files on a disk that knows what was synced. After a power cut a file holds what was synced of it and some of
 * what was written since; names that were moved since the last sync of anything may be back (ext4, data=ordered, commits
 * names in their order with every sync).
 */
export class Disk implements JournalFiles {
  private readonly machine: Machine;
  private readonly fds = new Set<number>();
  /** Bytes on the platter by inode, of every file that was written. */
  private readonly synced = new Map<number, Buffer>();
  private renames: Rename[] = [];

  constructor(machine: Machine) {
    this.machine = machine;
  }

  open(path: string, flags: number, mode: number): number {
    this.step("open");
    const fd = nodeFiles.open(path, flags, mode);
    this.fds.add(fd);
    const { ino } = fstatSync(fd);
    if (fstatSync(fd).isFile() && !this.synced.has(ino)) this.synced.set(ino, Buffer.from(readFileSync(path)));
    return fd;
  }

  write(fd: number, bytes: Uint8Array, at?: number): number {
    this.step("write", () => nodeFiles.write(fd, bytes.subarray(0, bytes.length >> 1), at));
    return nodeFiles.write(fd, bytes, at);
  }

  fsync(fd: number): void {
    this.step("fsync");
    const stat = fstatSync(fd);
    if (stat.isFile()) this.synced.set(stat.ino, readFileSync(`/proc/self/fd/${fd}`));
    this.renames = [];
  }

  truncate(fd: number, size: number): void {
    this.step("truncate");
    nodeFiles.truncate(fd, size);
  }

  rename(from: string, to: string): void {
    this.step("rename");
    this.renames.push({ from, to, replaced: existsSync(to) ? readFileSync(to) : undefined });
    nodeFiles.rename(from, to);
  }

  unlink(path: string): void {
    this.step("unlink");
    nodeFiles.unlink?.(path);
  }

  close(fd: number): void {
    this.fds.delete(fd);
    nodeFiles.close(fd);
  }

  /** The process that had them open is gone. */
  closeAll(): void {
    for (const fd of this.fds) closeSync(fd);
    this.fds.clear();
  }

  powerCut(folder: string, random: Random): void {
    const kept = Math.floor(random() * (this.renames.length + 1));
    for (const { from, to, replaced } of this.renames.slice(kept).toReversed()) {
      // As copies: which inode has the bytes makes no difference any more.
      if (existsSync(to)) this.rewrite(from, readFileSync(to));
      if (replaced === undefined) rmSync(to, { force: true });
      else this.rewrite(to, replaced);
    }
    this.renames = [];
    for (const name of existsSync(folder) ? readdirSync(folder) : []) this.lose(join(folder, name), random);
  }

  private rewrite(path: string, bytes: Buffer): void {
    writeFileSync(path, bytes);
    this.synced.set(statSync(path).ino, bytes);
  }

  private lose(path: string, random: Random): void {
    const safe = this.synced.get(statSync(path).ino);
    if (safe === undefined) return;
    const now = readFileSync(path);
    const grown = now.subarray(0, safe.length).equals(safe) ? now.length - safe.length : 0;
    const kept =
      grown === 0 && random() < 0.5 ? safe : now.subarray(0, safe.length + Math.floor(random() * (grown + 1)));
    if (!kept.equals(now)) writeFileSync(path, kept);
  }

  private step(operation: Operation, half?: () => void): void {
    const errno = this.machine.before(operation, half);
    if (errno !== undefined) throw Object.assign(new Error(errno), { code: errno });
  }
}
