import type { Incident } from "../core/incident.ts";
import type { GuardInfo } from "../core/guard-info.ts";
import type { WorkloadKind } from "../core/reading.ts";
import { NO_LOSSES } from "../core/reading.ts";
import type { StatusDocument, WorkloadStatus } from "../core/status.ts";

/** 2026-03-01 12:00:00 UTC: the "now" of every fixture. */
export const NOW_MS = Date.UTC(2026, 2, 1, 12, 0, 0);

/** A host just after the start: nothing happened yet. */
export const quietStatus: StatusDocument = {
  version: "0.1.0",
  atMs: NOW_MS,
  sinceMs: NOW_MS - 4000,
  modes: { balance: "observe", immune: "observe" },
  scope: [],
  arrangement: "warden and hive",
  events: { source: "ebpf", perSecond: {}, total: {} },
  losses: NO_LOSSES,
  missing: [],
  pids: { warden: 4000, hive: 4010 },
  host: {},
  workloads: [],
  signals: [],
  leases: [],
  intentions: [],
  incidents: { open: 0, latest: [] },
  agents: [],
};

const dropper: Incident = {
  id: "i-7k2m9q",
  atMs: NOW_MS - 42_000,
  lastMs: NOW_MS - 12_000,
  entity: "p:4711@123456",
  concentration: 4.2,
  kinds: ["fresh-file", "lineage", "destination"],
  techniques: ["T1059.004", "T1105", "T1071", "T1204"],
  evidence: [
    {
      atMs: NOW_MS - 43_000,
      agent: "fresh-file",
      kind: "fresh-file",
      entity: "p:4711@123456",
      weight: 2,
      says: "runs /tmp/.cache/upd8, written 0.4 s before by its own parent",
      numbers: { ageMs: 400 },
    },
  ],
  lineage: [
    { process: "p:4711@123456", comm: "upd8", path: "/tmp/.cache/upd8" },
    { process: "p:4700@123400", comm: "sh", path: "/bin/sh" },
    { process: "p:901@1000", comm: "shop-api", path: "/srv/shop/api" },
  ],
  says: "shop-api started a shell that ran a file written seconds before, which connected to 203.0.113.9 port 4444",
  count: 3,
  status: "open",
};

function workload(
  name: string,
  kind: WorkloadKind,
  label: string,
  readings: WorkloadStatus["readings"],
  targetNs = 0,
): WorkloadStatus {
  return { name, kind, label, cgroup: name.startsWith("/"), targetNs, readings };
}

