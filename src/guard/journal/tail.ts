import { constants } from "node:fs";
import { failed, ok, type Result } from "../../core/errors.ts";
import { type JournalFiles, removeFile, syncFolder, writeFailure, writeFresh, writeWhole } from "./files.ts";
import { type Head, writeHead } from "./head.ts";
import type { Signer } from "./keys.ts";
import { MAX_LINE } from "./lines.ts";
import { type CarriedRecord, encodeLine, type RecordBodies, type RecordType } from "./record.ts";
import { segmentLines } from "./segment-lines.ts";
import { segmentPath } from "./segments.ts";

export interface TailOptions {
  readonly folder: string;
  readonly files: JournalFiles;
  readonly signer: Signer | undefined;
  /** Heads are open, and written by `seal`, where records are not sealed each. */
  readonly sealsLater: boolean;
}

/** How far a record has come when `append` returns. "written" outlasts this process, "synced" a power cut; "sealed": the head names it. */
export type Durability = "written" | "synced" | "sealed";

export interface TailState {
  readonly segment: number;
  readonly last: Head;
  readonly bytes: number;
  /** Bytes of the records that the segment begins with. */
  readonly begun: number;
  /** The head names an earlier record: that of a run which ended before it had written, or synced, more. */
  readonly behind?: boolean;
}

const IN_PLACE = constants.O_WRONLY | constants.O_NOFOLLOW;
const APPEND = constants.O_WRONLY | constants.O_CREAT | constants.O_APPEND | constants.O_NOFOLLOW;

/** Throws system errors. */
export function openSegment(files: JournalFiles, folder: string, segment: number): number {
  return files.open(segmentPath(folder, segment), APPEND, 0o600);
}

/** The newest segment, open for writing, and the head that names its last record. */
export class Tail {
  private readonly options: TailOptions;
  private fd: number;
  private state: TailState;
  /** Whether the file may hold bytes after the last record, left by a write that failed. */
  private untidy = false;
  /** What a segment that was begun still needs before anything may follow: its name on the disk, and the head. */
  private unsettled = false;
  /** A segment that could not be begun, and perhaps not be taken back either. */
  private stray: string | undefined;
  /** Lines that were written since the last sync. */
  private unsynced: Uint8Array[] = [];
  /** A sync failed: what it was to sync may be lost although the kernel shows it, and a second sync would not say so (fsync(2)). */
  private rewrite = false;
  private headSeq: number;

  constructor(options: TailOptions, fd: number, state: TailState) {
    this.options = options;
    this.fd = fd;
    this.state = state;
    this.headSeq = state.last.seq;
    // Else two runs that fail alike would leave more records than a head may lack.
    this.unsettled = state.behind === true;
  }

  /** Records after the one that the head names. */
  get unsealed(): number {
    return this.state.last.seq - this.headSeq;
  }

  get last(): Head {
    return this.state.last;
  }

  get segment(): number {
    return this.state.segment;
  }

  /** Bytes written to this segment beside those that it began with. */
  get grown(): number {
    return this.state.bytes - this.state.begun;
  }

  /** Writes one record, as far as `durability` says; where that fails, nothing of it remains. */
  append<T extends RecordType>(
    type: T,
    body: RecordBodies[T],
    atMs: number,
    durability: Durability = "sealed",
  ): Result<Head> {
    const { folder, files } = this.options;
    const tidy = this.tidyUp();
    if (!tidy.ok) return tidy;
    const seq = this.state.last.seq + 1;
    const { line, hash } = encodeLine({ seq, atMs, type, body }, this.state.last.hash);
    const bytes = Buffer.from(`${line}\n`);
    if (bytes.length > MAX_LINE) return failed("SW-JOURNAL-WRITE", `a record of ${bytes.length} bytes is too long`);
    try {
      this.settle(atMs);
    } catch (error) {
      return writeFailure(`write the journal in ${folder}`, error);
    }
    try {
      writeWhole(files, this.fd, bytes);
      if (durability !== "written") this.sync();
      if (durability === "sealed") this.writeHead({ seq, hash }, atMs, this.options.sealsLater);
    } catch (error) {
      this.takeBack();
      return writeFailure(`write the journal in ${folder}`, error);
    }
    if (durability === "written") this.unsynced.push(bytes);
    this.state = { ...this.state, last: { seq, hash }, bytes: this.state.bytes + bytes.length };
    return ok(this.state.last);
  }

