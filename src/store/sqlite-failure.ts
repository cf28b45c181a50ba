import { errnoOf, failed, type ErrorCode } from "../core/errors.ts";
import { printable } from "../core/printable.ts";

/** Primary result codes of SQLite (sqlite.org/rescode.html); the extended code carries more in its upper bytes. */
const CODES: Readonly<Record<number, ErrorCode>> = {
  5: "SW-STATE-BUSY", // SQLITE_BUSY
  6: "SW-STATE-BUSY", // SQLITE_LOCKED
  8: "SW-STATE-IO", // SQLITE_READONLY
  10: "SW-STATE-IO", // SQLITE_IOERR
  11: "SW-STORE-DAMAGED", // SQLITE_CORRUPT
  13: "SW-STATE-FULL", // SQLITE_FULL
  14: "SW-STATE-CREATE", // SQLITE_CANTOPEN
  26: "SW-STORE-DAMAGED", // SQLITE_NOTADB
};

const SYSTEM: Readonly<Record<string, ErrorCode>> = {
  ENOSPC: "SW-STATE-FULL",
  EDQUOT: "SW-STATE-FULL",
  ENOENT: "SW-STATE-CREATE",
  ENOTDIR: "SW-STATE-CREATE",
  EACCES: "SW-STATE-CREATE",
  EROFS: "SW-STATE-CREATE",
};

/** What SQLite or the file system threw, as a value. Anything else is a bug and thrown on. */
export function storeFailure(what: string, error: unknown): ReturnType<typeof failed> {
  const errno = errnoOf(error);
  const says = `${what}: ${printable(error instanceof Error ? error.message : String(error), 200)}`;
  if (errno === "ERR_SQLITE_ERROR") {
    const code = (error as { errcode?: unknown }).errcode;
    return failed((typeof code === "number" ? CODES[code & 0xff] : undefined) ?? "SW-STATE-IO", says);
  }
  if (errno === "ERR_INVALID_STATE") return failed("SW-STATE-IO", says);
  if (/^E[A-Z0-9]+$/.test(errno) && !errno.startsWith("ERR_")) return failed(SYSTEM[errno] ?? "SW-STATE-IO", says);
  throw error;
}
