import type { ChildProcess } from "node:child_process";
import { existsSync } from "node:fs";
import { setTimeout as sleep } from "node:timers/promises";
import { failed, ok, type Result } from "../../core/errors.ts";
import { createImmuneColony } from "../../immune/colony.ts";
import { type Crew, end } from "../crew.ts";
import type { RunningLayer } from "../layer.ts";
import { programFile } from "../program.ts";

export interface Recording {
  readonly file: string;
  stop(): Promise<boolean>;
}

const START_MS = 15_000;
const STOP_MS = 10_000;
/** Between looks, and for the senses to be attached once the file is there. */
const LOOK_MS = 50;
const ATTACH_MS = 1500;

/** Records what the layer senses, by senses of its own: `swarms record` beside `swarms run`. */
export async function startRecording(
  crew: Crew,
  file: string,
  configPath: string,
  layer: RunningLayer,
): Promise<Result<Recording>> {
  const status = await layer.status();
  if (!status.ok) return status;
  // A layer that has just begun senses few kinds: what its agents want comes a moment later, and rules may add more.
  const wanted = createImmuneColony({ leaseMs: 0, depth: "full" }).flatMap((agent) => agent.wants);
  const kinds = [...new Set([...wanted, ...(status.value.events.kinds ?? [])])].join(",");
  const child = crew.start({
    name: "swarms record",
    argv: [
      process.execPath,
      programFile("../cli/main"),
      "record",
      file,
      "--config",
      configPath,
      "--beside",
      String(layer.pid ?? 0),
      "--events",
      kinds,
    ],
    orphaned: "TERM",
    stdio: ["ignore", "ignore", "pipe"],
  });
  let complaint = "";
  child.stderr?.on("data", (chunk: Buffer) => (complaint = (complaint + chunk.toString()).slice(-400)));
  if (!(await appears(file, child))) {
    await end(child, STOP_MS);
    return failed("SW-LAB", `nothing is recorded: ${complaint.trim()}`);
  }
  await sleep(ATTACH_MS);
  return ok({ file, stop: () => end(child, STOP_MS) });
}

async function appears(file: string, child: ChildProcess): Promise<boolean> {
  const deadline = Date.now() + START_MS;
  while (Date.now() < deadline && child.exitCode === null) {
    if (existsSync(file)) return true;
    await sleep(LOOK_MS);
  }
  return false;
}
