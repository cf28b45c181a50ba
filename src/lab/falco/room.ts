import { spawnSync } from "node:child_process";
import { existsSync, lstatSync, mkdirSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { failed, ok, type Result } from "../../core/errors.ts";

/** The kernel's own trees, what is made afresh, and where the changes lie. */
const KEPT = new Set(["proc", "sys", "tmp", "lost+found", "mnt"]);
const FRESH = ["/tmp", "/dev/shm"];
const MARK = "SWARMS_FALCO_ROOM";

export const isInRoom = (): boolean => process.env[MARK] === "1";

/**
 * Runs this program again in a mount and a network namespace of its own (unshare(1)), with the same terminal: its exit status.
 * Whatever a suite writes, makes or connects to, stays in there and is gone with it.
 */
export function runInRoom(program: readonly string[]): Result<number> {
  const args = ["--mount", "--net", "--propagation", "private", ...program];
  const { status, error } = spawnSync("unshare", args, { stdio: "inherit", env: { ...process.env, [MARK]: "1" } });
  if (error !== undefined) return failed("SW-FALCO-ROOM", `unshare: ${error.message}`);
  return ok(status ?? 1);
}

/**
 * Every folder of the host becomes a copy that is made as it is written (overlayfs), /tmp and /dev/shm are empty ones, and nothing can be
 * made in the root itself.
 */
export function furnishRoom(): Result<void> {
  const upper = "/mnt";
  const problems = [
    mount(["-t", "tmpfs", "-o", "size=256m,mode=755", "swarms-room", upper]),
    ...readdirSync("/").map((name) => cover(name, upper)),
    ...FRESH.map((folder) => mount(["-t", "tmpfs", "-o", "size=64m,mode=1777", "swarms-room", folder])),
    // What is left of the host's.
    mount(["-o", "remount,bind,ro", "/"]),
    run("ip", ["link", "set", "lo", "up"]),
  ].filter((problem) => problem !== undefined);
  return problems.length === 0 ? ok(undefined) : failed("SW-FALCO-ROOM", problems.join("; "));
}

function cover(name: string, upper: string): string | undefined {
  const folder = `/${name}`;
  if (KEPT.has(name) || lstatSync(folder).isSymbolicLink() || !lstatSync(folder).isDirectory()) return undefined;
  const [changes, work] = [join(upper, name, "upper"), join(upper, name, "work")];
  for (const each of [changes, work]) mkdirSync(each, { recursive: true });
  return mount([
    "-t",
    "overlay",
    "-o",
    `lowerdir=${folder},upperdir=${changes},workdir=${work}`,
    "swarms-room",
    folder,
  ]);
}

/** Gives the room's own loopback an address, so that what connects to it never leaves. */
export function giveAddress(host: string): string | undefined {
  const args = ["address", "replace", `${host}/${host.includes(":") ? 128 : 32}`, "dev", "lo"];
  return run("ip", host.includes(":") ? [...args, "nodad"] : args);
}

const mount = (args: readonly string[]): string | undefined => run("mount", args);

function run(command: string, args: readonly string[]): string | undefined {
  const found = ["/usr/sbin", "/sbin", "/usr/bin", "/bin"]
    .map((folder) => join(folder, command))
    .find((path) => existsSync(path));
  if (found === undefined) return `${command} is not there`;
  const { status, stderr, error } = spawnSync(found, args, { encoding: "utf8", timeout: 10_000 });
  return status === 0 ? undefined : `${command} ${args.join(" ")}: ${error?.message ?? stderr.trim()}`;
}
