import { type ChildProcess, spawn, spawnSync, type StdioOptions } from "node:child_process";
import { existsSync } from "node:fs";
import { delimiter, join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";

/** Where a process runs. */
export interface Placement {
  /** cgroup.procs files that the process enters before its exec. */
  readonly groups?: readonly string[] | undefined;
  /** The only CPUs it may use, as taskset(1) takes them; anywhere where undefined. */
  readonly cpus?: string | undefined;
}

export interface Launch extends Placement {
  readonly name: string;
  readonly argv: readonly string[];
  /** Before everybody else: SCHED_FIFO where permitted, else the best nice value. */
  readonly urgent?: boolean;
  /** Signal it gets should the lab itself be killed. */
  readonly orphaned?: "KILL" | "TERM";
  /** From being asked to end to being killed. */
  readonly patienceMs?: number;
  readonly stdio?: StdioOptions;
}

/** Enters each group before `--`, then becomes what follows: the program itself never runs outside. */
export const ENTER = 'while [ "$1" != -- ]; do echo $$ > "$1" || exit 71; shift; done; shift; exec "$@"';

const PATIENCE_MS = 1000;

/** Lowest real-time priority: any real-time task precedes every ordinary one (sched(7)). */
const FIFO_PRIORITY = "1";

export function launchArgv(launch: Launch, tools: Tools): string[] {
  const urgent = !launch.urgent
    ? []
    : tools.fifo
      ? ["chrt", "-f", FIFO_PRIORITY]
      : tools.nice
        ? ["nice", "-n", "-20"]
        : [];
  // A killed lab cannot end its children: the kernel does (PR_SET_PDEATHSIG).
  const bound = tools.setpriv ? ["setpriv", "--pdeathsig", launch.orphaned ?? "KILL", "--"] : [];
  const pinned = tools.taskset && launch.cpus !== undefined ? ["taskset", "-c", launch.cpus] : [];
  const command = [...bound, ...pinned, ...urgent, ...launch.argv];
  return launch.groups ? ["sh", "-c", ENTER, "sh", ...launch.groups, "--", ...command] : command;
}

export interface Tools {
  readonly fifo: boolean;
  readonly nice: boolean;
  readonly setpriv: boolean;
  readonly taskset: boolean;
}

export function probeTools(): Tools {
  const works = (...argv: string[]): boolean =>
    spawnSync(argv[0] ?? "", argv.slice(1), { stdio: "ignore", timeout: 2000 }).status === 0;
  return {
    fifo: works("chrt", "-f", FIFO_PRIORITY, "true"),
    nice: works("nice", "-n", "-20", "true"),
    setpriv: works("setpriv", "--pdeathsig", "KILL", "--", "true"),
    taskset: works("taskset", "-c", "0-1023", "true"),
  };
}

export function isInstalled(command: string, path = process.env["PATH"] ?? ""): boolean {
  return path.split(delimiter).some((dir) => dir !== "" && existsSync(join(dir, command)));
}

/** Everybody the lab started, so that nobody outlives it. */
export class Crew {
  private readonly members = new Map<ChildProcess, Launch>();
  private readonly tools: Tools;

  constructor(tools: Tools) {
    this.tools = tools;
  }

  start(launch: Launch): ChildProcess {
    const [file = "", ...args] = launchArgv(launch, this.tools);
    const child = spawn(file, args, {
      stdio: launch.stdio ?? "ignore",
      cwd: "/",
    });
    this.members.set(child, launch);
    child.once("exit", () => this.members.delete(child));
    // Without a listener a failed start would be an exception; it shows as an exit or a time-out.
    child.once("error", () => this.members.delete(child));
    return child;
  }

  get alive(): readonly string[] {
    return [...this.members.values()].map((launch) => launch.name);
  }

  async endAll(): Promise<void> {
    await Promise.all([...this.members].map(([child, launch]) => end(child, launch.patienceMs ?? PATIENCE_MS)));
  }
}

/** Asks, waits, then insists. Resolves to whether asking was enough. */
export async function end(child: ChildProcess, patienceMs: number): Promise<boolean> {
  if (child.exitCode !== null || child.signalCode !== null || child.pid === undefined) return true;
  const gone = new Promise<true>((resolve) => child.once("exit", () => resolve(true)));
  child.kill("SIGTERM");
  const pause = new AbortController();
  const asked = await Promise.race([gone, sleep(patienceMs, false, { signal: pause.signal }).catch(() => false)]);
  pause.abort();
  if (asked) return true;
  child.kill("SIGKILL");
  await Promise.race([gone, sleep(2000)]);
  return false;
}
