import type { Decision, Evidence, Proposal } from "../../core/action.ts";
import {
  PHEROMONES,
  type Agent,
  type AgentContext,
  type PheromoneName,
  type PheromoneSpec,
  type ProcessRecord,
} from "../../core/agent.ts";
import { fileKey, processKey, type EntityKey, type ProcessRef } from "../../core/entity.ts";
import type { ExecDetails, ExecEvent, SensedEvent } from "../../core/event.ts";
import type { Incident } from "../../core/incident.ts";
import { NO_LOSSES, type ReadingBatch } from "../../core/reading.ts";

interface Trace {
  amount: number;
  atMs: number;
}

/** A small host for agents: a trivial field, a process table without limits, and a script's verbs to make events. */
export class FakeHost {
  nowMs = 1_000_000;
  readonly agents: readonly Agent[];
  readonly deposits: { readonly pheromone: PheromoneName; readonly evidence: Evidence }[] = [];
  readonly proposals: Proposal[] = [];
  readonly reports: Incident[] = [];
  private readonly traces = new Map<string, Map<string, Trace>>();
  private readonly records = new Map<EntityKey, ProcessRecord>();
  private readonly book = new Map<EntityKey, Evidence[]>();
  private signals: { readonly entity: EntityKey; readonly pheromone: PheromoneName }[] = [];
  private nextPid = 100;
  private ids = 0;
  private events = 0;

  constructor(agents: readonly Agent[]) {
    this.agents = agents;
  }

  /** The latest word on each incident, in order of their first. */
  get incidents(): Incident[] {
    return [...new Map(this.reports.map((incident) => [incident.id, incident])).values()];
  }

  wait(ms: number): void {
    this.nowMs += ms;
  }

  /** A process that was there before, without events. */
  existing(path: string, parent?: ProcessRef, cgroup = "/"): ProcessRef {
    const ref = this.newProcess();
    this.record(ref, parent === undefined ? "" : processKey(parent), path, cgroup);
    return ref;
  }

  fork(parent: ProcessRef): ProcessRef {
    const child = this.newProcess();
    const above = this.records.get(processKey(parent));
    this.record(child, processKey(parent), above?.path ?? "", above?.cgroup ?? "/");
    this.event({ ...this.base(parent), kind: "fork", child });
    return child;
  }

  /** The file was last written `ageMs` before; by default, long ago. */
  exec(process: ProcessRef, path: string, ageMs = 1e9): void {
    this.event(this.execution(process, path, ageMs));
  }

  /** A script, which the kernel has this interpreter run. */
  execBy(process: ProcessRef, path: string, interpreter: string, ageMs = 1e9): void {
    const details = { ...NO_DETAILS, exePath: interpreter, argv: [interpreter, path], interpreter };
    this.event({ ...this.execution(process, path, ageMs), details });
  }

  private execution(process: ProcessRef, path: string, ageMs: number): ExecEvent {
    const before = this.records.get(processKey(process));
    this.record(process, before?.parent ?? "", path, before?.cgroup ?? "/");
    const time = this.wallMs - ageMs;
    const base = { ...this.base(process), parent: this.refOf(before?.parent ?? "") };
    return { ...base, kind: "exec", path, exe: inodeOf(path), ctimeMs: time, mtimeMs: time };
  }

  /** Forks and executes. */
  spawn(parent: ProcessRef, path: string, ageMs?: number): ProcessRef {
    const child = this.fork(parent);
    this.exec(child, path, ageMs);
    return child;
  }

  connect(process: ProcessRef, address: string, port: number): void {
    const family = address.includes(":") ? "ipv6" : "ipv4";
    this.event({ ...this.base(process), kind: "connect", family, to: { address, port } });
  }

  exit(process: ProcessRef): void {
    this.event({ ...this.base(process), kind: "exit", status: 0 });
  }

  event(event: SensedEvent): void {
    // No two events of one process have one time; here a script's clock stands still.
    const cause = { ...event, atNs: event.atNs + this.events++ };
    for (const agent of this.agents) {
      if (agent.wants.includes(event.kind)) agent.onEvent?.(event, { ...this.context(), cause });
    }
    this.settle();
  }

  /** One turn of readings, as come every second or so. */
  tick(more: Partial<ReadingBatch> = {}): void {
    const batch = { atMs: this.wallMs, workloads: [], readings: [], losses: NO_LOSSES, events: {}, ...more };
    for (const agent of this.agents) agent.onReadings?.(batch, this.context());
    this.settle();
  }

  decide(decision: Partial<Decision> & Pick<Decision, "proposal" | "outcome">): void {
    const base = {
      action: "",
      kind: "freeze",
      cgroup: "/app",
      from: "0",
      to: "1",
      untilMs: 0,
      code: "",
      says: "",
    } as const;
    for (const agent of this.agents) agent.onDecision?.({ ...base, ...decision }, this.context());
    this.settle();
  }

  revert(action: string, cause: "undo" | "expired"): void {
    for (const agent of this.agents) agent.onReverted?.({ action, cause, written: true, says: "" }, this.context());
  }

