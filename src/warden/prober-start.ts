import { type ChildProcess, spawn } from "node:child_process";
import { connect } from "node:net";
import type { Duplex } from "node:stream";
import type { Clock } from "../core/clock.ts";
import { firstChild } from "../kernel/confinement.ts";
import { readLines } from "./hive-lines.ts";

/** How a prober is come by: a command that is started, or a socket behind which the service manager starts one for each call. */
export type ProberCommand =
  | { readonly command: string; readonly args: readonly string[] }
  | { readonly socket: string };

export interface ProberProcess {
  /** 0 where the service manager has started it. */
  readonly pid: number;
  readonly channel: Duplex;
  kill(): void;
}

interface ProberEvents {
  /** Called once, with the reason in words. */
  onEnd(why: string): void;
  onLine(line: string): void;
}

export function startProber(wanted: ProberCommand, clock: Clock, events: ProberEvents): ProberProcess {
  return "socket" in wanted ? callProber(wanted.socket, events) : spawnProber(wanted, clock, events);
}

function spawnProber(
  { command, args }: { readonly command: string; readonly args: readonly string[] },
  clock: Clock,
  { onEnd, onLine }: ProberEvents,
): ProberProcess {
  const child = spawn(command, args, {
    stdio: ["ignore", "ignore", "pipe", "pipe"],
    env: { PATH: "/usr/sbin:/usr/bin:/sbin:/bin" },
    cwd: "/",
    detached: true,
  });
  const channel = child.stdio[3] as Duplex;
  const kill = (): void => endWithChild(child, channel);
  channel.on("error", kill);
  if (child.stderr !== null) readLines(child.stderr, clock, onLine);
  child.on("error", (error) => onEnd(`could not be started (${error.message})`));
  child.on("exit", (code, signal) => onEnd(`ended (${signal ?? `exit ${code}`})`));
  return { pid: child.pid ?? 0, channel, kill };
}

/**
 * What was started is unshare(1), which waits; the prober is its child, which a change of its user has freed from ending
 * with it (PR_SET_PDEATHSIG, prctl(2)). As long as the parent is there the child's pid is nobody else's.
 */
function endWithChild(parent: ChildProcess, channel: Duplex): void {
  const inner = parent.pid === undefined || parent.exitCode !== null ? undefined : firstChild(parent.pid, "/proc");
  try {
    if (inner !== undefined) process.kill(inner, "SIGKILL");
  } catch {
    // It has ended by itself.
  }
  parent.kill("SIGKILL");
  channel.destroy();
}

/** It ends when its connection does; one that does not is the unit's to bound, and nobody hears it any more. */
function callProber(socket: string, { onEnd }: ProberEvents): ProberProcess {
  const channel = connect(socket);
  let why = "ended";
  channel.on("error", (error) => (why = `cannot be reached (${error.message})`));
  channel.on("close", () => onEnd(why));
  return { pid: 0, channel, kill: () => channel.destroy() };
}
