import { mkdirSync, renameSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { failed, type Result } from "../../core/errors.ts";
import type { Controller } from "../../kernel/cgroup-fs.ts";
import { type Shape, SimulatedHost } from "../host.fixture.ts";
import { SYSCTLS } from "../knobs.fixture.ts";
import type { Machine } from "./machine.fixture.ts";

/** A write of the layer to a file of a group, before it takes effect. */
export interface SeenWrite {
  readonly controller: Controller;
  readonly path: string;
  readonly file: string;
  readonly now: string;
  readonly text: string;
}

/** A simulated host that fails as a machine says, and shows every write of the layer before it takes effect. */
export class FaultHost extends SimulatedHost {
  private readonly machine: Machine | undefined;
  private buried = 0;
  /** In the kernel itself nothing fails, and nobody looks. */
  private inside = false;
  onWrite: (write: SeenWrite) => void = () => {};
  /** The same, after it took effect: what somebody else does at that very moment. */
  onWritten: (write: SeenWrite) => void = () => {};

  constructor(shape: Shape, machine: Machine) {
    super(shape);
    this.machine = machine;
    const { tasks, net, processes, execDeny, execKill } = this.access;
    this.faulty(tasks, ["set"]);
    this.faulty(net, ["deny"]);
    this.faulty(processes, ["kill"]);
    for (const refusal of [execDeny, execKill]) this.faulty(refusal, ["set"]);
  }

  override read(controller: Controller, path: string, file: string): Result<string> {
    if (this.inside || this.machine === undefined) return super.read(controller, path, file);
    const errno = this.machine.before("knob read");
    if (errno !== undefined) return failed("SW-GUARD-KNOB", `cannot read ${file} of ${path}: ${errno}`);
    return this.quietly(() => super.read(controller, path, file));
  }

  override allChildren(controller: Controller, path: string): Result<string[]> {
    const errno = this.inside ? undefined : this.machine?.before("knob list");
    if (errno !== undefined) return failed("SW-GUARD-KNOB", `cannot list ${path}: ${errno}`);
    return super.allChildren(controller, path);
  }

  override write(controller: Controller, path: string, file: string, text: string): Result<void> {
    const errno = this.machine?.before("knob write");
    if (errno !== undefined) return failed("SW-GUARD-KNOB", `cannot write ${file} of ${path}: ${errno}`);
    const now = this.quietly(() => super.read(controller, path, file));
    const seen = { controller, path, file, now: now.ok ? now.value : "", text };
    if (now.ok) this.onWrite(seen);
    const written = this.quietly(() => super.write(controller, path, file, text));
    if (written.ok) this.onWritten(seen);
    this.machine?.after("knob write");
    return written;
  }

  override foreign(controller: Controller, path: string, file: string, text: string): Result<void> {
    return this.quietly(() => super.foreign(controller, path, file, text));
  }

  /** What a file holds, for who looks on. */
  see(controller: Controller, path: string, file: string): string | undefined {
    const text = this.quietly(() => super.read(controller, path, file));
    return text.ok ? text.value : undefined;
  }

  /** Inode numbers of cgroups are never given out twice, those of a disk at once: so the old folder is kept elsewhere. */
  override removeGroup(path: string): void {
    const grave = join(this.root, "removed");
    mkdirSync(grave, { recursive: true });
    for (const dir of this.dirsOf(path)) renameSync(dir, join(grave, String(this.buried++)));
  }

  /** As after a restart of the kernel. */
  resetSysctls(): void {
    for (const [file, text] of Object.entries(SYSCTLS)) writeFileSync(join(this.procRoot, "sys", file), text);
  }

  /** What one process had the kernel enforce ends with it. */
  forgetEnforced(): void {
    this.access.policies.clear();
    this.access.execDeny.files.clear();
    this.access.execKill.files.clear();
  }

  private dirsOf(path: string): string[] {
    const all = (["cpu", "freezer", "memory", "io"] as const).flatMap((each) => this.dir(each, path) ?? []);
    return [...new Set(all)];
  }

  private quietly<T>(use: () => T): T {
    const before = this.inside;
    this.inside = true;
    try {
      return use();
    } finally {
      this.inside = before;
    }
  }

  private faulty(part: object, names: readonly string[]): void {
    const target = part as Record<string, (...args: unknown[]) => unknown>;
    for (const name of names) {
      const real = target[name]!.bind(part);
      target[name] = (...args) => {
        const errno = this.machine?.before("host write");
        if (errno !== undefined) return failed("SW-GUARD-KNOB", `cannot ${name}: ${errno}`);
        const done = real(...args);
        this.machine?.after("host write");
        return done;
      };
    }
  }
}
