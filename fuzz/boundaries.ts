import { loadConfig } from "../src/core/config-load.ts";
import { decodeFromWarden, encodeMessage } from "../src/core/wire/codec.ts";
import { encodeFrame, FrameReader } from "../src/core/wire/frame.ts";
import { decodeFromHive } from "../src/core/wire/from-hive.ts";
import { MESSAGE } from "../src/core/wire/messages.ts";
import { orTree } from "./mutate-tree.ts";
import type { Target } from "./target.ts";

const PROPOSAL = {
  id: "q1",
  agent: "reflex",
  kind: "cpu.weight",
  target: "w:/batch",
  value: 10,
  leaseMs: 10_000,
  reason: "it waits",
  file: { dev: 1, ino: 7 },
  evidence: [{ atMs: 1, agent: "a", kind: "delay", entity: "w:/a", weight: 1, says: "slow", numbers: { p99: 1.5 } }],
} as const;

/** A body of each message that a hive may send. */
const FROM_HIVE = {
  propose: PROPOSAL,
  undo: { request: "1", action: "c-0001", by: "root" },
  restore: { request: "1", by: "root" },
  watch: { viewers: 1 },
  wants: { kinds: ["exec", "fork"] },
  alive: { seq: 1 },
  ready: { pid: 7, permission: true },
} as const;
const CODES = Object.values(MESSAGE);

/** Frames between the two processes, in both directions, in chunks of any length. */
export function wireTarget(): Target {
  const bodies = Object.entries(FROM_HIVE);
  return {
    seeds: [
      ...bodies.map(([name, body]) => encodeFrame(MESSAGE[name as keyof typeof FROM_HIVE], jsonOf(body))),
      encodeMessage("leases", []),
    ],
    run: (input) => {
      const reader = new FrameReader();
      for (const chunk of [input.subarray(0, 7), input.subarray(7)]) {
        const frames = reader.push(chunk);
        if (!frames.ok) return;
        for (const frame of frames.value) {
          decodeFromHive(frame);
          decodeFromWarden(frame);
        }
      }
    },
    // A length that fits, so that what lies behind the frame is reached.
    mend: orTree(
      bodies.map(([, body]) => body),
      (json, random) => encodeFrame(CODES[Math.floor(random() * CODES.length)]!, json),
    ),
  };
}

const CONFIG = {
  mode: "enforce",
  scope: ["/batch.slice", "/a*"],
  colonies: { immune: { mode: "advise" } },
  actions: { freeze: { mode: "observe", perMinute: 3 } },
  workloads: [{ name: "redis", cgroup: "/redis", kind: "latency", targetMs: 2 }],
  protect: { cgroups: ["/db"], executables: ["/usr/sbin/sshd"] },
  policies: [
    { name: "night", actions: ["freeze"], from: "22:00", until: "06:00", days: ["sat"], mode: "enforce" },
    { name: "ask", when: 'evidence.kinds.size() < 3 && proposal.kind != "thaw"', mode: "advise", approvals: 2 },
  ],
  journal: { segmentMegabytes: 4, totalMegabytes: 64, days: 30 },
};

const YAML = `mode: enforce
scope: [/batch.slice, "/a*"]
colonies: {immune: {mode: advise}}
actions:
  freeze: {mode: observe, perMinute: 3}
workloads:
  - {name: redis, cgroup: /redis, kind: latency, targetMs: 2}
journal: {segmentMegabytes: 4, totalMegabytes: 64, days: 30}
policies:
  - name: ask
    when: evidence.kinds.size() < 3
    mode: advise
`;

/** A configuration file, from its bytes to its values. JSON is YAML too. */
export function configTarget(): Target {
  return {
    seeds: [Buffer.from(YAML), Buffer.from("mode: observe\n"), jsonOf(CONFIG)],
    run: (input) => void loadConfig({ path: "/c.yaml", readFile: () => input }),
    mend: orTree([CONFIG], (json) => json),
  };
}

function jsonOf(value: unknown): Uint8Array {
  return Buffer.from(JSON.stringify(value));
}
