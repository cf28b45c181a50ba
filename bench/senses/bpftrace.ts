import { setTimeout as pause } from "node:timers/promises";
import type { Child } from "./children.ts";
import type { Bench } from "./part.ts";

/** From the first probe at work, which BEGIN is, to the last. */
const ATTACH_MS = 300;

/**
 * bpftrace with tracefs mounted for it alone: tracepoints are named there, and not every host has it mounted. `exec` keeps
 * the pid, so that its CPU time can be read. "unsafe" lets it say when it is ready.
 */
const IN_OWN_MOUNTS =
  'mount -t tracefs tracefs /sys/kernel/tracing 2>/dev/null; exec bpftrace --unsafe -B line -e "$1"';

/** Starts a bpftrace program and waits until its probes are attached. What it prints is thrown away by the kernel. */
export async function startBpftrace(bench: Bench, program: string): Promise<Child> {
  const script = `BEGIN { system("echo ready >&3"); } ${program}`;
  const args = ["-m", "sh", "-c", IN_OWN_MOUNTS, "sh", script];
  const child = bench.children.start("unshare", args, ["ignore", "ignore", "ignore", "pipe"]);
  const ready = child.process.stdio[3];
  await new Promise<void>((resolve, reject) => {
    ready?.once("data", () => resolve());
    child.process.once("close", (code) => reject(new Error(`bpftrace ended with ${code}: ${program}`)));
  });
  await pause(ATTACH_MS);
  return child;
}

/** By Ctrl-C, as a person would. */
export async function endBpftrace(child: Child): Promise<void> {
  child.signal("SIGINT");
  await child.ended(5000);
}
