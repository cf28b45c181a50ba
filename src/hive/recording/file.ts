import {
  closeSync,
  fstatSync,
  fsyncSync,
  lstatSync,
  openSync,
  readSync,
  statSync,
  unlinkSync,
  writeSync,
} from "node:fs";
import { errnoOf, failed, ok, type Result } from "../../core/errors.ts";
import { unreadable } from "../../core/unreadable.ts";
import { whyUnwritable } from "../../core/unwritable.ts";
import type { ByteSource } from "./reader.ts";
import type { Sink } from "./writer.ts";

export interface RecordingFile {
  readonly sink: Sink;
  close(): void;
}

/**
 * A new file that only its owner reads: it tells who ran what and whom they talked to. An existing one is
 * replaced only where `force` says so, and only where it is a plain file. SW-RECORDING-WRITE.
 */
export function createRecordingFile(path: string, force: boolean): Result<RecordingFile> {
  try {
    if (force && isPlainFile(path)) unlinkSync(path);
    // O_EXCL: neither an existing file nor a link that somebody put there is written through.
    const fd = openSync(path, "wx", 0o600);
    return ok({ sink: (bytes) => writeAll(fd, path, bytes), close: () => closeSynced(fd) });
  } catch (error) {
    if (errnoOf(error) !== "EEXIST") return failed("SW-RECORDING-WRITE", `${path}: ${whyUnwritable(error)}`);
    const why = force ? "it is no plain file" : "it exists already (--force replaces it)";
    return failed("SW-RECORDING-WRITE", `${path}: ${why}`);
  }
}

/** Bytes of a recording; SW-RECORDING-READ where it is not there or no plain file. */
export function openRecordingFile(path: string): Result<ByteSource & { close(): void }> {
  try {
    // A pipe would wait for its writer.
    if (!statSync(path).isFile()) return failed("SW-RECORDING-READ", `${path}: it is no plain file`);
    const fd = openSync(path, "r");
    if (fstatSync(fd).isFile())
      return ok({ read: (at, length) => readAt(fd, path, at, length), close: () => closeSync(fd) });
    closeSync(fd);
    return failed("SW-RECORDING-READ", `${path}: it is no plain file`);
  } catch (error) {
    return failed("SW-RECORDING-READ", unreadable(path, error));
  }
}

function isPlainFile(path: string): boolean {
  return lstatSync(path, { throwIfNoEntry: false })?.isFile() ?? false;
}

function writeAll(fd: number, path: string, bytes: Uint8Array): Result<void> {
  try {
    for (let at = 0; at < bytes.length;) at += writeSync(fd, bytes, at);
    return ok(undefined);
  } catch (error) {
    return failed("SW-RECORDING-WRITE", `${path}: ${whyUnwritable(error)}`);
  }
}

function readAt(fd: number, path: string, at: number, length: number): Result<Uint8Array> {
  const bytes = new Uint8Array(length);
  try {
    let got = 0;
    for (let more = 1; more > 0 && got < length; got += more) more = readSync(fd, bytes, got, length - got, at + got);
    return ok(bytes.subarray(0, got));
  } catch (error) {
    return failed("SW-RECORDING-READ", `${path}: ${messageOf(error)}`);
  }
}

function closeSynced(fd: number): void {
  try {
    fsyncSync(fd);
  } catch {
    // What could not be written was said when it was written.
  }
  closeSync(fd);
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
