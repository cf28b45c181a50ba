import { setTimeout as pause } from "node:timers/promises";
import { spreadOf } from "../../src/lab/spread.ts";
import type { Figure } from "../harness.ts";
import { type Mix, QUIET, startLoad } from "./load.ts";
import type { Bench, Part } from "./part.ts";
import { type ProbedLayer, startProbedLayer } from "./probed-layer.ts";

const LOADS: Readonly<Record<string, Mix>> = {
  "500 events a second": { ...QUIET, connects: 500 },
  "100,000 events a second": { ...QUIET, connects: 98_500, spawns: 500 },
};

/** From the kernel's own time of an event to the moment when the first agent hears of it. */
export const latency: Part = {
  name: "latency",
  title: "latency: from the kernel to the agents",
  needs: ["root", "gcc", "unshare"],
  run,
};

async function run(bench: Bench): Promise<readonly Figure[]> {
  const layer = await startProbedLayer(bench, { wants: [] });
  try {
    const figures: Figure[] = [];
    for (const [name, mix] of Object.entries(LOADS)) figures.push(...(await measure(bench, layer, name, mix)));
    return figures;
  } finally {
    await layer.stop();
  }
}

async function measure(bench: Bench, layer: ProbedLayer, name: string, mix: Mix): Promise<Figure[]> {
  const reports = bench.quick ? 2 : 10;
  // A report is about half a second; the first is about what came before.
  const load = await startLoad(bench, mix, 2 + reports);
  await pause(1000);
  const delays: { p50Us: number; p99Us: number }[] = [];
  for (let turn = 0; turn < reports; turn++) delays.push((await layer.report()).delay);
  load.child.signal("SIGTERM");
  await load.child.ended(5000);
  return (["p50Us", "p99Us"] as const).map((which) => ({
    name: `${name}: ${which.slice(0, 3)}`,
    spread: spreadOf(delays.map((delay) => delay[which])),
    unit: "µs",
  }));
}
