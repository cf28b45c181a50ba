import assert from "node:assert/strict";
import { join } from "node:path";
import type { TestContext } from "node:test";
import type { ActionKind, Decision, Proposal, RevertCause, Reverted } from "../core/action.ts";
import { FakeClock } from "../core/clock.ts";
import { type Config, configSchema } from "../core/config.ts";
import type { ErrorCode, Result } from "../core/errors.ts";
import type { AlarmInfo } from "../core/guard-info.ts";
import type { PluginSpecs } from "../core/plugin-knobs.ts";
import { Guard } from "./guard.ts";
import { type JournalFiles, nodeFiles } from "./journal/files.ts";
import { type Journal, openJournal } from "./journal/journal.ts";
import { verifyJournal } from "./journal/scan.ts";
import { restoreFromJournal } from "./restore.ts";
import { type Shape, SimulatedHost } from "./host.fixture.ts";

export const ENFORCE = { mode: "enforce", scope: ["/swarms"], budget: { shareOfScope: 1 } };

/** A guard on a simulated host, with a fake clock. The layer runs as pid 900, a child of shell 899. */
export class World {
  readonly host: SimulatedHost;
  readonly clock = new FakeClock();
  readonly released: Reverted[] = [];
  readonly alarms: AlarmInfo[] = [];
  guard: Guard;
  journal: Journal;
  /** Names a JournalFiles operation that fails, and with what. */
  journalFault: ((operation: keyof JournalFiles, path: string) => string | undefined) | undefined;
  /** Of the kernel, for locks and records of sessions that begin from now on. */
  bootId = "";
  /** Of plugins, for sessions that begin from now on. */
  knobs: PluginSpecs = new Map();
  /** What the journal left for later; where undefined, it leaves nothing. */
  due: (() => void)[] | undefined;
  /** Whether `restore` meets the journal's faults too. */
  restoreThroughFaults = false;
  private sessions = 0;

  constructor(config: object = ENFORCE, shape: Shape = "v2", sealsLater = false) {
    if (sealsLater) this.due = [];
    this.host = new SimulatedHost(shape);
    this.host.process(899, { ppid: 1 });
    this.host.process(900, { ppid: 899 });
    [this.guard, this.journal] = this.start(configOf(config));
  }

  get folder(): string {
    return join(this.host.root, "journal");
  }

  /** As after kill -9: the old guard is simply forgotten; its lock names a process that is gone. */
  crash(): void {
    this.journalFault = undefined;
    if (this.due !== undefined) this.due = [];
  }

  restart(config: object = ENFORCE): void {
    this.crash();
    [this.guard, this.journal] = this.start(configOf(config));
  }

  restore(cause: RevertCause = "recovery"): Result<Reverted[]> {
    const { folder, host: fs, clock } = this;
    const files = this.restoreThroughFaults ? this.files() : nodeFiles;
    return restoreFromJournal({ folder, fs, clock, cause, procRoot: fs.procRoot, files, owner: this.nextOwner() });
  }

  propose(kind: ActionKind, cgroup: string, value: number, more: Partial<Proposal> = {}): Decision {
    return this.guard.decide(proposal(kind, `w:${cgroup}`, value, more));
  }

  /** What the knob's file holds. */
  see(file: string, cgroup = "/swarms/a"): string {
    const text = this.host.read(controllerOf(file), cgroup, file);
    return text.ok ? text.value : text.code;
  }

  someoneWrites(file: string, text: string, cgroup = "/swarms/a"): void {
    const written = this.host.foreign(controllerOf(file), cgroup, file, text);
    assert.ok(written.ok, written.ok ? "" : written.says);
  }

  verify(): number {
    const verified = verifyJournal(this.folder);
    assert.ok(verified.ok, verified.ok ? "" : verified.says);
    return verified.value.records;
  }

  private start(config: Config): [Guard, Journal] {
    const { host: fs, clock, folder, knobs } = this;
    const [files, owner, { due }] = [this.files(), this.nextOwner(), this];
    const later = due && { later: (run: () => void) => void due.push(run) };
    const opened = openJournal(folder, { clock, procRoot: fs.procRoot, files, owner, ...later });
    assert.ok(opened.ok, opened.ok ? "" : opened.says);
    const self = { pids: () => [{ pid: 900, startTicks: 9000 }] };
    const onReverted = (reverted: Reverted): void => void this.released.push(reverted);
    const onAlarm = (alarm: AlarmInfo): void => void this.alarms.push(alarm);
    const journal = opened.value;
    return [
      new Guard({ config, fs, procRoot: fs.procRoot, clock, journal, self, knobs, onReverted, onAlarm }),
      journal,
    ];
  }

  /** A process of which the fixture's /proc knows nothing: dead as soon as it is forgotten. */
  private nextOwner(): { pid: number; startTicks: number; bootId: string } {
    return { pid: 5000 + this.sessions++, startTicks: 1, bootId: this.bootId };
  }

  private files(): JournalFiles {
    const paths = new Map<number, string>();
    const guard = (operation: keyof JournalFiles, path: string): void => {
      const code = this.journalFault?.(operation, path);
      if (code !== undefined) throw Object.assign(new Error(code), { code });
    };
    const at = (fd: number): string => paths.get(fd) ?? "";
    return {
      open(path, flags, mode) {
        guard("open", path);
        const fd = nodeFiles.open(path, flags, mode);
        paths.set(fd, path);
        return fd;
      },
      write(fd, bytes, from) {
        guard("write", at(fd));
        return nodeFiles.write(fd, bytes, from);
      },
      fsync(fd) {
        guard("fsync", at(fd));
      },
      truncate(fd, size) {
        guard("truncate", at(fd));
        nodeFiles.truncate(fd, size);
      },
      rename(from, to) {
        guard("rename", to);
        nodeFiles.rename(from, to);
      },
      close: nodeFiles.close,
    };
  }
}

function controllerOf(file: string): "cpu" | "memory" | "io" | "freezer" {
  if (file.startsWith("io") || file.startsWith("blkio")) return "io";
  return file.startsWith("cpu") ? "cpu" : file.startsWith("memory") ? "memory" : "freezer";
}

export function world(t: TestContext, config: object = ENFORCE, shape: Shape = "v2"): World {
  const made = new World(config, shape);
  t.after(() => made.host.remove());
  made.host.group("/swarms");
  made.host.group("/swarms/a", [101, 102]);
  made.host.group("/swarms/b", [201, 202]);
  return made;
}

export function configOf(config: object): Config {
  return configSchema.parse(config);
}

export function proposal(kind: ActionKind, target: string, value: number, more: Partial<Proposal> = {}): Proposal {
  const base = {
    id: "q1",
    agent: "tester",
    kind,
    target,
    value,
    leaseMs: 10_000,
    reason: "a test asks for it",
    evidence: [],
  };
  return { ...base, ...more };
}

export function assertRefused(decision: Decision, code: ErrorCode): void {
  assert.equal(decision.outcome, "refused", `${decision.outcome}: ${decision.says}`);
  assert.equal(decision.code, code, decision.says);
}

export function assertApplied(decision: Decision): Decision {
  assert.equal(decision.outcome, "applied", `${decision.code} ${decision.says}`);
  return decision;
}
