import { setTimeout as sleep } from "node:timers/promises";
import { ok, type Result } from "../core/errors.ts";
import type { CgroupFs } from "../kernel/cgroup-fs.ts";
import { type Client, startClient } from "./client.ts";
import { groupCpuSeconds } from "./cpu-time.ts";
import type { Crew } from "./crew.ts";
import type { LabGroups } from "./lab-groups.ts";
import type { ClientPlan } from "./open-loop-client.ts";

/**
 * Share of the CPUs that the service takes. A fair scheduler grants it half beside the batch jobs, so
 * it never asks for more than its share, and still waits, because requests come in bursts.
 */
export const SERVICE_LOAD = 0.3;

const KEY = "swarms:lab";
const ITEMS = { min: 50, max: 20_000 } as const;
const PROBE = { items: 500, seconds: 0.8, attempts: 5 } as const;
/** Near enough to the load wanted. */
const CLOSE = 0.1;
/** Of the requests of a probe; a queue that only a burst had filled is shorter. */
const LATE_SHARE = 0.05;
const BACK_OFF = 0.6;

export interface LoadPlan {
  readonly ratePerSecond: number;
  readonly seed: number;
  readonly sockets: readonly string[];
  readonly cores: number;
  readonly cpus: string;
}

export interface Load {
  readonly client: Client;
  /** Share of the CPUs used that the service takes. */
  readonly share: number;
  /** For the report. */
  readonly query: string;
}

/**
 * A client at the given rate whose query costs so much that the service takes `SERVICE_LOAD` of the
 * CPUs, on a fast host as on a slow one; less where the service could not keep up with that even
 * before anything is compared. To be called with the batch jobs running: beside them every query
 * costs more CPU time (shared caches, sibling threads of one core).
 */
export async function startLoad(
  crew: Crew,
  fs: CgroupFs,
  groups: LabGroups,
  plan: LoadPlan,
  signal: AbortSignal,
): Promise<Result<Load>> {
  let items: number = PROBE.items;
  let most: number = ITEMS.max;
  for (let attempt = 1; ; attempt++) {
    const started = await startClient(crew, clientPlan(plan, items), plan.cpus);
    if (!started.ok) return started;
    const client = started.value;
    const probe = await measure(client, plan, () => groupCpuSeconds(fs, groups.path("service")), signal);
    if (!probe.ok) return probe;
    const { share, keepsUp } = probe.value;
    if (!keepsUp) most = Math.min(most, items * BACK_OFF);
    const wanted = Math.round(Math.min(most, Math.max(ITEMS.min, (items * SERVICE_LOAD) / Math.max(share, 0.01))));
    if (attempt === PROBE.attempts || (keepsUp && Math.abs(wanted / items - 1) < CLOSE))
      return ok({ client, share, query: `SORT of ${items} numbers, the first ten answered` });
    await client.stop();
    items = wanted;
  }
}

interface Probe {
  /** CPU time per answer times the rate asked for: right even where the service cannot keep up. */
  readonly share: number;
  readonly keepsUp: boolean;
}

async function measure(client: Client, plan: LoadPlan, cpu: () => number, signal: AbortSignal): Promise<Result<Probe>> {
  await sleep(100, undefined, { signal });
  const opened = await client.openWindow();
  if (!opened.ok) return opened;
  const before = cpu();
  await sleep(PROBE.seconds * 1000, undefined, { signal });
  const window = await client.closeWindow();
  if (!window.ok) return window;
  const { sent, served, late } = window.value;
  return ok({
    share: (((cpu() - before) / Math.max(1, served)) * plan.ratePerSecond) / plan.cores,
    keepsUp: late < sent * LATE_SHARE,
  });
}

function clientPlan(plan: LoadPlan, items: number): ClientPlan {
  // Fixed and scattered: 7919 is prime to the modulus, so that all differ.
  const numbers = Array.from({ length: items }, (_, i) => String((i * 7919) % 100_003));
  return {
    ratePerSecond: plan.ratePerSecond,
    seed: plan.seed,
    sockets: plan.sockets,
    connectionsPerSocket: 2,
    fill: [
      ["DEL", KEY],
      ["RPUSH", KEY, ...numbers],
    ],
    query: ["SORT", KEY, "LIMIT", "0", "10"],
  };
}
