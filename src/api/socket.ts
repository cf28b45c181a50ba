import { closeSync, constants, fstatSync, lstatSync, openSync, renameSync, unlinkSync } from "node:fs";
import { connect, type Server } from "node:net";
import { basename, dirname, join } from "node:path";
import { errnoOf, failed, ok, type Result } from "../core/errors.ts";

/** sockaddr_un holds 108 bytes with the final zero (unix(7)). */
const MAX_SOCKET_PATH = 107;

/** Runs `use` with a path to the same socket that is short enough for the kernel, through the folder's descriptor where needed. */
async function withShortPath<T>(path: string, use: (short: string) => Promise<T>): Promise<T> {
  if (Buffer.byteLength(path) <= MAX_SOCKET_PATH) return use(path);
  const folder = openSync(dirname(path), constants.O_RDONLY | constants.O_DIRECTORY);
  try {
    return await use(join(`/proc/self/fd/${folder}`, basename(path)));
  } finally {
    closeSync(folder);
  }
}

/** open(2): only the place of a file, not its contents; the way to hold a socket file itself. */
const O_PATH = 0o10000000;

/** What stands at the path is no socket. */
export class ForeignSocketError extends Error {}

/**
 * Runs `use` with a path to exactly the socket that stands at `path` now. The unprivileged half owns its folder
 * and could put a link to any other service's socket there: a link is refused, and a later exchange has no effect.
 */
export async function withSocket<T>(path: string, use: (held: string) => Promise<T>): Promise<T> {
  const held = openSync(path, O_PATH | constants.O_NOFOLLOW);
  try {
    if (!fstatSync(held).isSocket()) throw new ForeignSocketError("what is there is not a socket");
    return await use(`/proc/self/fd/${held}`);
  } finally {
    closeSync(held);
  }
}

/**
 * Listens on a Unix socket that only its owner may use. It is bound under a name of its own and then
 * renamed, so that a dead socket is replaced in one step and never anything but a socket.
 * SW-STATE-BUSY where something answers there, SW-STATE-CREATE where it cannot be made.
 */
export async function listenOn(server: Server, path: string): Promise<Result<{ unlink(): void }>> {
  if (await answers(path)) return failed("SW-STATE-BUSY", `${path}: something answers there already`);
  if (statOf(path)?.isSocket() === false) return failed("SW-STATE-CREATE", `${path} is there and is not a socket`);
  const draft = `${path}.${process.pid}`;
  try {
    unlinkIfThere(draft);
    await withShortPath(draft, (short) => bind(server, short));
    const inode = lstatSync(draft).ino;
    renameSync(draft, path);
    // Only while it is still ours: a later owner may have put its own in place.
    return ok({ unlink: () => void (statOf(path)?.ino === inode && unlinkIfThere(path)) });
  } catch (error) {
    server.close();
    return failed("SW-STATE-CREATE", `${path}: ${errnoOf(error) || String(error)}`);
  }
}

function bind(server: Server, path: string): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once("error", reject);
    // The kernel gives the socket file the mode that the mask leaves; bind(2) happens inside listen().
    const mask = process.umask(0o177);
    server.listen(path, () => {
      server.off("error", reject);
      resolve();
    });
    process.umask(mask);
  });
}

async function answers(path: string): Promise<boolean> {
  if (statOf(path)?.isSocket() !== true) return false;
  return withShortPath(
    path,
    (short) =>
      new Promise<boolean>((resolve) => {
        const socket = connect(short);
        socket.once("connect", () => resolve(true));
        socket.once("error", (error) => resolve(errnoOf(error) === "EAGAIN"));
        socket.once("connect", () => socket.destroy());
      }),
  );
}

function statOf(path: string): ReturnType<typeof lstatSync> {
  return lstatSync(path, { throwIfNoEntry: false });
}

function unlinkIfThere(path: string): void {
  try {
    unlinkSync(path);
  } catch (error) {
    if (errnoOf(error) !== "ENOENT") throw error;
  }
}
