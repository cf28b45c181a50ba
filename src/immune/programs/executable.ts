import { posix } from "node:path";
import { fileKey, parseEntityKey, type EntityKey } from "../../core/entity.ts";
import type { ExecEvent } from "../../core/event.ts";
import type { AgentContext } from "../../core/agent.ts";
import { printable } from "../../core/printable.ts";
import { remembered } from "../bounded/remembered.ts";

/** Folders that only root, by convention, can write (hier(7)): a name in them is worth something. */
const SYSTEM_FOLDERS = ["/usr/", "/bin/", "/sbin/", "/lib/", "/lib32/", "/lib64/", "/nix/store/", "/snap/"];

/** Paths whose names are at hand: more programs than a host runs in an hour. */
const AT_HAND = 2048;

/**
 * The name under which an executable is learned. The path as typed, cleaned of "..", because an upgrade
 * changes the inode and must not make the whole host unknown; a relative path says nothing about which
 * file it is, so there the file itself counts. Outside the system folders, numbers are masked: a build
 * that runs /tmp/build-1234/test a thousand times does one thing. "" where nothing is known.
 */
export function executableId(path: string, exe: EntityKey): string {
  if (path === "") return exe;
  if (!path.startsWith("/")) return printable(`${posix.basename(path)} ${exe}`, 160);
  return absoluteId(path);
}

const absoluteId = remembered(AT_HAND, (path): string => {
  const clean = posix.normalize(path);
  if (!isSystemPath(clean)) return printable(masked(clean), 160);
  // Merged /usr: /bin/date and /usr/bin/date are one file on today's distributions.
  return printable(clean.replace(/^\/usr\/(?=s?bin\/|lib)/, "/"), 160);
});

/** The same of what an event says is run, whose file need not be named where its path is enough. */
export function executedId(event: Pick<ExecEvent, "path" | "exe">): string {
  return event.path.startsWith("/") ? absoluteId(event.path) : executableId(event.path, fileKey(event.exe));
}

export const isSystemPath = remembered(AT_HAND, (path): boolean => {
  if (!path.startsWith("/")) return false;
  const clean = posix.normalize(path);
  return SYSTEM_FOLDERS.some((folder) => clean.startsWith(folder));
});

/** Last part of the path; of an unknown path, nothing. */
export function baseName(path: string): string {
  return posix.basename(path);
}

/**
 * Where it runs, as a second part of a learned name, so that two services on one interpreter are two.
 * Numbers and ids are masked (session-12.scope, pods). A cgroup known only by its inode is good until it
 * goes: such a place starts with "#" and is not remembered over restarts.
 */
export function placeOf(cgroup: string, cgroupId: number): string {
  return cgroup === "" ? `#${cgroupId}` : lastingPlace(cgroup);
}

const lastingPlace = remembered(AT_HAND, (cgroup): string => printable(masked(cgroup), 160));

export function isLastingPlace(place: string): boolean {
  return !place.startsWith("#");
}

/** With numbers and hexadecimal names as one. */
export function masked(path: string): string {
  return path.replace(/[0-9a-f]{8,}|\d+/g, "*");
}

/**
 * Name of a program for people: that of its file, for comm is whatever its latest thread calls itself
 * ("node-MainThread"). Where the path is a link of procfs (fexecve(3)), comm is all there is. Printable.
 */
export function programName(path: string, comm: string): string {
  const name = /^\/(?:proc|dev\/fd)\//.test(path) ? "" : baseName(path).replace(/ \(deleted\)$/, "");
  return printable(name || comm || "a process", 40);
}

/** "curl", for people. */
export function nameOf(context: Pick<AgentContext, "processes">, key: EntityKey): string {
  const record = context.processes.get(key);
  return programName(record?.path ?? "", record?.comm ?? "");
}

/** "curl (4711)", for people. */
export function processName(context: Pick<AgentContext, "processes">, key: EntityKey): string {
  const entity = parseEntityKey(key);
  return `${nameOf(context, key)} (${entity?.kind === "process" ? entity.pid : "?"})`;
}
