import { closeSync, mkdtempSync, openSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { ApiClient } from "../../src/api/client.ts";
import { statePaths } from "../../src/core/state-paths.ts";
import type { StatusDocument } from "../../src/core/status.ts";
import type { Bench } from "./part.ts";
import { processCpuNs } from "./thread-cpu.ts";

const SWARMS = join(import.meta.dirname, "..", "..", "swarms");
const START_MS = 30_000;
const STOP_MS = 15_000;
/** The first seconds go into reading the host and compiling what is hot: no part of what a running layer costs. */
const SETTLE_MS = 3000;

export interface Pids {
  readonly warden: number;
  readonly hive: number;
  readonly sentinel: number;
}

/** A whole layer, as `swarms run` starts it, which only watches. */
export interface LayerRun {
  readonly pids: Pids;
  /** All three processes, their threads included, since they started. */
  cpuNs(): number;
  status(): Promise<StatusDocument>;
  stop(): Promise<void>;
}

/** `command`: what to run in place of ./swarms, with the same arguments. Twice in one `state`, it remembers. */
export async function startLayer(
  bench: Bench,
  {
    state = mkdtempSync(join(bench.folder, "state-")),
    command = [SWARMS],
  }: { state?: string; command?: readonly string[] } = {},
): Promise<LayerRun> {
  const paths = statePaths(state);
  const [program = "", ...before] = command;
  const args = [...before, "run", "--view", "none", "--state", state];
  const logPath = join(bench.folder, "layer.log");
  const log = openSync(logPath, "a");
  const child = bench.children.start(program, args, ["ignore", log, log]);
  closeSync(log);
  const api = new ApiClient(paths.socket);
  const pids = await ready(paths.note, api, () => child.process.exitCode === null);
  if (pids === undefined) throw new Error(`the layer did not start: ${readFileSync(logPath, "utf8").slice(-2000)}`);
  await pause(SETTLE_MS);
  return {
    pids,
    cpuNs: () => Object.values(pids).reduce((sum, pid) => sum + processCpuNs(pid), 0),
    status: async () => {
      const status = await api.status();
      if (!status.ok) throw new Error(`the layer gives no status: ${status.says}`);
      return status.value;
    },
    stop: async () => {
      child.signal("SIGINT");
      await child.ended(STOP_MS);
    },
  };
}

async function ready(note: string, api: ApiClient, alive: () => boolean): Promise<Pids | undefined> {
  const until = performance.now() + START_MS;
  while (performance.now() < until && alive()) {
    await pause(100);
    if (!(await api.status()).ok) continue;
    const { warden, hive, sentinel } = JSON.parse(readFileSync(note, "utf8")) as Pids;
    if (hive > 0) return { warden, hive, sentinel };
  }
  return undefined;
}
