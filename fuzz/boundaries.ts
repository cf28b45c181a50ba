import { loadConfig } from "../src/core/config-load.ts";
import { decodeFromWarden, encodeMessage } from "../src/core/wire/codec.ts";
import { FrameReader } from "../src/core/wire/frame.ts";
import { decodeFromHive } from "../src/core/wire/from-hive.ts";
import type { Target } from "./target.ts";

const PROPOSAL = {
  id: "q1",
  agent: "reflex",
  kind: "cpu.weight",
  target: "w:/batch",
  value: 10,
  leaseMs: 10_000,
  reason: "it waits",
  evidence: [{ atMs: 1, agent: "a", kind: "delay", entity: "w:/a", weight: 1, says: "slow", numbers: { p99: 1.5 } }],
} as const;

/** Frames between the two processes, in both directions, in chunks of any length. */
export function wireTarget(): Target {
  return {
    seeds: [
      encodeMessage("propose", PROPOSAL),
      encodeMessage("undo", { request: "1", action: "c-0001", by: "root" }),
      encodeMessage("watch", { viewers: 1 }),
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
  };
}

const YAML = `mode: enforce
scope: [/batch.slice, "/a*"]
colonies: {immune: {mode: advise}}
actions:
  freeze: {mode: observe, perMinute: 3}
workloads:
  - {name: redis, cgroup: /redis, kind: latency, targetMs: 2}
journal: {segmentMegabytes: 4, totalMegabytes: 64, days: 30}
`;

/** A configuration file, from its bytes to its values. */
export function configTarget(): Target {
  return {
    seeds: [Buffer.from(YAML), Buffer.from("mode: observe\n")],
    run: (input) => void loadConfig({ path: "/c.yaml", readFile: () => input }),
  };
}
