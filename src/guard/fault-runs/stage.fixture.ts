import { existsSync } from "node:fs";
import { join } from "node:path";
import type { ActionKind } from "../../core/action.ts";
import type { Shape } from "../host.fixture.ts";
import { storedText } from "../knobs.fixture.ts";
import { FaultHost, type SeenWrite } from "./kernel.fixture.ts";
import { DEFAULT_WEIGHT, ENFORCED, HOST_KNOBS, TASK_KNOBS, TEXT_KNOBS, type TextKnob } from "./knobs.fixture.ts";
import type { Machine } from "./machine.fixture.ts";
import { ModelKnob, Violation } from "./model.fixture.ts";

/** In scope; in scope but with a protected program in it; out of scope. */
export const GROUPS = ["/swarms/a", "/swarms/b"] as const;
export const GUARDED = "/swarms/c";
export const FOREIGN = "/other";
export const HOST_GROUP = "/";
const FIRST_PID: Readonly<Record<string, number>> = {
  "/swarms/a": 100,
  "/swarms/b": 200,
  [GUARDED]: 300,
  [FOREIGN]: 400,
};

/** What was asked of the layer and is being decided. */
export interface Deed {
  readonly kind: ActionKind;
  readonly group: string;
  readonly value: number;
  readonly pid: number;
}

/** A host with groups in which everything may happen, and the model of each of its knobs. */
export class Stage {
  readonly host: FaultHost;
  readonly shape: Shape;
  readonly knobs = new Map<string, ModelKnob>();
  /** Processes by group. */
  readonly pids = new Map<string, number[]>();
  deed: Deed | undefined;
  /** Whether nothing at all may be written now: the kernel is another, and knows none of the layer's changes. */
  mayWrite = true;
  nowMs: () => number = () => 0;
  private next = 0;
  /** A group that the layer has just taken out of idle, whose weight it has yet to put back. */
  private leavingIdle = "";

  constructor(shape: Shape, machine: Machine) {
    this.shape = shape;
    this.host = new FaultHost(shape, machine);
    this.host.group("/swarms");
    for (const group of [...GROUPS, GUARDED, FOREIGN]) this.make(group);
    this.watchHost();
    this.host.onWrite = (write) => this.onWrite(write);
    this.host.access.onKill = (pid) => this.onKill(pid);
  }

  version(knob: TextKnob): 1 | 2 {
    return this.host.hierarchy(knob.controller)?.version ?? 2;
  }

  knob(kind: ActionKind, group: string): ModelKnob | undefined {
    return this.knobs.get(`${kind} ${group}`);
  }

  /** A new group, as a service manager would make it: with values that are not the kernel's own. */
  make(group: string): void {
    const first = (FIRST_PID[group] ?? 900) + 10 * this.next++;
    const pids = [first + 1, first + 2];
    this.host.group(group, pids);
    if (group === GUARDED) this.host.process(first + 1, { cgroup: group, exe: "/usr/sbin/sshd" });
    this.pids.set(group, pids);
    for (const knob of TEXT_KNOBS) this.put(knob, group, knob.others[this.version(knob)][0]!);
    this.watch(group);
  }

  remove(group: string): void {
    for (const pid of this.pids.get(group) ?? []) this.host.end(pid);
    this.host.removeGroup(group);
    for (const [name, knob] of this.knobs) if (knob.group === group) this.knobs.delete(name);
    this.pids.delete(group);
  }

  exists(group: string): boolean {
    return this.pids.has(group);
  }

  /** A child of the group's first process, with its schedule. */
  fork(group: string): void {
    const pids = this.pids.get(group);
    const parent = pids?.find((pid) => this.lives(pid));
    if (pids === undefined || parent === undefined) return;
    const pid = 5000 + this.next++;
    this.host.process(pid, { cgroup: group, ppid: parent });
    const schedule = this.host.access.schedules.get(parent);
    if (schedule !== undefined) this.host.access.schedules.set(pid, schedule);
    pids.push(pid);
    this.watchTask(group, pid);
    for (const { kind, begins, other } of TASK_KNOBS)
      for (const number of [begins, other]) this.knobs.get(`${kind} ${pid}`)?.mayBe(String(number));
  }

  lives(pid: number): boolean {
    return existsSync(join(this.host.procRoot, String(pid)));
  }

  /** Another kernel: groups are made anew by whoever made them first, and settings are as at every start. */
  reboot(): void {
    this.host.forgetEnforced();
    this.host.access.schedules.clear();
    this.host.resetSysctls();
    for (const group of [...GROUPS, GUARDED, FOREIGN]) {
      if (this.exists(group)) this.remove(group);
      this.make(group);
    }
    this.watchHost();
  }

  put(knob: TextKnob, group: string, text: string): boolean {
    const file = knob.file[this.version(knob)];
    return file !== undefined && this.host.foreign(knob.controller, group, file, text).ok;
  }

  see(knob: TextKnob, group: string): string | undefined {
    const file = knob.file[this.version(knob)];
    const text = file === undefined ? undefined : this.host.see(knob.controller, group, file);
    return text === undefined ? undefined : partOf(knob, text);
  }

  get freezer(): { readonly file: string; readonly words: readonly [string, string]; readonly state: string } {
    const isV1 = this.host.hierarchy("freezer")?.version === 1;
    if (isV1) return { file: "freezer.state", words: ["THAWED", "FROZEN"], state: "freezer.self_freezing" };
    return { file: "cgroup.freeze", words: ["0", "1"], state: "cgroup.freeze" };
  }

