import { ok } from "../../../src/core/errors.ts";
import type { Scenario } from "../scenario.ts";
import { startRedis } from "../servers/redis.ts";

const RATE = 500;
const ITEMS = 200;

export const S7: Scenario = {
  id: "S7",
  title: "the layer is the only disturbance: what it costs itself",
  needs: ["redis"],
  services: [{ group: "redis", targetMs: 1 }],
  jobs: [],
  // What is measured is the layer's own cost, which no other arm has.
  arms: ["layer"],
  phases: [{ says: "a service alone", seconds: 8, jobs: true, load: 1 }],
  wanted: "p99",
  grid: [],
  careful: {},
  layerConfig: () => [],
  // The first seconds go into reading the host and compiling what is hot: no part of what a running layer costs.
  warmUp: { leastSeconds: 8 },
  start: async (stage) => {
    const redis = await startRedis(stage, { group: "redis", shards: 1, ratePerSecond: RATE, share: 1, items: ITEMS });
    if (!redis.ok) return redis;
    return ok({ services: [redis.value], jobs: [], says: `redis-server at ${RATE} requests/s, nothing else` });
  },
};
