import type { ExecDetails, FdInfo } from "../../core/event.ts";
import { processKey, type ProcessRef } from "../../core/entity.ts";
import type { CallKind } from "../../core/event-kinds.ts";
import { createImmuneColony } from "../colony.ts";
import { FakeHost } from "./context.fixture.ts";

const O_WRONLY = 1;
const O_RDWR = 2;
const O_CREAT = 0o100;
const O_TRUNC = 0o1000;
const O_APPEND = 0o2000;

/** How a file is opened for writing, as in the mode of fopen(3): "r+" and "w" and "a"; "x" is O_RDWR without O_TRUNC, created; "over" O_WRONLY alone. */
const OPENED = {
  "r+": O_RDWR,
  over: O_WRONLY,
  w: O_WRONLY | O_CREAT | O_TRUNC,
  a: O_WRONLY | O_CREAT | O_APPEND,
  x: O_RDWR | O_CREAT,
} as const;

const NO_TRAITS = { upperLayer: false, memfd: false, deleted: false };

/** What processes of a FakeHost do to files, as the kernel tells it. Keeps which path is which inode over renames. */
export class FakeFiles {
  private readonly host: FakeHost;
  private readonly inodes = new Map<string, number>();
  private next = 1000;

  constructor(host: FakeHost) {
    this.host = host;
  }

  read(by: ProcessRef, path: string): void {
    this.call(by, "open.read", "openat", { args: [0, 0, 0], path, fd: this.fd(path) });
  }

  /** Opens what a link leads to. */
  follow(by: ProcessRef, link: string, path: string): void {
    this.call(by, "open.read", "openat", { args: [0, 0, 0], path: link, fd: this.fd(path) });
  }

  missed(by: ProcessRef, path: string): void {
    this.call(by, "open.failed", "openat", { args: [0, 0, 0], path, result: -2 });
  }

  write(by: ProcessRef, path: string, how: keyof typeof OPENED = "w"): void {
    this.call(by, "open.write", "openat", { args: [0, 0, OPENED[how]], path, fd: this.fd(path) });
  }

  rename(by: ProcessRef, from: string, to: string): void {
    const ino = this.inodes.get(from) ?? this.next++;
    this.inodes.delete(from);
    this.inodes.set(to, ino);
    this.call(by, "rename", "rename", { path: from, path2: to });
  }

  remove(by: ProcessRef, path: string): void {
    this.inodes.delete(path);
    this.call(by, "unlink", "unlink", { path });
  }

  link(by: ProcessRef, from: string, to: string): void {
    this.inodes.set(to, this.inodeOf(from));
    this.call(by, "link", "link", { path: from, path2: to });
  }

  symlink(by: ProcessRef, says: string, at: string): void {
    this.call(by, "symlink", "symlink", { path: says, path2: at });
  }

  chmod(by: ProcessRef, path: string, mode: number): void {
    this.call(by, "chmod", "chmod", { args: [0, mode], path });
  }

  /** By its path where `held` is false, as truncate(2) has it, else by a descriptor. */
  cut(by: ProcessRef, path: string, { length = 0, held = false } = {}): void {
    if (held) this.call(by, "truncate", "ftruncate", { args: [3, length], fd: this.fd(path) });
    else this.call(by, "truncate", "truncate", { args: [0, length], path });
  }

  memfd(by: ProcessRef, name: string): void {
    const fd = this.fd(`/memfd:${name}`);
    this.call(by, "memfd", "memfd_create", { path: name, fd: { ...fd, traits: { ...NO_TRAITS, memfd: true } } });
  }

  /** Any other call. */
  call(
    by: ProcessRef,
    kind: CallKind,
    call: string,
    more: { path?: string; path2?: string; args?: readonly number[]; result?: number; fd?: FdInfo } = {},
  ): void {
    this.host.wait(1);
    const record = this.host.context().processes.get(processKey(by));
    this.host.event({
      atNs: this.host.nowMs * 1e6,
      process: by,
      comm: record?.comm ?? "",
      uid: record?.uid ?? 0,
      cgroupId: 1,
      cpuCgroupId: 1,
      kind,
      call,
      entry: "64",
      result: 0,
      args: [],
      path: "",
      path2: "",
      repeats: 0,
      ...more,
    });
  }

