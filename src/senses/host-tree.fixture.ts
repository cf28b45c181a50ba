import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { CgroupFs } from "../kernel/cgroup-fs.ts";
import { probeCgroupLayout } from "../kernel/cgroup-layout.ts";

export type Shape = "v2" | "hybrid" | "v1";

/** What mountinfo says on each kind of host; the mounted folders lie inside the fixture. */
const MOUNTINFO: Readonly<Record<Shape, string>> = {
  v2: "31 23 0:28 / /sys/fs/cgroup rw - cgroup2 cgroup2 rw\n",
  hybrid:
    "32 31 0:29 / /sys/fs/cgroup/cpu rw - cgroup cgroup rw,cpu\n" +
    "33 31 0:30 / /sys/fs/cgroup/cpuacct rw - cgroup cgroup rw,cpuacct\n" +
    "35 31 0:32 / /sys/fs/cgroup/memory rw - cgroup cgroup rw,memory\n" +
    "37 31 0:34 / /sys/fs/cgroup/blkio rw - cgroup cgroup rw,blkio\n" +
    "41 31 0:38 / /sys/fs/cgroup/unified rw - cgroup2 cgroup2 rw\n",
  v1:
    "32 31 0:29 / /sys/fs/cgroup/cpu,cpuacct rw - cgroup cgroup rw,cpu,cpuacct\n" +
    "35 31 0:32 / /sys/fs/cgroup/memory rw - cgroup cgroup rw,memory\n" +
    "36 31 0:33 / /sys/fs/cgroup/freezer rw - cgroup cgroup rw,freezer\n" +
    "37 31 0:34 / /sys/fs/cgroup/blkio rw - cgroup cgroup rw,blkio\n",
};

const FOLDERS: Readonly<Record<Shape, readonly string[]>> = {
  v2: [""],
  hybrid: ["cpu", "cpuacct", "memory", "blkio", "unified"],
  v1: ["cpu,cpuacct", "memory", "freezer", "blkio"],
};

export interface FakeProcess {
  readonly pid: number;
  readonly comm?: string;
  readonly ppid?: number;
  readonly startTicks?: number;
  readonly cpuTicks?: number;
  readonly rssPages?: number;
  readonly exe?: string;
  /** Lines as in /proc/PID/cgroup. */
  readonly cgroup?: string;
  readonly schedstat?: string;
  readonly kernelThread?: boolean;
  readonly sid?: number;
  readonly tty?: number;
  readonly cwd?: string;
  /** Each argument with a NUL behind it. */
  readonly cmdline?: string;
  readonly loginUid?: number;
  /** Lines as in /proc/PID/status. */
  readonly status?: string;
}

/** A host made of files in a temporary folder: /proc and /sys/fs/cgroup, as the senses read them. */
export class HostTree {
  readonly root = mkdtempSync(join(tmpdir(), "swarms-host-"));
  readonly procRoot = join(this.root, "proc");
  readonly cgroups = join(this.root, "sys/fs/cgroup");
  readonly fs: CgroupFs;

  constructor(shape: Shape) {
    this.write("proc/self/mountinfo", MOUNTINFO[shape]);
    for (const folder of FOLDERS[shape]) mkdirSync(join(this.cgroups, folder), { recursive: true });
    if (shape === "v2") this.write("sys/fs/cgroup/cgroup.controllers", "cpuset cpu io memory pids\n");
    if (shape === "hybrid") this.write("sys/fs/cgroup/unified/cgroup.controllers", "\n");
    this.fs = new CgroupFs(probeCgroupLayout(this.procRoot, this.root));
  }

  write(path: string, text: string): void {
    const file = join(this.root, path);
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, text);
  }

  /** Files of one group in one mounted folder ("" on pure v2). */
  group(folder: string, path: string, files: Readonly<Record<string, string>>): void {
    for (const [name, text] of Object.entries(files)) this.write(join("sys/fs/cgroup", folder, path, name), text);
  }

  removeGroup(folder: string, path: string): void {
    rmSync(join(this.cgroups, folder, path), { recursive: true, force: true });
  }

  pressure(resource: string, someUs: number): void {
    this.write(`proc/pressure/${resource}`, pressureText(someUs));
  }

  process(fake: FakeProcess): void {
    const { pid, comm = "sleep", ppid = 1, startTicks = 100, cpuTicks = 0, exe, schedstat } = fake;
    const rssPages = fake.rssPages ?? (fake.kernelThread ? 0 : 10);
    const flags = fake.kernelThread ? 0x0020_0000 : 0;
    const fields = [
      "S",
      ppid,
      pid,
      fake.sid ?? pid,
      fake.tty ?? 0,
      -1,
      flags,
      0,
      0,
      0,
      0,
      cpuTicks,
      0,
      0,
      0,
      20,
      0,
      1,
      0,
      startTicks,
      0,
      rssPages,
    ];
    this.write(`proc/${pid}/stat`, `${pid} (${comm}) ${fields.join(" ")} 0\n`);
    this.write(`proc/${pid}/cgroup`, fake.cgroup ?? "0::/\n");
    if (schedstat !== undefined) this.write(`proc/${pid}/schedstat`, `${schedstat}\n`);
    if (fake.status !== undefined) this.write(`proc/${pid}/status`, fake.status);
    if (fake.cmdline !== undefined) this.write(`proc/${pid}/cmdline`, fake.cmdline);
    if (fake.loginUid !== undefined) this.write(`proc/${pid}/loginuid`, String(fake.loginUid));
    this.link(pid, "exe", exe);
    this.link(pid, "cwd", fake.cwd);
  }

  private link(pid: number, name: string, target: string | undefined): void {
    const link = join(this.procRoot, String(pid), name);
    rmSync(link, { force: true });
    if (target !== undefined) symlinkSync(target, link);
  }

  end(pid: number): void {
    rmSync(join(this.procRoot, String(pid)), { recursive: true, force: true });
  }

  remove(): void {
    rmSync(this.root, { recursive: true, force: true });
  }
}

export function pressureText(someUs: number, fullUs = 0): string {
  return (
    `some avg10=0.00 avg60=0.00 avg300=0.00 total=${someUs}\n` +
    `full avg10=0.00 avg60=0.00 avg300=0.00 total=${fullUs}\n`
  );
}

export function cpuStat(usageUs: number, throttledUs = 0): string {
  return `usage_usec ${usageUs}\nuser_usec ${usageUs}\nsystem_usec 0\nnr_periods 1\nnr_throttled 0\nthrottled_usec ${throttledUs}\n`;
}
