import { type JournalFiles, nodeFiles } from "./files.ts";

/** The process ended: nothing that it would have done afterwards happens. */
export class Killed extends Error {}

/** Journal files that fail, or end the process, at a chosen operation from now. */
export class FaultyFiles implements JournalFiles {
  /** Operations so far. */
  done = 0;
  private at = Number.POSITIVE_INFINITY;
  private how = "kill";
  /** Whether the process has ended: everything fails from then on. */
  dead = false;

  /** `how`: an errno, "kill" before the operation, or "half" in the midst of a write. */
  failAt(operation: number, how: string): void {
    this.at = this.done + operation;
    this.how = how;
  }

  open(path: string, flags: number, mode: number): number {
    this.step();
    return nodeFiles.open(path, flags, mode);
  }

  write(fd: number, bytes: Uint8Array, at?: number): number {
    if (this.done === this.at && this.how === "half") nodeFiles.write(fd, bytes.subarray(0, bytes.length >> 1), at);
    this.step();
    return nodeFiles.write(fd, bytes, at);
  }

  fsync(): void {
    this.step();
  }

  truncate(fd: number, size: number): void {
    this.step();
    nodeFiles.truncate(fd, size);
  }

  rename(from: string, to: string): void {
    this.step();
    nodeFiles.rename(from, to);
  }

  unlink(path: string): void {
    this.step();
    nodeFiles.unlink?.(path);
  }

  close(fd: number): void {
    nodeFiles.close(fd);
  }

  private step(): void {
    const now = this.done++;
    if (this.dead) throw new Killed();
    if (now !== this.at) return;
    if (this.how !== "kill" && this.how !== "half") throw Object.assign(new Error(this.how), { code: this.how });
    this.dead = true;
    throw new Killed();
  }
}
