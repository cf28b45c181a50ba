import { join } from "node:path";
import { ok } from "../../../src/core/errors.ts";
import { carefulWeights, cpuGrid } from "../grid.ts";
import { CountedJob } from "../jobs.ts";
import { benchProgram } from "../programs.ts";
import { EVERY_ARM, type Scenario } from "../scenario.ts";
import { startNginx } from "../servers/nginx.ts";

const LANES_PER_CORE = 2;
/** With 1,500 a second the host has too little CPU for the service alone, and every setting looks alike (p99 4 s). */
const RATE = 700;
const KILOBYTES = 16;

export const S2: Scenario = {
  id: "S2",
  title: "nginx beside a compilation",
  needs: ["nginx", "gcc"],
  services: [{ group: "nginx", targetMs: 1 }],
  jobs: ["compile"],
  arms: EVERY_ARM,
  phases: [{ says: "compilation", seconds: 4, jobs: true, load: 1 }],
  wanted: "p99",
  grid: cpuGrid(["compile"], ["nginx"]),
  careful: carefulWeights(["compile"], ["nginx"]),
  layerConfig: (path) => [
    "workloads:",
    `  - { name: nginx, cgroup: "${path("nginx")}", kind: latency }`,
    `  - { name: compile, cgroup: "${path("compile")}", kind: batch }`,
  ],
  warmUp: { leastSeconds: 6, changeWithin: 30 },
  start: async (stage) => {
    const { cores } = stage.host;
    const nginx = await startNginx(stage, {
      group: "nginx",
      workers: cores,
      ratePerSecond: RATE,
      share: 1,
      kilobytes: KILOBYTES,
    });
    if (!nginx.ok) return nginx;
    const lanes = LANES_PER_CORE * cores;
    const sources = join(stage.workplace.folder, "c");
    const job = new CountedJob(stage, "compile", 1, (counter) =>
      benchProgram("compile-loop", sources, String(lanes), counter),
    );
    const started = await job.start();
    if (!started.ok) return started;
    const says = `nginx, ${cores} workers, ${RATE} requests/s of ${KILOBYTES} KiB, compressed; gcc -O2 of a generated C project, ${lanes} files at a time`;
    return ok({ services: [nginx.value], jobs: [job], says });
  },
};
