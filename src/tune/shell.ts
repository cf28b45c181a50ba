import { spawn } from "node:child_process";
import type { ProcessRef } from "../core/entity.ts";
import { readProcessStat } from "../kernel/procfs.ts";
import { launchArgv, type Tools } from "../lab/crew.ts";

export interface ShellOptions {
  readonly cwd: string;
  readonly env?: Readonly<Record<string, string>>;
  readonly timeoutMs: number;
  readonly tools: Tools;
  /** cgroup.procs files that it enters before it begins. */
  readonly groups?: readonly string[] | undefined;
  readonly signal?: AbortSignal | undefined;
  /** Told who runs, and undefined once it has ended. */
  readonly onRunning?: (ref: ProcessRef | undefined) => void;
}

export interface ShellResult {
  readonly ok: boolean;
  /** At most the last megabyte of what it printed. */
  readonly stdout: string;
  /** What went wrong, with the last line of its standard error. */
  readonly says: string;
  readonly seconds: number;
}

const MAX_OUTPUT = 1 << 20;
/** What it left in the background may hold its output open: no longer than this. */
const DRAIN_MS = 200;

/** Runs a command line by `sh -c` in a session of its own: ended with all its processes when it takes too long, is aborted, or we are killed. */
export function runShell(command: string, options: ShellOptions): Promise<ShellResult> {
  const { cwd, env = {}, timeoutMs, tools, groups, signal, onRunning } = options;
  const [file = "sh", ...args] = launchArgv({ name: "command", argv: ["sh", "-c", command], groups }, tools);
  const beganMs = performance.now();
  const child = spawn(file, args, {
    cwd,
    env: { ...process.env, ...env },
    detached: true,
    stdio: ["ignore", "pipe", "pipe"],
  });
  const stdout = new Last(MAX_OUTPUT);
  const stderr = new Last(4096);
  child.stdout.on("data", (chunk: Buffer) => stdout.add(chunk));
  child.stderr.on("data", (chunk: Buffer) => stderr.add(chunk));
  const { pid } = child;
  if (pid !== undefined) onRunning?.({ pid, startTicks: readProcessStat(pid)?.startTicks ?? 0 });
  let why = "";
  const stop = (because: string) => (): void => {
    why ||= because;
    endSession(pid);
  };
  const onAbort = stop("it was interrupted");
  const timer = setTimeout(stop(`it took longer than ${timeoutMs / 1000} s`), timeoutMs);
  if (signal?.aborted) onAbort();
  signal?.addEventListener("abort", onAbort);
  return new Promise((resolve) => {
    const done = (status: string): void => {
      clearTimeout(timer);
      signal?.removeEventListener("abort", onAbort);
      onRunning?.(undefined);
      const seconds = (performance.now() - beganMs) / 1000;
      const says = [why || status, lastLine(stderr.text)].filter((part) => part !== "").join(": ");
      const ended = status === "" && why === "";
      const settle = (): void => {
        child.stdout.destroy();
        child.stderr.destroy();
        resolve({ ok: ended, stdout: stdout.text, says: ended ? "" : says, seconds });
      };
      if (child.stdout.closed) return settle();
      const drain = setTimeout(settle, DRAIN_MS);
      child.stdout.once("close", () => (clearTimeout(drain), settle()));
    };
    child.once("error", (error) => done(`it could not be started: ${error.message}`));
    child.once("exit", (code, signalName) =>
      done(signalName !== null ? `it was ended by ${signalName}` : code === 0 ? "" : `it failed with status ${code}`),
    );
  });
}

/** SIGKILL to every process of the session's first group; its leader's pid names it. */
export function endSession(pid: number | undefined): void {
  if (pid === undefined || pid <= 1) return;
  try {
    process.kill(-pid, "SIGKILL");
  } catch {
    // All gone already.
  }
}

/** The end of what is printed. */
class Last {
  private readonly limit: number;
  private chunks: Buffer[] = [];
  private size = 0;

  constructor(limit: number) {
    this.limit = limit;
  }

  add(chunk: Buffer): void {
    this.chunks.push(chunk);
    this.size += chunk.length;
    if (this.size > 2 * this.limit) {
      this.chunks = [Buffer.concat(this.chunks).subarray(-this.limit)];
      this.size = this.limit;
    }
  }

  get text(): string {
    return Buffer.concat(this.chunks).subarray(-this.limit).toString("utf8");
  }
}

function lastLine(text: string): string {
  return text.trimEnd().split("\n").at(-1) ?? "";
}