  dismiss(incident: Incident): void {
    for (const agent of this.agents) agent.onDismissed?.({ ...incident, status: "dismissed" }, this.context());
  }

  confirm(incident: Incident): void {
    for (const agent of this.agents) agent.onConfirmed?.({ ...incident, confirmed: true }, this.context());
  }

  reopen(incident: Incident): void {
    for (const agent of this.agents) agent.onReopened?.({ ...incident, status: "open" }, this.context());
  }

  context(): AgentContext {
    return {
      nowMs: this.nowMs,
      wallMs: this.wallMs,
      field: {
        concentration: (entity, pheromone) => [...this.bySource(entity, pheromone).values()].reduce((a, b) => a + b, 0),
        bySource: (entity, pheromone) => this.bySource(entity, pheromone),
      },
      processes: {
        get: (entity) => this.records.get(entity),
        lineage: (entity) => this.lineage(entity),
      },
      evidence: (entity) => (this.book.get(entity) ?? []).slice(-24),
      deposit: (pheromone, evidence) => this.deposit(pheromone, evidence),
      propose: (proposal) => {
        const id = `p-${++this.ids}`;
        this.proposals.push({ ...proposal, id });
        return id;
      },
      report: (incident) => void this.reports.push(incident),
      newId: (prefix) => `${prefix}-${++this.ids}`,
    };
  }

  get wallMs(): number {
    return 1_700_000_000_000 + this.nowMs;
  }

  deposit(pheromone: PheromoneName, evidence: Evidence): void {
    const key = `${evidence.entity} ${pheromone}`;
    const sources = this.traces.get(key) ?? new Map<string, Trace>();
    const amount = (this.bySource(evidence.entity, pheromone).get(evidence.kind) ?? 0) + evidence.weight;
    sources.set(evidence.kind, { amount: Math.min(PHEROMONES[pheromone].cap, amount), atMs: this.nowMs });
    this.traces.set(key, sources);
    const { background }: PheromoneSpec = PHEROMONES[pheromone];
    if (background !== true) this.book.set(evidence.entity, [...(this.book.get(evidence.entity) ?? []), evidence]);
    this.deposits.push({ pheromone, evidence });
    this.signals.push({ entity: evidence.entity, pheromone });
  }

  settle(): void {
    for (let signal = this.signals.shift(); signal !== undefined; signal = this.signals.shift()) {
      const { entity, pheromone } = signal;
      for (const agent of this.agents) {
        if (agent.feels?.includes(pheromone)) agent.onSignal?.(entity, pheromone, this.context());
      }
    }
  }

  private bySource(entity: EntityKey, pheromone: PheromoneName): Map<string, number> {
    const { halfLifeMs } = PHEROMONES[pheromone];
    const sources = this.traces.get(`${entity} ${pheromone}`) ?? new Map<string, Trace>();
    return new Map([...sources].map(([kind, t]) => [kind, t.amount * 2 ** (-(this.nowMs - t.atMs) / halfLifeMs)]));
  }

  private lineage(entity: EntityKey): { process: EntityKey; comm: string; path: string }[] {
    const steps = [];
    for (let record = this.records.get(entity); record && steps.length < 16; record = this.records.get(record.parent)) {
      steps.push({ process: record.key, comm: record.comm, path: record.path });
    }
    return steps;
  }

  private newProcess(): ProcessRef {
    const pid = this.nextPid++;
    return { pid, startTicks: pid * 10 };
  }

  private refOf(key: EntityKey): ProcessRef {
    const [pid = 0, startTicks = 0] = key.slice(2).split("@").map(Number);
    return { pid, startTicks };
  }

  private record(ref: ProcessRef, parent: EntityKey, path: string, cgroup: string): void {
    const key = processKey(ref);
    const exe = path === "" ? "" : fileKey(inodeOf(path));
    const comm = path.slice(path.lastIndexOf("/") + 1, path.lastIndexOf("/") + 16);
    this.records.set(key, { key, parent, comm, path, exe, uid: 1000, cgroup, sinceMs: this.wallMs });
  }

  private base(
    process: ProcessRef,
  ): Pick<SensedEvent, "atNs" | "process" | "comm" | "uid" | "cgroupId" | "cpuCgroupId"> {
    const comm = this.records.get(processKey(process))?.comm ?? "";
    return { atNs: this.nowMs * 1e6, process, comm, uid: 1000, cgroupId: 1, cpuCgroupId: 1 };
  }
}

const NO_CAPABILITIES = { effective: 0, permitted: 0, inheritable: 0 };
const NO_DETAILS: ExecDetails = {
  exePath: "",
  argv: [],
  argvCut: false,
  cwd: "/",
  tty: 0,
  sid: 1,
  credentials: { uid: 1000, euid: 1000, suid: 1000, gid: 1000, egid: 1000, loginUid: 1000, caps: NO_CAPABILITIES },
  traits: { upperLayer: false, memfd: false, deleted: false },
  interpreter: "",
};

/** One made-up inode per path. */
function inodeOf(path: string): { dev: number; ino: number } {
  let ino = 7;
  for (const char of path) ino = (ino * 31 + char.charCodeAt(0)) % 1_000_000_007;
  return { dev: 1, ino };
}
