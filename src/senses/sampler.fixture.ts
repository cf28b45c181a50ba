import type { TestContext } from "node:test";
import { FakeClock } from "../core/clock.ts";
import { configSchema } from "../core/config.ts";
import type { ReadingBatch, ReadingName } from "../core/reading.ts";
import { cpuStat, HostTree, pressureText, type Shape } from "./host-tree.fixture.ts";
import type { KernelCounters } from "./sampler-ports.ts";
import { Sampler, type SamplerOptions } from "./sampler.ts";

const PACE = { scanMs: 5000, viewerMs: 1000 };

export const SERVICE = { name: "shop", cgroup: "/web", kind: "latency", targetMs: 2 };

/** A sampler on a made-up host, both gone after the test. */
export function world(
  t: TestContext,
  shape: Shape,
  config: unknown,
  kernel?: KernelCounters,
  cost = (): number => 0,
  more: Pick<SamplerOptions, "triggers" | "sensorPort" | "accepts" | "objective"> = {},
) {
  const tree = new HostTree(shape);
  const clock = new FakeClock();
  const sampler = new Sampler({
    fs: tree.fs,
    procRoot: tree.procRoot,
    clock,
    config: configSchema.parse(config),
    hostCpus: 2,
    pace: PACE,
    cpuMs: cost,
    ...(kernel && { kernel }),
    ...more,
  });
  t.after(() => {
    sampler.close();
    tree.remove();
  });
  return { tree, clock, sampler };
}

/** A source of events with fixed counters. */
export function kernelOf(runq: KernelCounters["runq"]): KernelCounters {
  return { runq, counts: () => ({ exec: 3 }), losses: () => ({ ring: 1, damaged: 2, shed: 3 }) };
}

/** A group /web on a pure v2 host. */
export function v2Service(tree: HostTree, numbers: { usageUs: number; pressureUs: number; throttledUs: number }): void {
  tree.group("", "web", {
    "cgroup.procs": "7\n8\n",
    "cgroup.events": "populated 1\nfrozen 0\n",
    "cpu.stat": cpuStat(numbers.usageUs, numbers.throttledUs),
    "cpu.pressure": pressureText(numbers.pressureUs),
    "cpu.weight": "100\n",
    "cpu.idle": "0\n",
    "memory.current": "4096\n",
  });
}

export function namesOf(batch: ReadingBatch): string[] {
  return batch.workloads.map(({ name }) => name);
}

/** Readings of one entity by name. */
export function readingsOf(batch: ReadingBatch, entity: string): Partial<Record<ReadingName, number>> {
  const own = batch.readings.filter((reading) => reading.entity === entity);
  return Object.fromEntries(own.map(({ name, value }) => [name, value]));
}
