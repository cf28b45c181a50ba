import { spawn, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { existsSync, mkdirSync, readdirSync, rmdirSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { TestContext } from "node:test";
import { probeCgroupLayout } from "./cgroup-layout.ts";
import { openLibbpf } from "./libbpf.ts";

export interface V2Group {
  readonly dir: string;
  readonly path: string;
  readonly id: number;
  /** Starts a program that is in the group from its first instruction on. */
  start(command: string, args: readonly string[]): ChildProcess;
  /** Runs a program in the group: its exit status, or the signal that ended it. */
  run(command: string, args: readonly string[]): Promise<number | string>;
}

let made = 0;

/** A v2 group of this test, removed with everything in it. Skips without root, cgroup v2 or libbpf. */
export function v2Group(t: TestContext, under?: V2Group): V2Group | undefined {
  const { v2 } = probeCgroupLayout();
  const why = reason(v2);
  if (v2 === undefined || why !== undefined) {
    t.skip(why ?? "");
    return undefined;
  }
  const path = `${under?.path ?? ""}/swarms-test-v2-${process.pid}-${made++}`;
  const dir = join(v2, path);
  mkdirSync(dir);
  const children: ChildProcess[] = [];
  t.after(async () => {
    await Promise.all(children.map((child) => end(child)));
    removeGroup(dir);
  });
  // The shell enters the group, then becomes the program.
  const enter = 'echo 0 > "$0/cgroup.procs" && exec "$@"';
  const start = (command: string, args: readonly string[]): ChildProcess => {
    const child = spawn("sh", ["-c", enter, dir, command, ...args], { stdio: ["ignore", "ignore", "ignore", "ipc"] });
    children.push(child);
    return child;
  };
  return {
    dir,
    path,
    id: statSync(dir).ino,
    start,
    async run(command, args) {
      const child = start(command, args);
      const [status, signal] = (await once(child, "exit")) as [number | null, string | null];
      return status ?? signal ?? "";
    },
  };
}

/** With the groups below it, of which each has a hook of its own that may come later. */
function removeGroup(dir: string): void {
  if (!existsSync(dir)) return;
  writeFileSync(join(dir, "cgroup.kill"), "1");
  for (const entry of readdirSync(dir, { withFileTypes: true }))
    if (entry.isDirectory()) removeGroup(join(dir, entry.name));
  rmdirSync(dir);
}

function reason(v2: string | undefined): string | undefined {
  if (process.getuid?.() !== 0) return "needs root";
  if (v2 === undefined) return "needs cgroup v2";
  const library = openLibbpf();
  return library.ok ? undefined : library.says;
}

async function end(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const exit = once(child, "exit");
  child.kill("SIGKILL");
  await exit;
}
