import type { ProcessRef } from "../src/core/entity.ts";
import type { EventBase, SensedEvent, SeenProcess } from "../src/core/event.ts";
import { type Random, seededRandom } from "../src/core/random.ts";

/** Shares of each activity in a mix; they add up to 1. */
export const MIXES = {
  /** A service that reads many files: what agents by default do not ask for, so that only the process table sees it. */
  opens: { open: 1 },
  /** Services that keep to the few endpoints they always use. */
  "connects, the same": { same: 1 },
  /** A crawler: every connection to another of 50,000 addresses. */
  "connects, many addresses": { many: 1 },
  /** A port scan: every connection to another port, so that each is a surprise until its sender is known to be varied. */
  "connects, every port": { scan: 1 },
  /** A build: make, sh, cc, as, each forked, executed and ended. */
  processes: { start: 1 },
  mixed: { open: 0.6, same: 0.15, many: 0.15, start: 0.1 },
} as const satisfies Record<string, Partial<Record<Activity, number>>>;

export type MixName = keyof typeof MIXES;
type Activity = "open" | "same" | "many" | "scan" | "start";

const SERVICES = 40;
const WORKERS = 8;
const FILES = 10_000;
const ADDRESSES = 50_000;
const TOOLS = ["sh", "cc", "as", "ld", "sed", "mkdir", "rm", "cat", "grep", "test"];

interface Actor {
  readonly process: ProcessRef;
  readonly comm: string;
  readonly cgroupId: number;
}

/** Decoded events as the decoder makes them: one reference per process, its key filled in, texts shared. */
export class HiveLoad {
  readonly seen: readonly SeenProcess[];
  private readonly random: Random = seededRandom(7);
  private readonly workers: readonly Actor[];
  private readonly make: Actor;
  private readonly paths = Array.from({ length: FILES }, (_, at) => `/srv/data/${at % 100}/file-${at}`);
  private readonly addresses = Array.from(
    { length: ADDRESSES },
    (_, at) => `${20 + (at >> 14)}.${(at >> 8) & 63}.7.${at & 255}`,
  );
  private readonly programs = TOOLS.map((name) => ({ name, path: `/usr/bin/${name}` }));
  private readonly started: SensedEvent[] = [];
  private nextPid = 100_000;
  private scanned = 0;
  private atNs = 0;

  constructor() {
    const init = newRef(1);
    const services = Array.from({ length: SERVICES }, (_, at) => ({ main: newRef(1000 + at), at }));
    const workers = services.flatMap(({ main, at }) =>
      Array.from({ length: WORKERS }, (_, worker) => ({ process: newRef(2000 + at * WORKERS + worker), main, at })),
    );
    this.make = { process: newRef(900), comm: "make", cgroupId: 50 };
    this.workers = workers.map(({ process, at }) => ({ process, comm: `svc-${letters(at)}`, cgroupId: 100 + at }));
    this.seen = [
      seen(init, newRef(0), "/usr/lib/systemd/systemd", "/init.scope"),
      seen(this.make.process, init, "/usr/bin/make", "/user.slice/session-3.scope"),
      ...services.map(({ main, at }) =>
        seen(main, init, `/usr/sbin/svc-${letters(at)}`, `/system.slice/${letters(at)}.service`),
      ),
      ...workers.map(({ process, main, at }) =>
        seen(process, main, `/usr/sbin/svc-${letters(at)}`, `/system.slice/${letters(at)}.service`),
      ),
    ];
  }

  batch(mix: MixName, size: number): SensedEvent[] {
    return Array.from({ length: size }, () => this.next(MIXES[mix]));
  }

  private next(shares: Partial<Record<Activity, number>>): SensedEvent {
    this.atNs += 10_000;
    const pending = this.started.shift();
    if (pending !== undefined) return pending;
    let draw = this.random();
    // Three events to a start.
    const start = (shares.start ?? 0) / 3 / (1 - (2 / 3) * (shares.start ?? 0));
    if ((draw -= start) < 0 || shares.start === 1) return this.start();
    draw = (draw / (1 - start)) * (1 - (shares.start ?? 0));
    if ((draw -= shares.open ?? 0) < 0) return this.open();
    if ((draw -= shares.same ?? 0) < 0) return this.connect(this.pick(3));
    if ((draw -= shares.scan ?? 0) < 0) return this.scan();
    return this.connect(Math.floor(this.random() * ADDRESSES));
  }

  private pick(below: number): number {
    return Math.floor(this.random() * below);
  }

  private worker(): Actor {
    const worker = this.workers[this.pick(this.workers.length)];
    if (worker === undefined) throw new Error("no worker");
    return worker;
  }

  private open(): SensedEvent {
    const path = this.paths[this.pick(FILES)] ?? "";
    return {
      kind: "open.read",
      ...this.base(this.worker()),
      call: "openat",
      entry: "64",
      result: 7,
      args: [],
      path,
      path2: "",
      repeats: 0,
    };
  }

  private connect(address: number, port = 443, actor = this.worker()): SensedEvent {
    return {
      kind: "connect",
      ...this.base(actor),
      family: "ipv4",
      to: { address: this.addresses[address] ?? "", port },
    };
  }

  /** One worker with habits; it knows port 443 alone at first. */
  private scan(): SensedEvent {
    this.scanned++;
    return this.connect(0, this.scanned < 1000 ? 443 : 1 + (this.scanned % 65_535), this.workers[0]);
  }

  private start(): SensedEvent {
    // In turn, so that all are known before the parent has enough starts to be judged by.
    const program = this.programs[this.nextPid % this.programs.length];
    if (program === undefined) throw new Error("no program");
    const child = newRef(this.nextPid++);
    const { name, path } = program;
    const actor: Actor = { process: child, comm: name, cgroupId: 50 };
    this.started.push(
      {
        kind: "exec",
        ...this.base(actor),
        parent: this.make.process,
        path,
        exe: { dev: 1, ino: 7000 + TOOLS.indexOf(name) },
        ctimeMs: 1_600_000_000_000,
        mtimeMs: 1_600_000_000_000,
      },
      { kind: "exit", ...this.base(actor), status: 0 },
    );
    return { kind: "fork", ...this.base(this.make), child };
  }

  private base({ process, comm, cgroupId }: Actor): EventBase {
    return { atNs: this.atNs, process, tid: process.pid, comm, uid: 1000, cgroupId, cpuCgroupId: cgroupId };
  }
}

function newRef(pid: number): ProcessRef {
  const startTicks = pid * 3;
  return { pid: pid % 4_000_000, startTicks, key: `p:${pid % 4_000_000}@${startTicks}` };
}

function letters(at: number): string {
  return String.fromCharCode(97 + (at % 26), 97 + Math.floor(at / 26));
}

function seen(process: ProcessRef, parent: ProcessRef, path: string, cgroup: string): SeenProcess {
  const comm = path.slice(path.lastIndexOf("/") + 1);
  return { process, parent, comm, uid: 1000, path, exe: { dev: 1, ino: 100 + path.length }, cgroup };
}