/** A busy host: a database that waits, two batch jobs of which one gives way, a dropper that was frozen. */
export const busyStatus: StatusDocument = {
  ...quietStatus,
  sinceMs: NOW_MS - (3 * 3600 + 12 * 60 + 5) * 1000,
  modes: { balance: "enforce", immune: "observe" },
  scope: ["/batch.slice", "/shop.slice"],
  events: {
    source: "ebpf",
    perSecond: { exec: 12.4, fork: 14.02, exit: 13.6, connect: 3.2, "open.write": 61.2, bind: 0 },
    total: { exec: 141_200, fork: 160_311, exit: 160_100, connect: 36_002, "open.write": 700_311, bind: 12 },
    kinds: ["exec", "fork", "exit", "connect", "open.write", "bind"],
  },
  losses: { ring: 12, damaged: 0, shed: 3 },
  lost: { exec: 0, fork: 2, exit: 0, connect: 0, "open.write": 10, bind: 0 },
  merged: { "open.write": 51_000 },
  ring: { fill: 0.04, bytes: 4_194_304 },
  sensors: [
    {
      name: "events",
      bytes: 8_548_352,
      cores: 0.0021,
      programs: [
        { name: "on_exec", id: 41, runsPerSecond: 12, meanNs: 2400, missed: 0 },
        { name: "on_fork", id: 42, runsPerSecond: 14, meanNs: 900, missed: 0 },
      ],
    },
    {
      name: "runq",
      bytes: 2_101_248,
      cores: 0.0143,
      programs: [{ name: "on_switch", id: 44, runsPerSecond: 61_300, meanNs: 180, missed: 3 }],
    },
  ],
  missing: [
    "kprobes are not built into this kernel: file writes are seen only through the times of their inodes",
    "pressure triggers need CAP_SYS_RESOURCE for windows under 2 s: a stall is noticed up to 2 s late",
  ],
  host: {
    "cpu.cores": 1.74,
    "pressure.cpu.some": 0.423,
    "pressure.memory.some": 0.002,
    "pressure.io.some": 0.061,
    tasks: 213,
    "memory.bytes": 3.2e9,
  },
  workloads: [
    workload("/system.slice/sshd.service", "unknown", "sshd.service", {
      "cpu.cores": 0.001,
      "runq.delay.p99": 41_000,
      tasks: 3,
      "memory.bytes": 9.1e6,
    }),
    workload(
      "/shop.slice/redis.service",
      "latency",
      "redis",
      {
        "cpu.cores": 0.31,
        "runq.delay.p99": 3_833_000,
        "runq.delay.p50": 90_000,
        "pressure.cpu.some": 0.28,
        tasks: 5,
        "cpu.weight": 100,
        "memory.bytes": 512e6,
      },
      1e6,
    ),
    workload("/batch.slice/report", "batch", "report", {
      "cpu.cores": 1.22,
      "runq.delay.p99": 22_100_000,
      "pressure.cpu.some": 0.61,
      tasks: 4,
      "cpu.weight": 10,
      "cpu.idle": 1,
      "memory.bytes": 1.1e9,
    }),
    workload("/batch.slice/backup", "batch", "backup", {
      "cpu.cores": 0.12,
      "runq.delay.mean": 190_000,
      "pressure.cpu.some": 0.02,
      "pressure.io.some": 0.33,
      tasks: 2,
      "cpu.weight": 100,
      "memory.bytes": 88e6,
    }),
    workload("/shop.slice/shop-api.service", "unknown", "shop-api.service", {
      "cpu.cores": 0.04,
      "runq.delay.p99": 610_000,
      tasks: 11,
      frozen: 1,
      "memory.bytes": 240e6,
    }),
    workload("exe:chromium", "unknown", "chromium", { "cpu.cores": 0.02, "runq.delay.mean": 12_000, tasks: 31 }),
    workload("kernel", "unknown", "kernel", { "cpu.cores": 0.01, tasks: 88 }),
  ],
  signals: [
    {
      entity: "w:/shop.slice/redis.service",
      label: "redis",
      pheromone: "demand.cpu",
      concentration: 6.4,
      sources: ["runq"],
    },
    {
      entity: "p:4711@123456",
      label: "upd8 (4711)",
      pheromone: "danger",
      concentration: 4.2,
      sources: ["fresh-file", "lineage", "destination"],
    },
    {
      entity: "w:/batch.slice/report",
      label: "/batch.slice/report",
      pheromone: "response",
      concentration: 1,
      sources: ["reflex"],
    },
    {
      entity: "p:4711@123456",
      label: "upd8 (4711)",
      pheromone: "danger.slow",
      concentration: 0.3,
      sources: ["fresh-file"],
    },
  ],
  leases: [
    {
      action: "c-0017",
      kind: "cpu.idle",
      cgroup: "/batch.slice/report",
      from: "0",
      to: "1",
      sinceMs: NOW_MS - 9000,
      untilMs: NOW_MS + 8000,
      agent: "reflex",
      reason: "redis waits 3.8 ms for a CPU where 1 ms is allowed",
    },
  ],
  intentions: [
    {
      atMs: NOW_MS - 12_000,
      agent: "containment",
      reason: "quorum of 3 kinds of evidence on upd8 (4711)",
      count: 3,
      decision: {
        proposal: "p-1",
        action: "",
        outcome: "observed",
        kind: "freeze",
        cgroup: "/shop.slice/shop-api.service",
        from: "thawed",
        to: "frozen",
        untilMs: 0,
        code: "",
        says: "would be applied, but the mode is observe",
      },
    },
    {
      atMs: NOW_MS - 95_000,
      agent: "reflex",
      reason: "redis waits 2.1 ms for a CPU where 1 ms is allowed",
      count: 1,
      decision: {
        proposal: "p-2",
        action: "",
        outcome: "refused",
        kind: "cpu.weight",
        cgroup: "/user.slice/session-3.scope",
        from: "100",
        to: "10",
        untilMs: 0,
        code: "SW-GUARD-SCOPE",
        says: "/user.slice/session-3.scope is in no configured scope",
      },
    },
  ],
  incidents: { open: 1, latest: [dropper] },
  agents: [
    { name: "demand", colony: "balance", says: "notices latency workloads that wait for a CPU" },
    { name: "reflex", colony: "balance", says: "makes batch workloads give way" },
    { name: "containment", colony: "immune", says: "asks to freeze what a quorum agrees on" },
  ],
};

/** One proposal waits for the second of two people, and the budget was asked for too much. */
export const guardAsking: GuardInfo = {
  sinceMs: NOW_MS - 3_600_000,
  outcomes: { applied: 3, renewed: 40, observed: 0, advised: 2, refused: 7 },
  codes: { "SW-GUARD-BUDGET": 7 },
  alarms: [
    {
      id: "budget-t5k2x1",
      alarm: "budget",
      sinceMs: NOW_MS - 60_000,
      lastMs: NOW_MS - 1000,
      count: 7,
      agents: ["quorum"],
      latest: "5 containments in an hour, 5 allowed",
    },
  ],
  waiting: [
    {
      id: "a-12",
      kind: "freeze",
      cgroup: "/shop.slice/shop-api.service",
      from: "running",
      to: "frozen",
      agent: "quorum",
      reason: "upd8 (4711) runs a file that was written a minute ago, and talks to an address never seen here",
      needed: 2,
      approvedBy: ["login 1000 (uid 0)"],
      sinceMs: NOW_MS - 90_000,
      untilMs: NOW_MS + 810_000,
    },
  ],
};