  /** Syncs what was only written, and lets the head name the last record: for good, where nothing will follow. */
  seal(atMs: number, { last }: { readonly last: boolean }): Result<void> {
    const tidy = this.tidyUp();
    if (!tidy.ok) return tidy;
    try {
      this.settle(atMs);
      if (this.unsynced.length > 0) this.sync();
      if (this.unsealed > 0 || last) this.writeHead(this.state.last, atMs, !last);
      return ok(undefined);
    } catch (error) {
      return writeFailure(`seal the journal in ${this.options.folder}`, error);
    }
  }

  /**
   * Begins the next segment. It is written whole and synced under another name first; from the rename on it is the
   * journal, whatever fails after that.
   */
  rotate(carried: readonly CarriedRecord[], atMs: number): Result<void> {
    const { folder, files } = this.options;
    const segment = this.state.segment + 1;
    const path = segmentPath(folder, segment);
    const { text, last } = segmentLines(segment, carried, this.state.last, atMs);
    const bytes = Buffer.from(text);
    let fd: number | undefined;
    const sealed = this.options.sealsLater ? this.seal(atMs, { last: false }) : ok(undefined);
    if (!sealed.ok) return sealed;
    try {
      this.settle(atMs);
      writeFresh(files, `${path}.new`, bytes);
      fd = files.open(`${path}.new`, APPEND, 0o600);
      files.rename(`${path}.new`, path);
    } catch (error) {
      if (fd !== undefined) files.close(fd);
      this.stray ??= path;
      return writeFailure(`begin segment ${segment} of the journal in ${folder}`, error);
    }
    files.close(this.fd);
    this.fd = fd;
    this.state = { segment, last, bytes: bytes.length, begun: bytes.length };
    this.unsettled = true;
    try {
      this.settle(atMs);
    } catch {
      // Made up for before the next record.
    }
    return ok(undefined);
  }

  close(): void {
    this.options.files.close(this.fd);
  }

  private settle(atMs: number): void {
    const { folder, files } = this.options;
    if (this.stray !== undefined) {
      removeFile(files, `${this.stray}.new`);
      removeFile(files, this.stray);
      this.stray = undefined;
    }
    if (this.rewrite) this.writeAgain();
    if (!this.unsettled) return;
    files.fsync(this.fd);
    syncFolder(files, folder);
    this.writeHead(this.state.last, atMs, this.options.sealsLater);
    this.unsettled = false;
  }

  private sync(): void {
    try {
      this.options.files.fsync(this.fd, "data");
      this.unsynced = [];
    } catch (error) {
      this.rewrite = this.unsynced.length > 0;
      throw error;
    }
  }

  /** In place and byte for byte the same, so that a crash in between takes nothing away. */
  private writeAgain(): void {
    const { folder, files } = this.options;
    const bytes = Buffer.concat(this.unsynced);
    const fd = files.open(segmentPath(folder, this.state.segment), IN_PLACE, 0o600);
    try {
      writeWhole(files, fd, bytes, this.state.bytes - bytes.length);
      files.fsync(fd);
    } finally {
      files.close(fd);
    }
    this.unsynced = [];
    this.rewrite = false;
  }

  private writeHead(head: Head, atMs: number, open: boolean): void {
    const { folder, files, signer } = this.options;
    writeHead(files, folder, { ...head, open }, signer && { signer, segment: this.state.segment, atMs });
    this.headSeq = head.seq;
  }

  private tidyUp(): Result<void> {
    if (this.untidy) this.takeBack();
    return this.untidy
      ? failed("SW-JOURNAL-WRITE", `an unfinished record in ${this.options.folder} cannot be cut off`)
      : ok(undefined);
  }

  /** After a failure: cuts what reached the file of the record that did not become one. */
  private takeBack(): void {
    try {
      this.options.files.truncate(this.fd, this.state.bytes);
      this.untidy = false;
    } catch {
      this.untidy = true;
    }
  }
}
