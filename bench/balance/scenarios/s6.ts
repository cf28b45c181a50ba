import { ok } from "../../../src/core/errors.ts";
import { hogs } from "../hogs.ts";
import type { Scenario } from "../scenario.ts";
import { startRedis } from "../servers/redis.ts";

const RATE = 1000;
const ITEMS = 200;

export const S6: Scenario = {
  id: "S6",
  title: "nothing to win: a quiet host with one job and a service, nothing declared",
  needs: ["redis"],
  services: [{ group: "redis", targetMs: 1 }],
  jobs: ["job"],
  // Nobody can win anything here: the question is only whether the layer makes it worse than nobody does.
  arms: ["default", "layer"],
  phases: [{ says: "quiet", seconds: 10, jobs: true, load: 1 }],
  wanted: "p99",
  grid: [],
  careful: {},
  layerConfig: () => [],
  warmUp: { leastSeconds: 8 },
  start: async (stage) => {
    const redis = await startRedis(stage, { group: "redis", shards: 1, ratePerSecond: RATE, share: 1, items: ITEMS });
    if (!redis.ok) return redis;
    const job = hogs(stage, "job", 1);
    const started = await job.start();
    if (!started.ok) return started;
    const says = `redis-server at ${RATE} requests/s; one hog on ${stage.host.cores} CPUs`;
    return ok({ services: [redis.value], jobs: [job], says });
  },
};
