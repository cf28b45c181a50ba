import { closeSync, constants, fstatSync, openSync, readdirSync, readSync } from "node:fs";
import { errnoOf, failed, ok, type Result } from "../core/errors.ts";

export interface OwnedOptions {
  /** Where the path begins; for tests. */
  readonly root?: string;
  /** Who must own every step. */
  readonly uid?: number;
}

const { O_RDONLY, O_DIRECTORY, O_NOFOLLOW, O_NONBLOCK } = constants;
/** Written by the group or by others; an access list that lets anybody write shows in the group's bits (acl(5)). */
const OTHERS_WRITE = 0o022;

/**
 * A file's text, if every folder on the way and the file itself are the owner's and nobody else can write them. Each step is
 * opened from the descriptor of the one before and looked at there (openat(2), by /proc/self/fd), links are not followed: what
 * was looked at is what is read. SW-PLUGIN.
 */
export function readOwned(path: string, maxBytes: number, options: OwnedOptions = {}): Result<string> {
  return withOwned(path, O_RDONLY | O_NOFOLLOW | O_NONBLOCK, options, (fd) => {
    const { size } = fstatSync(fd);
    if (!fstatSync(fd).isFile()) return failed("SW-PLUGIN", `${path} is no file`);
    if (size > maxBytes) return failed("SW-PLUGIN", `${path} has more than ${maxBytes} bytes`);
    const bytes = Buffer.alloc(size);
    let length = 0;
    for (let got = -1; got !== 0 && length < size; length += got)
      got = readSync(fd, bytes, length, size - length, null);
    return ok(bytes.toString("utf8", 0, length));
  });
}

/** Names in a folder, by the same rule. */
export function listOwned(path: string, options: OwnedOptions = {}): Result<readonly string[]> {
  return withOwned(path, O_RDONLY | O_DIRECTORY | O_NOFOLLOW, options, (fd) => ok(readdirSync(`/proc/self/fd/${fd}`)));
}

function withOwned<T>(
  path: string,
  flags: number,
  { root = "/", uid = 0 }: OwnedOptions,
  use: (fd: number) => Result<T>,
): Result<T> {
  const parts = path.split("/").filter((part) => part !== "");
  if (!path.startsWith("/") || parts.some((part) => part === "." || part === ".."))
    return failed("SW-PLUGIN", `${path} is no plain absolute path`);
  let fd = -1;
  let at = "/";
  try {
    fd = openSync(root, O_RDONLY | O_DIRECTORY);
    for (const [index, part] of ["", ...parts].entries()) {
      if (index > 0) {
        const how = index === parts.length ? flags : O_RDONLY | O_DIRECTORY | O_NOFOLLOW;
        const next = openSync(`/proc/self/fd/${fd}/${part}`, how);
        closeSync(fd);
        fd = next;
        at = `/${parts.slice(0, index).join("/")}`;
      }
      const { uid: owner, mode } = fstatSync(fd);
      if (owner !== uid) return failed("SW-PLUGIN", `${at} belongs to user ${owner}, not ${uid}`);
      if ((mode & OTHERS_WRITE) !== 0) return failed("SW-PLUGIN", `${at} can be written by others than its owner`);
    }
    return use(fd);
  } catch (error) {
    const errno = errnoOf(error);
    if (errno === "") throw error;
    return failed("SW-PLUGIN", `${path}: ${WHY[errno] ?? errno}`);
  } finally {
    if (fd >= 0) closeSync(fd);
  }
}

const WHY: Readonly<Record<string, string>> = {
  ENOENT: "there is no such file",
  ELOOP: "a step of it is a link",
  ENOTDIR: "a step of it is a link or no folder",
};
