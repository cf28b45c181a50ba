import { ok, type Result } from "../../../src/core/errors.ts";
import { carefulWeights, cpuGrid } from "../grid.ts";
import { hogs } from "../hogs.ts";
import { EVERY_ARM, type Scenario } from "../scenario.ts";
import { startRedis } from "../servers/redis.ts";

const HOGS_PER_CORE = 2;
const RATE = 2000;
const ITEMS = 2500;

export const S5: Scenario = {
  id: "S5",
  title: "hogs come and go, and the load doubles, in mid-run",
  needs: ["redis"],
  services: [{ group: "redis", targetMs: 3 }],
  jobs: ["hogs"],
  arms: EVERY_ARM,
  phases: [
    { says: "quiet", seconds: 4, jobs: false, load: 0.5 },
    { says: "hogs come", seconds: 8, jobs: true, load: 0.5 },
    { says: "load doubles", seconds: 8, jobs: true, load: 1 },
    { says: "hogs go", seconds: 4, jobs: false, load: 0.5 },
  ],
  wanted: "targets",
  grid: cpuGrid(["hogs"], ["redis"]).filter((setting) =>
    Object.values(setting).every(({ quota }) => quota === undefined),
  ),
  careful: carefulWeights(["hogs"], ["redis"]),
  layerConfig: (path) => [
    "workloads:",
    `  - { name: redis, cgroup: "${path("redis")}", kind: latency, targetMs: 1 }`,
    `  - { name: hogs, cgroup: "${path("hogs")}", kind: batch }`,
  ],
  warmUp: { leastSeconds: 4 },
  start: async (stage) => {
    const { cores } = stage.host;
    const redis = await startRedis(stage, {
      group: "redis",
      shards: cores,
      ratePerSecond: RATE,
      share: 0.5,
      items: ITEMS,
    });
    if (!redis.ok) return redis;
    const job = hogs(stage, "hogs", HOGS_PER_CORE * cores);
    const setJobs = async (running: boolean): Promise<Result<void>> => {
      if (running) return await job.start(false);
      await job.stop();
      return ok(undefined);
    };
    const says = `redis-server in ${cores} shards, ${RATE / 2} to ${RATE} requests/s; ${HOGS_PER_CORE * cores} hogs that come and go`;
    return ok({ services: [redis.value], jobs: [job], says, setJobs });
  },
};
