import { spawn } from "node:child_process";
import { once } from "node:events";
import { copyFileSync, mkdirSync, mkdtempSync, readFileSync, rmdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { TestContext } from "node:test";
import type { FileRef } from "../core/entity.ts";
import { CgroupFs } from "../kernel/cgroup-fs.ts";
import { probeCgroupLayout } from "../kernel/cgroup-layout.ts";
import { fileOf } from "../kernel/file-ref.ts";
import { kernelAccess } from "../kernel/kernel-access.ts";

export interface LiveGroup {
  readonly fs: CgroupFs;
  readonly cgroup: string;
  /** Its executable, copied for this test: nobody else runs it. */
  readonly file: FileRef;
  /** A process of ours in the group, busy as long as it runs. */
  readonly pid: number;
}

const CONTROLLERS = ["cpu", "freezer", "memory", "io", "v2"] as const;

/** One thread, so that the group's tasks stay the same; ends by itself after a minute or two. */
const BUSY = "i=0; while [ $i -lt 100000000 ]; do i=$((i+1)); done";

let made = 0;

/** A group of this test in the kernel's hierarchies, with a busy process; both go with the test. Skips where that cannot be. */
export async function liveGroup(t: TestContext): Promise<LiveGroup | undefined> {
  const fs = new CgroupFs(probeCgroupLayout(), kernelAccess());
  const unable = process.getuid?.() !== 0 ? "needs root" : missing(fs);
  if (unable !== undefined) {
    t.skip(unable);
    return undefined;
  }
  const cgroup = `/swarms-test-${process.pid}-${made++}`;
  const dirs = [...new Set(CONTROLLERS.flatMap((controller) => fs.dir(controller, cgroup) ?? []))];
  const folder = mkdtempSync(join(tmpdir(), "swarms-busy-"));
  const program = join(folder, "busy");
  copyFileSync("/bin/sh", program);
  const busy = spawn(program, ["-c", BUSY], { stdio: "ignore" });
  t.after(async () => {
    if (fs.exists("freezer", cgroup)) thaw(fs, cgroup);
    const ended = once(busy, "exit");
    busy.kill("SIGKILL");
    await ended;
    for (const dir of dirs) rmdirSync(dir);
    rmSync(folder, { recursive: true });
  });
  for (const dir of dirs) {
    mkdirSync(dir);
    writeFileSync(join(dir, "cgroup.procs"), String(busy.pid));
  }
  return { fs, cgroup, pid: busy.pid ?? 0, file: fileOf(program) ?? { dev: 0, ino: 0 } };
}

/** CPU time of a process in clock ticks. */
export function cpuTicks(pid: number): number {
  const fields = readFileSync(`/proc/${pid}/stat`, "utf8").split(") ")[1]?.split(" ") ?? [];
  return Number(fields[11]) + Number(fields[12]);
}

function thaw(fs: CgroupFs, cgroup: string): void {
  if (fs.hierarchy("freezer")?.version === 1) fs.write("freezer", cgroup, "freezer.state", "THAWED");
  else fs.write("freezer", cgroup, "cgroup.freeze", "0");
}

function missing(fs: CgroupFs): string | undefined {
  const absent = (["cpu", "freezer"] as const).filter((controller) => fs.hierarchy(controller) === undefined);
  return absent.length === 0 ? undefined : `needs the ${absent.join(" and ")} hierarchy`;
}
