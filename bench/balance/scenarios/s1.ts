import { ok } from "../../../src/core/errors.ts";
import { carefulWeights, cpuGrid } from "../grid.ts";
import { hogs } from "../hogs.ts";
import { EVERY_ARM, type Scenario } from "../scenario.ts";
import { startRedis } from "../servers/redis.ts";

const HOGS_PER_CORE = 2;
const RATE = 2000;
const ITEMS = 2500;

export const S1: Scenario = {
  id: "S1",
  title: "redis beside CPU hogs, nothing declared but the scope",
  needs: ["redis"],
  services: [{ group: "redis", targetMs: 1 }],
  jobs: ["hogs"],
  arms: EVERY_ARM,
  phases: [{ says: "hogs", seconds: 4, jobs: true, load: 1 }],
  wanted: "p99",
  grid: cpuGrid(["hogs"], ["redis"]),
  careful: carefulWeights(["hogs"], ["redis"]),
  layerConfig: () => [],
  warmUp: { leastSeconds: 18, changeWithin: 30 },
  start: async (stage) => {
    const { cores } = stage.host;
    const redis = await startRedis(stage, {
      group: "redis",
      shards: cores,
      ratePerSecond: RATE,
      share: 1,
      items: ITEMS,
    });
    if (!redis.ok) return redis;
    const job = hogs(stage, "hogs", HOGS_PER_CORE * cores);
    const started = await job.start();
    if (!started.ok) return started;
    const says = `redis-server in ${cores} shards, ${RATE} requests/s (SORT of ${ITEMS} numbers); ${HOGS_PER_CORE * cores} hogs`;
    return ok({ services: [redis.value], jobs: [job], says });
  },
};
