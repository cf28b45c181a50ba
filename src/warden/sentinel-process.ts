import { type ChildProcessByStdio, spawn } from "node:child_process";
import type { Readable, Writable } from "node:stream";
import { extname, join, dirname } from "node:path";
import { fileURLToPath } from "node:url";
import { AlignedTimer } from "../core/aligned-timer.ts";
import { systemClock } from "../core/clock.ts";
import { SwarmsError } from "../core/errors.ts";
import { Heartbeat, HEARTBEAT } from "../guard/heartbeat.ts";
import { readProcessStat } from "../kernel/procfs.ts";

export interface SentinelProcess {
  readonly pid: number;
  /** Ends it without a revert: everything is already as before. */
  dismiss(): void;
  /** Lets it take over, as if the warden had died: for what the warden itself could not put back. */
  takeOver(): void;
}

/** What runs as the sentinel: given the journal's folder, pid and start time of whom it guards, and these. */
export interface SentinelProgram {
  readonly main: string;
  readonly args?: readonly string[];
}

/** The program of this name in the folder of a module, as source or as built. */
export function beside(url: string, name: string): string {
  const here = fileURLToPath(url);
  return join(dirname(here), `${name}${extname(here)}`);
}

/**
 * Starts the sentinel in a session of its own, so that neither Ctrl-C nor a closed terminal reaches it.
 * Resolves when it is on guard, rejects where it does not come so far; `onEnd` is called once if it ends after
 * that without having been told to.
 */
export function startSentinel(
  journalFolder: string,
  onEnd: (why: string) => void,
  program: SentinelProgram = { main: beside(import.meta.url, "sentinel-main") },
): Promise<SentinelProcess> {
  const flags = ["--disable-warning=ExperimentalWarning", "--max-semi-space-size=1", "--max-old-space-size=64"];
  const self = readProcessStat(process.pid);
  const own = [String(process.pid), String(self?.startTicks ?? 0)];
  const child = spawn(process.execPath, [...flags, program.main, journalFolder, ...own, ...(program.args ?? [])], {
    stdio: ["pipe", "pipe", "ignore"],
    detached: true,
    cwd: "/",
  });
  let onGuard = false;
  let heart: { stop(): void } | undefined;
  let released = false;
  child.stdin.on("error", () => undefined);
  return new Promise((resolve, reject) => {
    const fail = (why: string): void => {
      clearTimeout(timer);
      child.kill("SIGKILL");
      reject(new SwarmsError("SW-SENTINEL", why));
    };
    const timer = setTimeout(() => fail("it did not start within 20 s"), 20_000);
    child.once("error", (error) => fail(error.message));
    child.once("exit", (code, signal) => {
      heart?.stop();
      const why = signal ?? `exit ${code}`;
      if (!onGuard) fail(`it ended at once (${why})`);
      else if (!released) onEnd(why);
    });
    child.stdout.once("data", () => {
      clearTimeout(timer);
      onGuard = true;
      heart = beat(child);
      resolve({
        pid: child.pid ?? 0,
        dismiss: () => {
          released = true;
          child.stdin.end("bye\n");
        },
        takeOver: () => {
          released = true;
          child.stdin.destroy();
        },
      });
    });
  });
}

/** Each tells the other every second that it lives. A sentinel that hangs is no guard: it is ended, which is then noticed. */
function beat(child: ChildProcessByStdio<Writable, Readable, null>): { stop(): void } {
  const heartbeat = new Heartbeat(systemClock, () => child.kill("SIGKILL"));
  child.stdout.on("data", () => heartbeat.heard());
  const say = (): unknown => child.stdin.writable && child.stdin.write(".");
  const timer = new AlignedTimer(HEARTBEAT.everyMs, say, () => systemClock.monoMs()).unref();
  return {
    stop: () => {
      heartbeat.stop();
      timer.stop();
    },
  };
}
