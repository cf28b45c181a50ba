import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { ok } from "../../../src/core/errors.ts";
import { carefulWeights, cpuGrid } from "../grid.ts";
import { CountedJob } from "../jobs.ts";
import { benchProgram } from "../programs.ts";
import { EVERY_ARM, type Scenario, type Stage } from "../scenario.ts";
import { startPostgres } from "../servers/postgres.ts";

const RATE = 150;
const JOBS = ["cache", "memory"] as const;
/** What each job may keep in memory at most; the file is larger, so that its pages come and go. */
const LIMIT_MB = { cache: 256, memory: 640 } as const;
const FILE_MB = 384;
const HELD_MB = 384;

export const S3: Scenario = {
  id: "S3",
  title: "postgres beside page-cache and memory hogs",
  needs: ["postgres"],
  services: [{ group: "postgres", targetMs: 20 }],
  jobs: JOBS,
  controllers: ["cpu", "memory"],
  arms: EVERY_ARM,
  phases: [{ says: "hogs", seconds: 4, jobs: true, load: 1 }],
  wanted: "p99",
  grid: cpuGrid(JOBS, ["postgres"]),
  careful: carefulWeights(JOBS, ["postgres"]),
  layerConfig: (path) => [
    "workloads:",
    `  - { name: postgres, cgroup: "${path("postgres")}", kind: latency }`,
    ...JOBS.map((job) => `  - { name: ${job}, cgroup: "${path(job)}", kind: batch }`),
  ],
  warmUp: { leastSeconds: 6, changeWithin: 15 },
  start: async (stage) => {
    for (const job of JOBS) limitMemory(stage, job, LIMIT_MB[job]);
    const postgres = await startPostgres(stage, { group: "postgres", transactionsPerSecond: RATE });
    if (!postgres.ok) return postgres;
    const { cores } = stage.host;
    const jobs = [
      new CountedJob(stage, "cache", cores, (counter) =>
        benchProgram("page-cache-hog", `${counter}.data`, String(FILE_MB / cores), counter),
      ),
      new CountedJob(stage, "memory", cores, (counter) => benchProgram("memory-hog", String(HELD_MB / cores), counter)),
    ];
    for (const job of jobs) {
      const started = await job.start();
      if (!started.ok) return started;
    }
    const says =
      `postgres, pgbench simple-update at ${RATE} transactions/s; ${cores} readers and writers of ${FILE_MB} MB ` +
      `with ${LIMIT_MB.cache} MB of page cache, ${cores} walkers through ${HELD_MB} MB`;
    return ok({ services: [postgres.value], jobs, says });
  },
};

/** The hogs are bounded: it is the host's memory that they take. */
function limitMemory({ host, workplace }: Stage, group: string, megabytes: number): void {
  const memory = host.layout.memory;
  if (memory === undefined) return;
  const file = memory.version === 1 ? "memory.limit_in_bytes" : "memory.max";
  writeFileSync(join(memory.dir, workplace.groups.path(group), file), String(megabytes << 20), { flag: "r+" });
}