  private watch(group: string): void {
    const { host } = this;
    const add = (kind: ActionKind, read: () => string | undefined, isFlag = false): void =>
      void this.knobs.set(`${kind} ${group}`, new ModelKnob(kind, group, { read, isFlag }));
    for (const knob of TEXT_KNOBS) {
      if (knob.file[this.version(knob)] === undefined) continue;
      const isHidden = (): boolean => knob.kind === "cpu.weight" && host.see("cpu", group, "cpu.idle") === "1";
      add(knob.kind, () => (isHidden() ? undefined : this.see(knob, group)));
    }
    add("cpu.idle", () => host.see("cpu", group, "cpu.idle"), true);
    add("freeze", () => host.see("freezer", group, this.freezer.state), true);
    const limits = this.host.hierarchy("io")?.version === 1 ? ["read", "write"] : [];
    const files = limits.length > 0 ? limits.map((name) => `blkio.throttle.${name}_bps_device`) : ["io.max"];
    add("io.max", () => (files.some((file) => host.see("io", group, file) !== "") ? "set" : "open"));
    const inode = host.inode("v2", group) ?? -1;
    const enforced = {
      "net.deny": host.access.policies,
      "exec.deny": host.access.execDeny.files,
      "exec.kill": host.access.execKill.files,
    };
    for (const kind of ENFORCED)
      add(kind, () => {
        const now = enforced[kind].get(inode);
        return now === undefined || (Array.isArray(now) && now.length === 0) ? "open" : "set";
      });
    for (const pid of this.pids.get(group) ?? []) this.watchTask(group, pid);
  }

  private watchTask(group: string, pid: number): void {
    for (const { kind, field, begins } of TASK_KNOBS) {
      const read = (): string | undefined =>
        this.lives(pid) ? String(this.host.access.schedules.get(pid)?.[field] ?? begins) : undefined;
      this.knobs.set(`${kind} ${pid}`, new ModelKnob(kind, group, { name: `${kind} of task ${pid}`, read }));
    }
  }

  private watchHost(): void {
    for (const knob of HOST_KNOBS) {
      const read = (): string | undefined => this.see(knob, HOST_GROUP);
      this.knobs.set(`${knob.kind} ${HOST_GROUP}`, new ModelKnob(knob.kind, HOST_GROUP, { read }));
    }
  }

  private onWrite({ path, file, now, text }: SeenWrite): void {
    if (!this.mayWrite) throw new Violation(`${file} of ${path} was written after a restart of the kernel`);
    if (![...GROUPS, HOST_GROUP].some((group) => group === path))
      throw new Violation(`${file} of ${path} was written, which is out of scope or protected`);
    const left = this.leavingIdle;
    this.leavingIdle = file === "cpu.idle" && text === "0" ? path : "";
    const { deed } = this;
    const mine = deed?.group === path ? deed.kind : undefined;
    if (file === "cgroup.kill" && mine === "kill.cgroup") return;
    if (file === "memory.reclaim" && mine === "memory.reclaim") return;
    if (file === this.freezer.file && (mine === "kill.cgroup" || mine === "thaw")) return;
    if (file === this.freezer.file || file === "cpu.idle") {
      const kind = file === "cpu.idle" ? "cpu.idle" : "freeze";
      const flag = (word: string): string => (this.freezer.words[1] === word || word === "1" ? "1" : "0");
      if (mine === kind && flag(text) === String(deed?.value)) return;
      return this.knob(kind, path)?.checkRevert(flag(now), flag(text), this.nowMs());
    }
    const row = [...TEXT_KNOBS, ...HOST_KNOBS].find((knob) => knob.file[this.version(knob)] === file);
    if (row === undefined) {
      if (file === "io.max" || file.startsWith("blkio.throttle.")) return;
      throw new Violation(`${file} of ${path} is no knob of the layer`);
    }
    const meant = partOf(row, storedText(file, now, text));
    if (mine === row.kind && row.asks[deed?.value ?? 0]?.[this.version(row)] === meant) return;
    // With a change of ours that has just run out it goes through that one's value: whether that stays is looked at later.
    if (row.kind === "cpu.weight" && left === path && this.isAsked(row, meant)) return;
    // Out of idle a group has the kernel's own weight, until its own is put back.
    if (row.kind === "cpu.weight" && meant === DEFAULT_WEIGHT[this.version(row)] && mine === "cpu.idle") return;
    this.knob(row.kind, path)?.checkRevert(partOf(row, now), meant, this.nowMs());
  }

  private isAsked(row: TextKnob, text: string): boolean {
    return Object.values(row.asks).some((texts) => texts[this.version(row)] === text);
  }

  private onKill(pid: number): void {
    const { deed } = this;
    const meant =
      (deed?.kind === "kill.process" && deed.pid === pid) ||
      (deed?.kind === "kill.cgroup" && this.pids.get(deed.group)?.includes(pid) === true);
    if (!meant) throw new Violation(`process ${pid} was ended, and nobody asked for it`);
    this.host.leave(pid);
  }
}

function partOf({ part }: TextKnob, text: string): string {
  return part === undefined ? text : (part.exec(text)?.[1] ?? text);
}
