import { basename } from "node:path";
import { printable } from "../core/printable.ts";

/** What a process is grouped by where its cgroup says nothing. */
export interface Groupable {
  readonly kernelThread: boolean;
  /** Raw: as the process wrote it. */
  readonly comm: string;
  /** Target of /proc/PID/exe; undefined where it may not be read. */
  readonly exe: string | undefined;
  /** Its path in systemd's own hierarchy (v1 name=systemd) or in v2, where there is one. */
  readonly unitPath: string | undefined;
}

export interface GroupName {
  /** "kernel", "unit:nginx.service" or "exe:redis-server"; printable. */
  readonly name: string;
  readonly label: string;
}

const MAX_NAME = 64;
const UNIT_SUFFIX = /\.(service|scope|socket|mount|swap)$/;

/** The service where systemd knows it, the executable's name otherwise, the process's own name as the last resort. */
export function groupOf(process: Groupable): GroupName {
  if (process.kernelThread) return { name: "kernel", label: "kernel threads" };
  const unit = unitOf(process.unitPath);
  if (unit !== undefined) return { name: `unit:${unit}`, label: unit };
  const program = printable(programOf(process), MAX_NAME);
  return { name: `exe:${program}`, label: program };
}

function programOf({ exe, comm }: Groupable): string {
  // An executable in anonymous memory is "/memfd:NAME": basename keeps that telling prefix.
  return (exe === undefined ? "" : basename(exe)) || comm || "unknown";
}

function unitOf(path: string | undefined): string | undefined {
  const unit = path
    ?.split("/")
    .reverse()
    .find((part) => UNIT_SUFFIX.test(part));
  // Every login and container manager has a scope or service of its own: "init.scope" is pid 1's.
  return unit === undefined ? undefined : printable(unit, MAX_NAME);
}

const LONG_HEX = /[0-9a-f]{32,}/g;

/**
 * A group's path for people: the last part, with the 64 digits of a container shortened to the 12
 * that its tools show, and with its parent where the last part alone says little.
 */
export function labelOfPath(path: string): string {
  const parts = path.split("/").filter(Boolean);
  const last = parts.at(-1) ?? "/";
  const parent = parts.at(-2);
  const whole = /\.[a-z]+$/.test(last) || parent === undefined ? last : `${parent}/${last}`;
  return printable(
    whole.replace(LONG_HEX, (digits) => digits.slice(0, 12)),
    MAX_NAME,
  );
}