  /** A turn's counts of what was written. */
  writes(by: ProcessRef, sampled: number, random: number, truncations = 0): void {
    const base = { atNs: this.host.nowMs * 1e6, process: by, comm: "", uid: 0, cgroupId: 1, cpuCgroupId: 1 };
    this.host.event({
      ...base,
      kind: "writes",
      overMs: 1000,
      calls: sampled,
      bytes: 64 * sampled,
      truncations,
      sampled,
      random,
    });
  }

  /** A process that runs the very file. */
  exec(by: ProcessRef, path: string, argv: readonly string[] = [path], tty = 0): void {
    const host = this.host;
    const key = processKey(by);
    // As the hive does: the table knows before the agents are asked.
    const exe = { dev: 1, ino: this.inodeOf(path) };
    const details = detailsOf(path, argv, tty);
    const record = host.context().processes.get(key);
    if (record !== undefined)
      Object.assign(record, { path, comm: path.slice(path.lastIndexOf("/") + 1), exe: `f:1:${exe.ino}`, details });
    host.event({
      atNs: host.nowMs * 1e6,
      process: by,
      comm: record?.comm ?? "",
      uid: 1000,
      cgroupId: 1,
      cpuCgroupId: 1,
      kind: "exec",
      parent: by,
      path,
      exe,
      ctimeMs: host.wallMs - 1e9,
      mtimeMs: host.wallMs - 1e9,
      details,
    });
  }

  /** Forks and executes, told with details. */
  spawn(parent: ProcessRef, path: string, argv: readonly string[] = [path], tty = 0): ProcessRef {
    const child = this.host.fork(parent);
    this.exec(child, path, argv, tty);
    return child;
  }

  private fd(path: string): FdInfo {
    const file = { dev: 1, ino: this.inodeOf(path) };
    return { number: 3, type: "file", path, file, mode: 0o100644, traits: NO_TRAITS };
  }

  private inodeOf(path: string): number {
    const ino = this.inodes.get(path) ?? this.next++;
    this.inodes.set(path, ino);
    return ino;
  }
}

function detailsOf(exePath: string, argv: readonly string[], tty: number): ExecDetails {
  const caps = { effective: 0, permitted: 0, inheritable: 0 };
  const credentials = { uid: 1000, euid: 1000, suid: 1000, gid: 1000, egid: 1000, loginUid: 1000, caps };
  return { exePath, argv, argvCut: false, cwd: "/", tty, sid: 1, credentials, traits: NO_TRAITS, interpreter: "" };
}

/** A small server under attack or not: the whole colony, at full depth, with who may be behind a deed. */
export class FileHost {
  readonly host = new FakeHost(createImmuneColony({ leaseMs: 300_000, depth: "full" }));
  readonly files = new FakeFiles(this.host);
  readonly init = this.host.existing("/usr/lib/systemd/systemd");
  readonly web = this.host.existing("/usr/bin/node", this.init, "/system.slice/web.service");
  readonly cron = this.host.existing("/usr/sbin/cron", this.init, "/system.slice/cron.service");
  private readonly sshd = this.host.existing("/usr/sbin/sshd", this.init, "/system.slice/ssh.service");
  /** A person's, at a terminal. */
  readonly shell = this.files.spawn(this.sshd, "/bin/bash", ["-bash"], TERMINAL);

  /** A command of the person's shell, at its terminal. */
  type(path: string, argv: readonly string[] = [path]): ProcessRef {
    return this.files.spawn(this.shell, path, argv, TERMINAL);
  }

  /** Strongest evidence of one kind told of anybody, and on whom; without what was inherited. */
  strongest(kind: string): { readonly weight: number; readonly says: string; readonly entity: string } {
    const told = this.host.deposits.filter(
      ({ pheromone, evidence }) => pheromone === "danger" && evidence.kind === kind && evidence.agent !== "provenance",
    );
    const none = { weight: 0, says: "", entity: "" };
    return told.map(({ evidence }) => evidence).reduce((best, each) => (each.weight > best.weight ? each : best), none);
  }
}

/** major << 8 | minor of /dev/pts/3. */
const TERMINAL = (136 << 8) | 3;
