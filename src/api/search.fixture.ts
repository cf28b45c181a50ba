import type { SearchInfo } from "../core/live.ts";
import type { Memory } from "../core/memory.ts";
import type { ProfileInfo } from "../core/sequence-profile.ts";
import type { Trail } from "../core/trail.ts";

/** A search half-way: one setting won, two lost, one broke a target, and the next is on trial. */
export const busySearch: SearchInfo = {
  searches: true,
  kept: "sched.slice 15000 µs on report",
  tries: {
    says: "sched.slice 15000 µs on report, cpu.weight 10 on backup",
    origin: "optimiser",
    pairs: 4,
    effect: 0.06,
    interval: [-0.02, 0.14],
    confidence: 0.71,
    state: "undecided",
    confirms: false,
    point: [0, 2, 2],
  },
  compared: [
    {
      says: "sched.slice 5000 µs on report",
      origin: "random",
      pairs: 14,
      effect: 0.008,
      interval: [-0.02, 0.03],
      confidence: 0.12,
      state: "same",
      point: [0, 1, 0],
    },
    {
      says: "sched.slice 15000 µs on report",
      origin: "optimiser",
      pairs: 7,
      effect: 0.17,
      interval: [0.11, 0.22],
      confidence: 0.9994,
      state: "better",
      point: [0, 2, 0],
    },
    {
      says: "sched.slice 100 µs on redis",
      origin: "neighbour",
      pairs: 5,
      effect: -0.12,
      interval: [-0.19, -0.06],
      confidence: 0.991,
      state: "worse",
      point: [3, 0, 0],
    },
    {
      says: "sched.slice 50000 µs on report, cpu.weight 3 on backup",
      origin: "optimiser",
      pairs: 2,
      effect: 0.2,
      interval: [-1, 9],
      confidence: 0,
      state: "broke the target",
      point: [0, 3, 3],
    },
  ],
  space: {
    knobs: [
      { kind: "sched.slice", of: "redis", levels: ["as it is", "1000 µs", "300 µs", "100 µs"] },
      { kind: "sched.slice", of: "report", levels: ["as it is", "5000 µs", "15000 µs", "50000 µs"] },
      { kind: "cpu.weight", of: "backup", levels: ["as it is", "30", "10", "3", "1"] },
    ],
    optimiser: "aco",
    members: [
      [0, 2, 0],
      [0, 3, 3],
      [1, 2, 0],
    ],
    kept: [0, 2, 0],
  },
};

/** What a layer has learned after some days. */
export interface Learned {
  readonly trails: readonly Trail[];
  readonly profiles: readonly ProfileInfo[];
  readonly memories: readonly Memory[];
}

const trail: Trail = {
  id: "t-3k9a2f",
  shape: "latency /shop.slice/redis.service, batch /batch.slice/report, 2 CPUs",
  load: 12,
  settings: [
    { kind: "sched.slice", entity: "w:/batch.slice/report", value: 15_000 },
    { kind: "cpu.weight", entity: "w:/batch.slice/backup", value: 10 },
  ],
  gain: 0.17,
  interval: [0.11, 0.22],
  pairs: 7,
  wins: 2,
  failures: 0,
  strength: 0.93,
  atMs: 0,
};

const memory: Memory = {
  id: "i-4h2k",
  word: "dismissed",
  program: "/opt/backup/bin/nightly-copy-of-everything",
  parent: "/usr/sbin/cron",
  kinds: ["fresh-file", "destination"],
  techniques: ["T1105"],
  destinations: ["public"],
  strength: 0.81,
  met: 3,
  atMs: 0,
  lastMs: Date.UTC(2026, 2, 1, 11, 0, 0),
};

const checked: Omit<ProfileInfo, "id" | "path"> = {
  stage: "checking",
  windows: 12_400,
  fill: 0.12,
  departures: 2,
  sinceMs: Date.UTC(2026, 1, 20),
  changedMs: 0,
};

export const busyLearned: Learned = {
  trails: [trail],
  profiles: ["/usr/sbin/nginx", "/usr/lib/postgresql/16/bin/postgres"].map((path, at) => ({
    ...checked,
    id: `s-1-${at}-1`,
    path,
  })),
  memories: [memory, { ...memory, id: "i-9c1x", word: "confirmed", program: "/tmp/.cache/upd8" }],
};
