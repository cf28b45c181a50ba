import type { AgentContext, ProcessRecord } from "../../core/agent.ts";
import { processKey, type EntityKey, type ProcessRef } from "../../core/entity.ts";
import type { CallEvent, ExecDetails, ExecEvent, SensedEvent, StandardFd, Stdio } from "../../core/event.ts";
import type { CallKind } from "../../core/event-kinds.ts";
import { createImmuneColony } from "../colony.ts";
import { FakeHost } from "./context.fixture.ts";

/** More of an exec than a path. */
export interface Scene {
  readonly ageMs?: number;
  readonly argv?: readonly string[];
  readonly exePath?: string;
  readonly uid?: number;
  readonly euid?: number;
  readonly caps?: number;
  readonly memfd?: boolean;
  readonly deleted?: boolean;
  readonly upperLayer?: boolean;
  readonly cgroup?: string;
  readonly container?: ProcessRecord["container"];
  readonly stdio?: Stdio;
  /** Of the file, where it is not the path's. */
  readonly ino?: number;
}

const fd = (type: StandardFd["type"], object: number, family: StandardFd["family"] = ""): StandardFd => ({
  type,
  object,
  family,
});

export const TTY: Stdio = {
  fds: [fd("device", 0x8800001), fd("device", 0x8800001), fd("device", 0x8800001)],
  localPort: 0,
};
export const NOTHING: Stdio = {
  fds: [fd("device", 0x100003), fd("device", 0x100003), fd("device", 0x100003)],
  localPort: 0,
};

/** All three the same connection. */
export function socketStdio(object: number, address = "203.0.113.66", port = 4444): Stdio {
  const end = fd("socket", object, "ipv4");
  return { fds: [end, end, end], remote: { address, port }, localPort: 40_000 };
}

export function pipeStdio(into: number, out: number): Stdio {
  return { fds: [fd("pipe", into), fd("pipe", out), fd("pipe", out)], localPort: 0 };
}

/** Standard input and output of two sorts. */
export function mixedStdio(input: StandardFd, output: StandardFd, to?: { address: string; port: number }): Stdio {
  return { fds: [input, output, output], localPort: 0, ...(to !== undefined && { remote: to }) };
}

export { fd };

/** A host on which programs have arguments, descriptors, credentials and containers. */
export class SceneHost extends FakeHost {
  private readonly more = new Map<EntityKey, Partial<ProcessRecord>>();
  private scene: Scene | undefined;

  override context(): AgentContext {
    const context = super.context();
    const get = (key: EntityKey): ProcessRecord | undefined => {
      const record = context.processes.get(key);
      return record === undefined ? undefined : { ...record, ...this.more.get(key) };
    };
    return { ...context, processes: { ...context.processes, get } };
  }

  override fork(parent: ProcessRef): ProcessRef {
    return super.fork(parent);
  }

  override event(event: SensedEvent): void {
    if (event.kind === "fork") this.inherit(event.process, event.child);
    super.event(event.kind === "exec" ? this.staged(event) : event);
  }

  /** A process that was there before, with what is known of it. */
  there(path: string, parent?: ProcessRef, scene: Scene = {}): ProcessRef {
    const ref = this.existing(path, parent, scene.cgroup);
    this.more.set(processKey(ref), this.recordOf(path, scene));
    return ref;
  }

  /** An exec in the process itself. */
  become(process: ProcessRef, path: string, scene: Scene = {}): void {
    this.scene = scene;
    this.exec(process, path, scene.ageMs);
  }

  /** Forks and executes. */
  start(parent: ProcessRef, path: string, scene: Scene = {}): ProcessRef {
    const child = this.fork(parent);
    this.become(child, path, scene);
    return child;
  }

  call(process: ProcessRef, kind: CallKind, call: string, more: Partial<CallEvent> = {}): void {
    const record = this.context().processes.get(processKey(process));
    this.event({
      kind,
      call,
      atNs: this.nowMs * 1e6,
      process,
      comm: record?.comm ?? "",
      uid: record?.uid ?? 1000,
      cgroupId: 1,
      cpuCgroupId: 1,
      entry: "64",
      result: 0,
      args: [0, 0, 0, 0, 0, 0],
      path: "",
      path2: "",
      repeats: 0,
      ...more,
    });
  }

  /** Evidence of a kind, by weight. */
  told(kind: string): number[] {
    return this.deposits
      .filter(({ pheromone, evidence }) => pheromone === "danger" && evidence.kind === kind)
      .map(({ evidence }) => Math.round(evidence.weight * 100) / 100);
  }

  private inherit(parent: ProcessRef, child: ProcessRef): void {
    const more = this.more.get(processKey(parent));
    if (more !== undefined) this.more.set(processKey(child), more);
  }

  private staged(event: ExecEvent): ExecEvent {
    const scene = this.scene ?? {};
    this.scene = undefined;
    const key = processKey(event.process);
    const before = this.more.get(key);
    const inherited = { uid: before?.uid ?? 1000, container: before?.container, cgroup: before?.cgroup };
    const given = {
      ...(inherited.container !== undefined && { container: inherited.container }),
      ...(inherited.cgroup !== undefined && { cgroup: inherited.cgroup }),
      uid: inherited.uid,
      ...scene,
    };
    const record = this.recordOf(event.path, given);
    this.more.set(key, record);
    return {
      ...event,
      uid: record.uid ?? 1000,
      ...(scene.ino !== undefined && { exe: { dev: 1, ino: scene.ino } }),
      ...(record.details !== undefined && { details: record.details }),
      ...(given.cgroup !== undefined && { cgroup: given.cgroup }),
      stdio: scene.stdio ?? NOTHING,
    };
  }

  private recordOf(path: string, scene: Scene): Partial<ProcessRecord> {
    const { uid = 1000, container, cgroup } = scene;
    return {
      uid,
      details: detailsOf(path, scene),
      ...(container !== undefined && { container }),
      ...(cgroup !== undefined && { cgroup }),
    };
  }
}

function detailsOf(path: string, scene: Scene): ExecDetails {
  const { uid = 1000, euid = uid, caps = euid === 0 ? 2 ** 41 - 1 : 0 } = scene;
  return {
    exePath: scene.exePath ?? path,
    argv: scene.argv ?? [path],
    argvCut: false,
    cwd: "/",
    tty: 0,
    sid: 1,
    credentials: {
      uid,
      euid,
      suid: euid,
      gid: uid,
      egid: euid,
      loginUid: 1000,
      caps: { effective: caps, permitted: caps, inheritable: 0 },
    },
    traits: { upperLayer: scene.upperLayer ?? false, memfd: scene.memfd ?? false, deleted: scene.deleted ?? false },
    interpreter: "",
  };
}

/** The whole colony at full depth. */
export function fullHost(): SceneHost {
  return new SceneHost(createImmuneColony({ leaseMs: 60_000, depth: "full" }));
}
