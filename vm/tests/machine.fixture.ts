import { spawn, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { mkdirSync, readFileSync, rmdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { TestContext } from "node:test";
import { setTimeout as pause } from "node:timers/promises";
import { CgroupFs } from "../../src/kernel/cgroup-fs.ts";
import { probeCgroupLayout } from "../../src/kernel/cgroup-layout.ts";
import { kernelAccess } from "../../src/kernel/kernel-access.ts";

/** Skips everywhere but in the test machine, whose init program sets SWARMS_VM. */
export function elsewhere(t: TestContext): boolean {
  const outside = process.env["SWARMS_VM"] === undefined;
  if (outside) t.skip("needs a stock kernel on pure cgroup v2: npm run test:vm");
  return outside;
}

export const fs = new CgroupFs(probeCgroupLayout(), kernelAccess());

export interface Group {
  /** As in /proc/PID/cgroup. */
  readonly path: string;
  readonly dir: string;
  /** CPU time of the group since it was made, microseconds (cgroup-v2.rst, "cpu.stat"). */
  usageUs(): number;
}

let made = 0;

/** A group below the root for this test alone, with `busy` endless loops, all of them on the first CPU. */
export async function groupOf(t: TestContext, busy: number): Promise<Group> {
  const path = `/swarms-test-vm-${made++}`;
  const dir = fs.dir("cpu", path) ?? "";
  mkdirSync(dir);
  const children = Array.from({ length: busy }, () =>
    spawn("taskset", ["1", "sh", "-c", "while :; do :; done"], { stdio: "ignore" }),
  );
  t.after(async () => {
    writeFileSync(join(dir, "cgroup.freeze"), "0");
    await Promise.all(children.map((child) => ended(child)));
    // What a test has put in besides.
    writeFileSync(join(dir, "cgroup.kill"), "1");
    for (let look = 0; look < 200 && /^populated 1$/m.test(readFileSync(join(dir, "cgroup.events"), "utf8")); look++)
      await pause(20);
    rmdirSync(dir);
  });
  for (const child of children) writeFileSync(join(dir, "cgroup.procs"), String(child.pid));
  return {
    path,
    dir,
    usageUs: () => Number(/^usage_usec (\d+)/m.exec(readFileSync(join(dir, "cpu.stat"), "utf8"))?.[1]),
  };
}

async function ended(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const exit = once(child, "exit");
  child.kill("SIGKILL");
  await exit;
}
