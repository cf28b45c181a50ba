import type { ProcessRecord, ProcessView } from "../../core/agent.ts";
import type { EventKind } from "../../core/event-kinds.ts";
import type { CallEvent, ExecDetails, ExecEvent, SensedEvent } from "../../core/event.ts";
import { loadRules } from "./rule-set.ts";
import { RuleEngine, type RuleMatching } from "./rule-engine.ts";

const DETAILS: ExecDetails = {
  exePath: "/usr/bin/cat",
  argv: ["cat", "/etc/shadow"],
  argvCut: false,
  cwd: "/root",
  tty: 34816,
  sid: 10,
  credentials: {
    uid: 0,
    euid: 0,
    suid: 0,
    gid: 0,
    egid: 0,
    loginUid: 1000,
    caps: { effective: 2 ** 21, permitted: 2 ** 21, inheritable: 0 },
  },
  traits: { upperLayer: false, memfd: false, deleted: false },
  interpreter: "",
};

export function record(pid: number, parent: number, comm: string, change: Partial<ProcessRecord> = {}): ProcessRecord {
  const key = `p:${pid}@${pid * 100}`;
  const base = { key, parent: `p:${parent}@${parent * 100}`, comm, path: `/usr/bin/${comm}`, exe: "f:1:2", uid: 0 };
  return { ...base, cgroup: "/", sinceMs: 0, details: { ...DETAILS, argv: [comm] }, ...change };
}

/** sshd (10) → bash (20) → cat (30), the last with a file as its argument. */
export const LINE: readonly ProcessRecord[] = [
  record(10, 1, "sshd"),
  record(20, 10, "bash"),
  record(30, 20, "cat", { details: DETAILS }),
];

export function view(records: readonly ProcessRecord[] = LINE): ProcessView {
  return { get: (key) => records.find((each) => each.key === key), lineage: () => [] };
}

const HEAD = { atNs: 31e9, process: { pid: 30, startTicks: 3000 }, comm: "cat", uid: 0, cgroupId: 1, cpuCgroupId: 1 };
const FILE = { number: 3, type: "file", file: { dev: 1, ino: 2 }, mode: 0o100600 } as const;
const TRAITS = { upperLayer: false, memfd: false, deleted: false };

export function opened(path: string, change: Partial<CallEvent> = {}): CallEvent {
  const fd = { ...FILE, path, traits: TRAITS };
  const base = { ...HEAD, kind: "open.read", call: "openat", entry: "64", result: 3, path2: "", repeats: 0 } as const;
  return { ...base, args: [2 ** 64 - 100, 0, 0, 0, 0, 0], path, fd, ...change };
}

export function call(name: string, change: Partial<CallEvent>): CallEvent {
  const base = {
    ...HEAD,
    kind: "ptrace",
    call: name,
    entry: "64",
    result: 0,
    path: "",
    path2: "",
    repeats: 0,
  } as const;
  return { ...base, args: [0, 0, 0, 0, 0, 0], ...change };
}

export function executed(change: Partial<ExecEvent> = {}): ExecEvent {
  const base = { ...HEAD, kind: "exec", parent: { pid: 20, startTicks: 2000 }, path: "cat" } as const;
  return { ...base, exe: { dev: 1, ino: 2 }, ctimeMs: 500, mtimeMs: 500, details: DETAILS, ...change };
}

/** Every type is sensed, as one kind. */
export const ALL_SENSED = (): readonly EventKind[] => ["open.read"];

/** What is wrong with a rule file, in words. */
export function mistakes(text: string): readonly string[] {
  return loadRules([{ file: "r.yaml", text }], ALL_SENSED).wrong.map(({ says }) => says);
}

export function engineFor(texts: readonly string[], matching: RuleMatching = "all", processes = view()): RuleEngine {
  const sources = texts.map((text, index) => ({ file: `${index}.yaml`, text }));
  const { set, wrong } = loadRules(sources, ALL_SENSED);
  if (set === undefined) throw new Error(wrong.map(({ says }) => says).join("; "));
  const accounts = { user: (uid: number) => (uid === 0 ? "root" : undefined), group: () => "root" };
  return new RuleEngine(set, { processes, accounts, hostname: "h", matching });
}

/** Whether a condition holds for an event. */
export function holds(condition: string, event: SensedEvent = opened("/etc/shadow"), processes = view()): boolean {
  const rule = `- rule: r\n  desc: d\n  condition: |\n    ${condition.replaceAll("\n", "\n    ")}\n  output: o\n  priority: INFO\n`;
  return engineFor([rule], "all", processes).match(event, 5000).length === 1;
}
