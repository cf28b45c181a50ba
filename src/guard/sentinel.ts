import type { Clock } from "../core/clock.ts";
import type { ProcessRef } from "../core/entity.ts";
import type { Result } from "../core/errors.ts";
import type { CgroupFs } from "../kernel/cgroup-fs.ts";
import { readProcessStat } from "../kernel/procfs.ts";
import { Heartbeat } from "./heartbeat.ts";
import { type Restored, restoreChanges } from "./restore.ts";

export interface SentinelOptions {
  /** A pipe from the warden: it closes when the warden ends, however it ends. */
  readonly input: AsyncIterable<Uint8Array | string>;
  readonly folder: string;
  readonly fs: CgroupFs;
  /** What restores better, loaded once the warden is lost: the sentinel waits with nothing but `fs`. */
  readonly loadFs?: () => Promise<CgroupFs>;
  readonly clock: Clock;
  readonly procRoot?: string;
  /** Who writes to the pipe. A warden that hangs or is stopped holds its changes for ever: silent too long, it is ended. */
  readonly warden?: ProcessRef;
  /** Called with every sign of life, to answer it. */
  readonly onBeat?: () => void;
}

/** The dead warden's lock looks held until the kernel has torn it down; longer than this somebody alive holds it. */
const PATIENCE_MS = 10_000;
const RETRY_MS = 20;

/** What a terminal or a service manager sends to the whole group must not end the last one that can thaw. */
const IGNORED = ["SIGINT", "SIGTERM", "SIGHUP"] as const;

/**
 * Waits until the warden closes the pipe and takes every change back. Undefined where the warden said
 * "bye\n" first, having done so itself. SW-STATE-BUSY where another instance took over: that one restores
 * at its own start.
 */
export async function runSentinel(options: SentinelOptions): Promise<Result<Restored> | undefined> {
  const ignore = (): void => {};
  for (const signal of IGNORED) process.on(signal, ignore);
  try {
    if (await saysBye(options)) return undefined;
    return await restoreOnce(options);
  } finally {
    for (const signal of IGNORED) process.off(signal, ignore);
  }
}

async function saysBye({ input, clock, warden, onBeat }: SentinelOptions): Promise<boolean> {
  let heard = "";
  const heartbeat = warden && new Heartbeat(clock, () => endWarden(warden));
  try {
    for await (const chunk of input) {
      heartbeat?.heard();
      onBeat?.();
      heard = (heard + String(chunk)).slice(-16);
      if (heard.endsWith("bye\n")) return true;
    }
  } catch {
    // A broken pipe is an end like any other.
  } finally {
    heartbeat?.stop();
  }
  return false;
}

/** SIGKILL ends a stopped process too; its end closes the pipe. It holds the pipe open, so its pid is still its own. */
function endWarden(warden: ProcessRef): void {
  if (readProcessStat(warden.pid)?.startTicks !== warden.startTicks) return;
  try {
    process.kill(warden.pid, "SIGKILL");
  } catch {
    // It ended meanwhile.
  }
}

async function restoreOnce({ folder, fs, loadFs, clock, procRoot }: SentinelOptions): Promise<Result<Restored>> {
  const until = clock.monoMs() + PATIENCE_MS;
  // Frozen groups first, with what is at hand; whatever has to be loaded must not keep them waiting.
  let reach = fs;
  for (;;) {
    const restored = restoreChanges({ folder, fs: reach, clock, cause: "warden-lost", ...(procRoot && { procRoot }) });
    const failing = restored.ok ? restored.value.unfinished > 0 : restored.code === "SW-STATE-BUSY";
    if (!failing || clock.monoMs() >= until) return restored;
    await new Promise((resolve) => setTimeout(resolve, RETRY_MS));
    if (reach === fs && loadFs !== undefined) reach = await loadFs().catch(() => fs);
  }
}
