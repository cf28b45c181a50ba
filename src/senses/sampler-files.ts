import { closeSync, openSync, readSync } from "node:fs";

/** One buffer for all reads of the sampler: it runs on one thread and each text is taken out at once. */
let buffer = Buffer.allocUnsafe(1 << 16);
const MAX_BYTES = 1 << 24;

/** Whole text of a small kernel file; undefined where it is gone, forbidden or not supported. */
export function readKernelFile(path: string): string | undefined {
  let fd = -1;
  try {
    fd = openSync(path, "r");
    return readAll(fd);
  } catch {
    return undefined;
  } finally {
    closeQuietly(fd);
  }
}

/** A file that is not there is asked for again after this many reads: a failing open costs more than a read. */
const RETRY_READS = 20;

/**
 * A file that is read again and again through one descriptor: less than half the cost of opening it
 * each time. A removed cgroup answers ENODEV, and the file is opened anew.
 */
export class KeptFile {
  private readonly path: string;
  private readonly keep: boolean;
  private fd = -1;
  private pause = 0;

  /** Without `keep` it is opened for every read: for those too many to hold a descriptor each. */
  constructor(path: string, keep = true) {
    this.path = path;
    this.keep = keep;
  }

  read(): string | undefined {
    if (this.pause > 0) {
      this.pause--;
      return undefined;
    }
    const text = this.keep ? this.readOrReopen() : readKernelFile(this.path);
    if (text === undefined) this.pause = RETRY_READS;
    return text;
  }

  close(): void {
    closeQuietly(this.fd);
    this.fd = -1;
  }

  private readOrReopen(): string | undefined {
    return this.readKept() ?? (this.reopen() ? this.readKept() : undefined);
  }

  private reopen(): boolean {
    this.close();
    try {
      this.fd = openSync(this.path, "r");
      return true;
    } catch {
      return false;
    }
  }

  private readKept(): string | undefined {
    if (this.fd < 0) return undefined;
    try {
      return readAll(this.fd);
    } catch {
      return undefined;
    }
  }
}

/** Positioned reads, so that a kept descriptor starts anew; seq files are whole once a read gives nothing more. */
function readAll(fd: number): string {
  let length = 0;
  for (;;) {
    const got = readSync(fd, buffer, length, buffer.length - length, length);
    length += got;
    // A read gives whole records up to a page; less than half a page is all there is.
    if (got === 0 || length < 2048) return buffer.toString("utf8", 0, length);
    if (length === buffer.length) {
      if (length >= MAX_BYTES) return buffer.toString("utf8", 0, length);
      buffer = Buffer.concat([buffer], length * 2);
    }
  }
}

function closeQuietly(fd: number): void {
  if (fd < 0) return;
  try {
    closeSync(fd);
  } catch {
    // Closing a descriptor of a vanished group has nothing to report.
  }
}

/** Value of a "name value" line, as in cpu.stat and cgroup.events; undefined where there is none. */
export function fieldOf(text: string | undefined, name: string): number | undefined {
  if (text === undefined) return undefined;
  let at = text.startsWith(`${name} `) ? 0 : text.indexOf(`\n${name} `);
  if (at < 0) return undefined;
  if (text[at] === "\n") at++;
  const value = Number.parseInt(text.slice(at + name.length + 1, at + name.length + 24), 10);
  return Number.isFinite(value) ? value : undefined;
}

/** A file that holds one number; undefined for anything else. */
export function numberOf(text: string | undefined): number | undefined {
  if (text === undefined || text === "") return undefined;
  const value = Number.parseInt(text, 10);
  return Number.isFinite(value) ? value : undefined;
}
