import { keepOnExec } from "../kernel/close-on-exec.ts";
import { confine, type Resource } from "../kernel/confine.ts";
import { readStatus } from "../kernel/procfs.ts";
import { type Family, seccompFilter } from "../kernel/seccomp-filter.ts";

/** Standard error, the channel to the warden and the pipe for events are handed on where they are open (hive-process.ts). */
const HANDED_ON = [3, 4];

/** What the launcher is told, as JSON. */
export interface Launch {
  readonly root: string;
  readonly uid: number;
  readonly gid: number;
  readonly limits: Readonly<Partial<Record<Resource, number>>>;
  /** Families of sockets that the filter lets through. */
  readonly families: readonly Family[];
  /** As seen from the new root. */
  readonly program: string;
  readonly args: readonly string[];
  readonly env: Readonly<Record<string, string>>;
}

/**
 * The last step into a room, from outside of it: no older release of Debian has a program that installs a filter, and the
 * room must hold nothing that could do what this does. It becomes the program that lives there.
 */
const { root, uid, gid, limits, families, program, args, env } = JSON.parse(process.argv[2] ?? "{}") as Launch;
// A kernel built without filters shows no such field: then `swarms doctor --security` says so.
const filter =
  readStatus(process.pid)?.("Seccomp") === undefined ? undefined : seccompFilter({ arch: process.arch, families });
keepOnExec(HANDED_ON);
confine({ root, uid, gid, limits, ...(filter !== undefined && { filter }) });
if (process.execve === undefined) throw new Error(`this Node (${process.version}) cannot become another program`);
process.execve(program, [program, ...args], { ...env });
