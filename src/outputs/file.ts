import { closeSync, constants, fchmodSync, fstatSync, openSync, statSync, writeSync } from "node:fs";
import { errnoOf } from "../core/errors.ts";
import type { OutputStatus } from "../core/output-record.ts";
import type { Carrier } from "./carrier.ts";
import type { OutputLine } from "./line.ts";
import { Pending } from "./pending.ts";

interface FileOptions {
  readonly name: string;
  readonly to: "file" | "stdout";
  readonly path: string;
  /** Monotonic milliseconds. */
  nowMs(): number;
}

/** How often it is asked whether the file is still the one that the name means. */
const LOOK_MS = 1000;
const MODE = 0o640;
/** Of standard output there is a link only, which must be followed. */
const FLAGS = constants.O_WRONLY | constants.O_APPEND | constants.O_CREAT | constants.O_NONBLOCK;

interface Waiting {
  readonly bytes: number;
  readonly content: Buffer;
}

/**
 * Appends lines to a file (O_APPEND, so truncation in place by a log rotation is harmless) and opens it anew when it was
 * renamed or removed, or at SIGHUP. What a full disk does not take waits in memory. Nothing waits for a reader: a pipe that is full
 * keeps its lines waiting here.
 */
export class FileCarrier implements Carrier {
  private readonly options: FileOptions;
  private readonly pending = new Pending<Waiting>();
  private fd = -1;
  private lookedMs = -Infinity;
  private delivered = 0;
  private retries = 0;
  private trouble: string | undefined;
  /** Bytes of the first pending line that are in the file already. */
  private partly = 0;

  constructor(options: FileOptions) {
    this.options = options;
    this.open();
  }

  carry({ text }: OutputLine): void {
    const content = Buffer.from(`${text}\n`);
    this.pending.add({ bytes: content.length, content });
    this.turn();
  }

  turn(): void {
    if (this.pending.count === 0) return;
    this.follow();
    if (this.fd < 0) this.open();
    if (this.fd >= 0) this.pending.drain(({ content }) => this.write(content));
  }

  reopen(): void {
    this.shut();
    this.open();
    this.turn();
  }

  status(): OutputStatus {
    const { name, to } = this.options;
    const { delivered, retries, trouble, pending } = this;
    const { count: waiting, bytes: waitingBytes, dropped } = pending;
    const counts = { delivered, waiting, waitingBytes, dropped, dead: 0, retries };
    return { name, to, ...counts, ...(trouble !== undefined && { trouble }) };
  }

  close(): void {
    this.turn();
    this.shut();
  }

  private write(content: Buffer): boolean {
    try {
      this.partly += writeSync(this.fd, content, this.partly);
      if (this.partly < content.length) return this.later("only a part of a line could be written");
    } catch (error) {
      return this.later(says(error));
    }
    this.partly = 0;
    this.delivered++;
    this.trouble = undefined;
    return true;
  }

  private later(trouble: string): false {
    this.retries++;
    this.trouble = `${this.options.path}: ${trouble}`;
    return false;
  }

  /** A file that was moved away is somebody else's now. */
  private follow(): void {
    const nowMs = this.options.nowMs();
    if (this.fd < 0 || this.options.to === "stdout" || nowMs - this.lookedMs < LOOK_MS) return;
    this.lookedMs = nowMs;
    try {
      const [open, named] = [fstatSync(this.fd), statSync(this.options.path, { throwIfNoEntry: false })];
      if (named === undefined || open.ino !== named.ino || open.dev !== named.dev) this.shut();
    } catch {
      this.shut();
    }
  }

  private open(): void {
    const { path, to } = this.options;
    try {
      // Exclusively first, so that only a file of our own making gets its mode from here.
      this.fd = to === "stdout" ? openSync(path, FLAGS) : (made(path) ?? openSync(path, FLAGS | constants.O_NOFOLLOW));
      this.trouble = undefined;
    } catch (error) {
      this.later(says(error));
    }
  }

  private shut(): void {
    if (this.fd >= 0) closeSync(this.fd);
    this.fd = -1;
    // The rest of a line in another file would be half a line.
    this.partly = 0;
  }
}

/** Undefined where there is one already. */
function made(path: string): number | undefined {
  try {
    const fd = openSync(path, FLAGS | constants.O_EXCL, MODE);
    // Whatever the umask says (umask(2)).
    fchmodSync(fd, MODE);
    return fd;
  } catch (error) {
    if (errnoOf(error) === "EEXIST") return undefined;
    throw error;
  }
}

const WORDS: Readonly<Record<string, string>> = {
  ENOENT: "the folder is not there",
  ENOSPC: "the disk is full",
  EDQUOT: "the quota is used up",
  EAGAIN: "nobody reads it",
  ENXIO: "it is a socket, or a pipe that nobody reads (of a service: use `to: journal`)",
  ELOOP: "it is a symbolic link, which is not followed",
};

function says(error: unknown): string {
  return WORDS[errnoOf(error)] ?? (error instanceof Error ? error.message : String(error));
}
