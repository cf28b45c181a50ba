import { ok, type Result } from "../core/errors.ts";
import { CgroupFs } from "../kernel/cgroup-fs.ts";
import { startBatch } from "./batch.ts";
import type { LabHost } from "./host-check.ts";
import { TARGET_MS } from "./lab-config.ts";
import { startLoad } from "./load.ts";
import { busySeconds, groupCpuSeconds } from "./cpu-time.ts";
import type { SetUpFacts } from "./results.ts";
import type { Measured, RoundPlan } from "./rounds.ts";
import { startService } from "./service.ts";
import type { Workplace } from "./workplace.ts";

const RATE_PER_SECOND = 2000;
const SEED = 20_261_122;
const HOGS_PER_CORE = 2;

export interface Workloads extends Measured {
  readonly setUp: SetUpFacts;
}

/** The service, the batch jobs beside it, then a client whose load fits what both leave each other. */
export async function startWorkloads(
  { layout, cpus, cores }: LabHost,
  { crew, folder, groups, tools }: Workplace,
  plan: RoundPlan,
  signal: AbortSignal,
): Promise<Result<Workloads>> {
  const service = await startService(crew, folder, { groups: groups.procsFiles("service"), cpus, shards: cores });
  if (!service.ok) return service;
  const hogs = HOGS_PER_CORE * cores;
  const batch = await startBatch(crew, folder, { groups: groups.procsFiles("batch"), cpus, hogs });
  if (!batch.ok) return batch;
  const { sockets, name } = service.value;
  const loadPlan = { ratePerSecond: RATE_PER_SECOND, seed: SEED, sockets, cores, cpus };
  const fs = new CgroupFs(layout);
  const load = await startLoad(crew, fs, groups, loadPlan, signal);
  if (!load.ok) return load;
  const setUp: SetUpFacts = {
    service: name,
    shards: cores,
    hogs,
    cpus,
    ratePerSecond: RATE_PER_SECOND,
    query: load.value.query,
    serviceLoad: load.value.share,
    roundSeconds: plan.roundSeconds,
    settleSeconds: plan.settleSeconds,
    targetMs: TARGET_MS,
    clientSchedule: tools.fifo ? "SCHED_FIFO" : tools.nice ? "nice -20" : "like everybody else",
    seed: SEED,
  };
  const othersSeconds = (): number =>
    busySeconds(cpus) - groupCpuSeconds(fs, groups.path("service")) - groupCpuSeconds(fs, groups.path("batch"));
  return ok({ client: load.value.client, batch: batch.value, cores, othersSeconds, setUp });
}
