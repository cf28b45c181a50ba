import { appendFileSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { failed, ok, type Result } from "../core/errors.ts";
import { CgroupFs, type Controller } from "../kernel/cgroup-fs.ts";
import type { CgroupLayout } from "../kernel/cgroup-layout.ts";
import { SimulatedAccess } from "./access.fixture.ts";
import { NEW_GROUP, SIMULATED, storedText, SYSCTLS } from "./knobs.fixture.ts";

export type Shape = "v2" | "v1" | "hybrid";

/** Threads: v2's file, and v1's. Each tree has both, as nothing reads the other's. */
const TASK_FILES = ["cgroup.threads", "tasks"];
const MEMBER_FILES = ["cgroup.procs", ...TASK_FILES];

/** A fixture tree whose knobs behave like the kernel's, and which fails where a test says so. */
export class SimulatedHost extends CgroupFs {
  readonly root: string;
  readonly procRoot: string;
  readonly access: SimulatedAccess;
  /** Errno with which a write fails, or undefined; `write` of the layer only, not of `foreign`. */
  fault: (file: string, text: string) => string | undefined = () => undefined;
  /** Runs after a write of the layer, as what happens at the same moment. */
  after: (file: string, text: string) => void = () => {};

  constructor(shape: Shape = "v2") {
    const root = mkdtempSync(join(tmpdir(), "swarms-guard-"));
    const access = new SimulatedAccess(root);
    super(layoutOf(shape, root), access);
    this.root = root;
    this.access = access;
    access.onKill = (pid) => this.leave(pid);
    this.procRoot = access.procRoot;
    mkdirSync(this.procRoot);
    for (const [file, text] of Object.entries(SYSCTLS)) {
      mkdirSync(join(this.procRoot, "sys", dirname(file)), { recursive: true });
      writeFileSync(join(this.procRoot, "sys", file), text);
    }
    for (const dir of this.dirs("/")) mkdirSync(dir, { recursive: true });
    for (const dir of this.dirs("/")) for (const file of MEMBER_FILES) writeFileSync(join(dir, file), "");
    this.process(1, { ppid: 0, cgroup: "/" });
  }

  remove(): void {
    rmSync(this.root, { recursive: true, force: true });
  }

  /** Makes a group in every hierarchy, with processes. */
  group(path: string, pids: readonly number[] = []): string {
    for (const [controller, dir] of this.controllers(path)) {
      mkdirSync(dir, { recursive: true });
      const knobs = NEW_GROUP[controller][this.hierarchy(controller)?.version ?? 2];
      for (const [file, text] of Object.entries(knobs)) writeFileSync(join(dir, file), text);
      for (const file of MEMBER_FILES) writeFileSync(join(dir, file), "");
    }
    for (const pid of pids) this.process(pid, { cgroup: path });
    return path;
  }

  removeGroup(path: string): void {
    for (const dir of this.dirs(path)) rmSync(dir, { recursive: true, force: true });
  }

  /** A process of this start time, in this group. */
  process(
    pid: number,
    about: { cgroup?: string; startTicks?: number; ppid?: number; exe?: string; flags?: number; state?: string } = {},
  ): void {
    const { cgroup = "/", startTicks = pid * 10, ppid = 1, exe = "/usr/bin/app", flags = 0, state = "S" } = about;
    const dir = join(this.procRoot, String(pid));
    rmSync(dir, { recursive: true, force: true });
    mkdirSync(dir);
    const rest = [state, ppid, pid, pid, 0, -1, flags, 0, 0, 0, 0, 5, 5, 0, 0, 20, 0, 1, 0, startTicks, 0, 100];
    writeFileSync(join(dir, "stat"), `${pid} (a b) c) ${rest.join(" ")}`);
    writeFileSync(
      join(dir, "cgroup"),
      `5:blkio:${cgroup}\n4:memory:${cgroup}\n3:cpu:${cgroup}\n2:freezer:${cgroup}\n0::${cgroup}\n`,
    );
    if (exe !== "") symlinkSync(exe, join(dir, "exe"));
    for (const member of this.dirs(cgroup)) {
      const procs = join(member, "cgroup.procs");
      const listed = readFileSync(procs, "utf8").split("\n").filter(Boolean);
      if (!listed.includes(String(pid))) writeFileSync(procs, [...listed, pid].join("\n"));
      this.thread(pid, pid, cgroup);
    }
  }

  /** A thread of a process; where the process is listed, its first. */
  thread(tid: number, pid: number, cgroup: string): void {
    const dir = join(this.procRoot, String(tid));
    mkdirSync(join(this.procRoot, String(pid), "task", String(tid)), { recursive: true });
    mkdirSync(dir, { recursive: true });
    writeFileSync(join(dir, "status"), `Name:\tb c\nTgid:\t${pid}\nNgid:\t0\n`);
    for (const member of this.dirs(cgroup))
      for (const file of TASK_FILES) appendFileSync(join(member, file), `${tid}\n`);
  }

  /** The process ends, or another takes its pid: see `process`. */
  end(pid: number): void {
    rmSync(join(this.procRoot, String(pid)), { recursive: true, force: true });
  }

  /** The process ends and its parent has asked for its status: no list names it any more. */
  leave(pid: number): void {
    for (const dir of this.dirs(this.groupOf(pid)))
      for (const file of MEMBER_FILES) {
        const listed = readFileSync(join(dir, file), "utf8")
          .split("\n")
          .filter((each) => each !== "" && each !== `${pid}`);
        writeFileSync(join(dir, file), listed.join("\n"));
      }
    this.end(pid);
  }

  private groupOf(pid: number): string {
    return /^0::(.*)$/m.exec(readFileSync(join(this.procRoot, String(pid), "cgroup"), "utf8"))?.[1] ?? "/";
  }

  /** A write by somebody else. */
  foreign(controller: Controller, path: string, file: string, text: string): Result<void> {
    return this.commit(controller, path, file, text);
  }

  override write(controller: Controller, path: string, file: string, text: string): Result<void> {
    const errno = this.fault(file, text);
    if (errno !== undefined) return failed("SW-GUARD-KNOB", `cannot write ${file} of ${path}: ${errno}`);
    const written = this.commit(controller, path, file, text);
    this.after(file, text);
    return written;
  }

  private commit(controller: Controller, path: string, file: string, text: string): Result<void> {
    const dir = this.dir(controller, path);
    const now = this.read(controller, path, file);
    if (!now.ok || dir === undefined) return failed("SW-GUARD-GONE", `${path} does not exist`);
    const v1 = this.hierarchy(controller)?.version === 1;
    const weight = v1 ? "cpu.shares" : "cpu.weight";
    const put = (name: string, value: string): void => writeFileSync(join(dir, name), value);
    const idle = this.read(controller, path, "cpu.idle");
    if (file === weight && idle.ok && idle.value === "1") return failed("SW-GUARD-KNOB", `${file}: EINVAL`);
    if (file === "cpu.idle" && now.value !== text) put(weight, text === "1" ? (v1 ? "3" : "0") : v1 ? "1024" : "100");
    if (file === "freezer.state") put("freezer.self_freezing", text === "FROZEN" ? "1" : "0");
    if (file === "cgroup.freeze")
      put("cgroup.events", `populated ${this.processes(controller, path, true).length > 0 ? 1 : 0}\nfrozen ${text}`);
    if (file === "cgroup.kill") {
      for (const pid of this.processes(controller, path, true)) this.leave(pid);
      put("cgroup.events", "populated 0\nfrozen 0");
    }
    put(file, storedText(file, now.value, text));
    return ok(undefined);
  }

  private controllers(path: string): [(typeof SIMULATED)[number], string][] {
    return SIMULATED.flatMap((controller) => {
      const dir = this.dir(controller, path);
      return dir === undefined ? [] : [[controller, dir] as [(typeof SIMULATED)[number], string]];
    });
  }

  private dirs(path: string): string[] {
    return [...new Set(this.controllers(path).map(([, dir]) => dir))];
  }
}

function layoutOf(shape: Shape, root: string): CgroupLayout {
  const v1 = (name: string) => ({ dir: join(root, name), version: 1 }) as const;
  const v2 = { dir: join(root, "unified"), version: 2 } as const;
  return {
    shape,
    memory: shape === "v2" ? v2 : v1("memory"),
    io: shape === "v2" ? v2 : v1("blkio"),
    v2: shape === "v1" ? undefined : v2.dir,
    cpu: shape === "v2" ? v2 : v1("cpu"),
    freezer: shape === "v1" ? v1("freezer") : v2,
  };
}
