import { join } from "node:path";
import { ok, type Result } from "../../../src/core/errors.ts";
import { carefulWeights } from "../grid.ts";
import { hogs } from "../hogs.ts";
import { CountedJob } from "../jobs.ts";
import { benchProgram } from "../programs.ts";
import { EVERY_ARM, type Scenario } from "../scenario.ts";
import { startNginx } from "../servers/nginx.ts";
import { startRedis } from "../servers/redis.ts";
import type { GroupSetting, Setting } from "../setting.ts";

const RATE = { redis: 600, nginx: 500 } as const;
const ITEMS = 2500;
const KILOBYTES = 16;

const SHARES: readonly GroupSetting[] = [{}, { weight: 10 }, { weight: 1 }, { idle: true }];
const RAISED: Setting = { redis: { weight: 1000 }, nginx: { weight: 500 } };
/** Each of the two jobs for itself; and both alike, with the services raised. */
const GRID: readonly Setting[] = [
  ...SHARES.flatMap((hogging) => SHARES.map((compiling) => ({ hogs: hogging, compile: compiling }))),
  ...SHARES.map((share) => ({ ...RAISED, hogs: share, compile: share })),
];

export const S4: Scenario = {
  id: "S4",
  title: "two services with different targets beside two batch jobs",
  needs: ["redis", "nginx", "gcc"],
  services: [
    { group: "redis", targetMs: 3 },
    { group: "nginx", targetMs: 5 },
  ],
  jobs: ["hogs", "compile"],
  arms: EVERY_ARM,
  phases: [{ says: "both jobs", seconds: 5, jobs: true, load: 1 }],
  wanted: "targets",
  grid: GRID,
  careful: carefulWeights(["hogs", "compile"], ["redis", "nginx"]),
  // A request waits for a CPU more than once: half of what its client accepts.
  layerConfig: (path) => [
    "workloads:",
    `  - { name: redis, cgroup: "${path("redis")}", kind: latency, targetMs: 1 }`,
    `  - { name: nginx, cgroup: "${path("nginx")}", kind: latency, targetMs: 2 }`,
    `  - { name: hogs, cgroup: "${path("hogs")}", kind: batch }`,
    `  - { name: compile, cgroup: "${path("compile")}", kind: batch }`,
  ],
  warmUp: { leastSeconds: 6, changeWithin: 30 },
  start: async (stage) => {
    const { cores } = stage.host;
    const redis = await startRedis(stage, {
      group: "redis",
      shards: 1,
      ratePerSecond: RATE.redis,
      share: 1,
      items: ITEMS,
    });
    if (!redis.ok) return redis;
    const nginx = await startNginx(stage, {
      group: "nginx",
      workers: cores,
      ratePerSecond: RATE.nginx,
      share: 1,
      kilobytes: KILOBYTES,
    });
    if (!nginx.ok) return nginx;
    const sources = join(stage.workplace.folder, "c");
    const compile = new CountedJob(stage, "compile", 1, (counter) =>
      benchProgram("compile-loop", sources, String(cores), counter),
    );
    const jobs = [hogs(stage, "hogs", cores), compile];
    const setJobs = async (running: boolean): Promise<Result<void>> => {
      for (const job of jobs) {
        if (!running) await job.stop();
        const started = running ? await job.start() : ok(undefined);
        if (!started.ok) return started;
      }
      return ok(undefined);
    };
    const says = `redis-server at ${RATE.redis} requests/s, nginx at ${RATE.nginx} requests/s; ${cores} hogs, gcc -O2 of ${cores} files at a time`;
    return ok({ services: [redis.value, nginx.value], jobs, says, setJobs });
  },
};
