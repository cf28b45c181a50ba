import {
  closeSync,
  constants,
  fdatasync,
  fstatSync,
  ftruncateSync,
  openSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
  writeSync,
} from "node:fs";
import { join } from "node:path";
import { makeFolder } from "../kernel/make-folder.ts";

export interface QueueOptions {
  /** Root's alone; made where it is missing. */
  readonly folder: string;
  /** Of what waits. */
  readonly maxBytes: number;
  readonly segmentBytes?: number;
}

/** What waits, with when it came (wall-clock milliseconds). */
export interface Queued {
  readonly id: string;
  readonly atMs: number;
  readonly text: string;
}

interface Segment {
  readonly number: number;
  bytes: number;
  lines: number;
}

const SEGMENT_BYTES = 256 * 1024;
const NAME = /^(\d{8})\.jsonl$/;
const CURSOR = "cursor";

/**
 * A queue of lines in files, first in, first out, that outlives its process at any instant: a line is in it from the write on, and
 * leaves it when the cursor has moved behind it. A cursor that was not moved in time gives a line twice, never none. Segments
 * that were read go as a whole. A line that a crash cut in two is left out.
 */
export class DiskQueue {
  private readonly options: QueueOptions;
  private readonly segmentBytes: number;
  private segments: Segment[] = [];
  private fd = -1;
  /** Lines of the first segment that went before. */
  private done = 0;
  /** Of the first segment, those that were not done when it was read. */
  private front: Queued[] = [];
  private frontOf = -1;
  private frontDone = 0;
  private syncing = false;

  /** Throws the system's error where the folder cannot be made or read. */
  constructor(options: QueueOptions) {
    this.options = options;
    this.segmentBytes = options.segmentBytes ?? SEGMENT_BYTES;
    makeFolder(options.folder, 0o700);
    this.load();
  }

  get count(): number {
    return this.segments.reduce((sum, { lines }) => sum + lines, 0) - this.done;
  }

  /** On disk: what went of the first segment counts until all of it did. */
  get bytes(): number {
    return this.segments.reduce((sum, { bytes }) => sum + bytes, 0);
  }

  /** False where there is no room for it. Throws the system's error. */
  add(item: Queued): boolean {
    const line = Buffer.from(`${JSON.stringify(item)}\n`);
    if (this.bytes + line.length > this.options.maxBytes) return false;
    const last = this.segments.at(-1);
    const segment =
      last !== undefined && this.fd >= 0 && last.bytes + line.length <= this.segmentBytes ? last : this.begin();
    const written = writeSync(this.fd, line);
    if (written < line.length) {
      ftruncateSync(this.fd, segment.bytes);
      throw Object.assign(new Error("the disk is full"), { code: "ENOSPC" });
    }
    segment.bytes += line.length;
    segment.lines++;
    if (this.frontOf === segment.number) this.front.push(item);
    this.sync();
    return true;
  }

  /** The one whose turn it is. */
  peek(): Queued | undefined {
    for (;;) {
      const [first] = this.segments;
      if (first === undefined) return undefined;
      if (this.frontOf !== first.number) this.read(first);
      const item = this.front[this.done - this.frontDone];
      if (item !== undefined) return item;
      if (this.segments.length === 1 && this.done >= first.lines) return undefined;
      this.drop(first);
    }
  }

  /** What `peek` gave is done. */
  shift(): void {
    const [first] = this.segments;
    if (first === undefined) return;
    this.done++;
    if (this.done >= first.lines) this.drop(first);
    else this.writeCursor();
  }

  close(): void {
    if (this.fd >= 0) closeSync(this.fd);
    this.fd = -1;
  }

  private load(): void {
    const numbers = readdirSync(this.options.folder)
      .flatMap((name) => NAME.exec(name)?.[1] ?? [])
      .map(Number)
      .toSorted((a, b) => a - b);
    this.segments = numbers.map((number) => {
      const text = readFileSync(this.path(number), "utf8");
      return { number, bytes: Buffer.byteLength(text), lines: linesOf(text).length };
    });
    const [first] = this.segments;
    const cursor = this.readCursor();
    this.done = first !== undefined && cursor?.segment === first.number ? Math.min(cursor.done, first.lines) : 0;
  }

  private read(segment: Segment): void {
    const items = linesOf(readFileSync(this.path(segment.number), "utf8"));
    segment.lines = items.length;
    this.frontOf = segment.number;
    this.frontDone = Math.min(this.done, items.length);
    this.front = items.slice(this.frontDone);
  }

  private begin(): Segment {
    this.close();
    const number = (this.segments.at(-1)?.number ?? this.lastNumber()) + 1;
    const flags = constants.O_WRONLY | constants.O_APPEND | constants.O_CREAT | constants.O_NOFOLLOW;
    this.fd = openSync(this.path(number), flags, 0o600);
    const segment = { number, bytes: fstatSync(this.fd).size, lines: 0 };
    this.segments.push(segment);
    return segment;
  }

  /** All of it is done. */
  private drop(segment: Segment): void {
    if (this.segments.length === 1) this.close();
    this.segments = this.segments.filter((each) => each !== segment);
    this.done = 0;
    this.front = [];
    this.frontOf = -1;
    // The cursor first: it must not mean a segment that comes later under the same number.
    this.writeCursor(segment.number + 1);
    rmSync(this.path(segment.number), { force: true });
  }

  private lastNumber(): number {
    return (this.readCursor()?.segment ?? 1) - 1;
  }

  private readCursor(): { segment: number; done: number } | undefined {
    try {
      const [segment, done] = readFileSync(join(this.options.folder, CURSOR), "utf8").split(" ").map(Number);
      return Number.isInteger(segment) && Number.isInteger(done)
        ? { segment: segment ?? 0, done: done ?? 0 }
        : undefined;
    } catch {
      return undefined;
    }
  }

  /** Where that fails, lines are told twice after the next start. */
  private writeCursor(segment = this.segments[0]?.number ?? 1): void {
    const path = join(this.options.folder, CURSOR);
    try {
      writeFileSync(`${path}.new`, `${segment} ${this.done}`, { mode: 0o600 });
      renameSync(`${path}.new`, path);
    } catch {
      // A full disk: the cursor is the only thing that may be late.
    }
  }

  /** Against a power cut; a process that is killed loses nothing that was written. */
  private sync(): void {
    if (this.syncing || this.fd < 0) return;
    this.syncing = true;
    fdatasync(this.fd, () => (this.syncing = false));
  }

  private path(number: number): string {
    return join(this.options.folder, `${String(number).padStart(8, "0")}.jsonl`);
  }
}

/** A line that was cut, or that is not ours, is none. */
function linesOf(text: string): Queued[] {
  return text.split("\n").flatMap((line): Queued[] => {
    if (line === "") return [];
    try {
      const item = JSON.parse(line) as Partial<Queued> | null;
      const isWhole = typeof item?.id === "string" && typeof item.text === "string" && typeof item.atMs === "number";
      return isWhole ? [item as Queued] : [];
    } catch {
      return [];
    }
  });
}
