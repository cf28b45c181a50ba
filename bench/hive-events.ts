import { seededRandom } from "../src/core/random.ts";
import { FakeClock } from "../src/core/clock.ts";
import { defaultConfig } from "../src/core/config.ts";
import { Layer } from "../src/hive/layer.ts";
import { spreadOf } from "../src/lab/spread.ts";
import { createMemoryStore } from "../src/store/memory-store.ts";
import { atMost, benchOptions, type Case, conclude, type Figure, interleaved } from "./harness.ts";
import { HiveLoad, MIXES, type MixName } from "./hive-load.ts";

/*
 * What the hive itself does with a decoded event, from the process table to the agents: nanoseconds of CPU time each, all threads,
 * so garbage collection counts. Events come 10 µs apart (100,000 a second) in batches of 5 ms, as the reader naps. The first
 * batches of a layer are "cold": processes, programs and destinations are new to it, and the code is not compiled yet.
 */

const BATCH = 500;
const BATCH_MS = 5;
/** Measured together, for asking the kernel for CPU time takes as long as some hundred events. */
const BATCHES = 20;
const WARM_UP = 100_000;
const COLD = "mixed, all of it new to the layer";
const COLD_EVENTS = 20_000;

function newLayer(clock: FakeClock): Layer {
  return new Layer({
    hello: {
      version: "bench",
      config: defaultConfig,
      folder: "/nowhere",
      events: "ebpf",
      missing: [],
      bootWallMs: 0,
      wardenPid: 4_000_000,
    },
    arrangement: "warden and hive",
    clock,
    random: seededRandom(1),
    store: createMemoryStore(),
    guard: {
      propose: () => undefined,
      undo: () => Promise.reject(new Error("nobody asks")),
      restore: () => Promise.reject(new Error("nobody asks")),
      watch: () => undefined,
    },
  });
}

/** Nanoseconds of CPU an event, of `events` events after the first `skipped`. */
function costOf(mix: MixName, skipped: number, events: number): number {
  const clock = new FakeClock(1_700_000_000_000, 500_000);
  const layer = newLayer(clock);
  const load = new HiveLoad();
  layer.takeSeen(load.seen);
  let spentUs = 0;
  for (let done = 0; done < skipped + events; done += BATCHES * BATCH) {
    const batches = Array.from({ length: BATCHES }, () => load.batch(mix, BATCH));
    const before = process.cpuUsage();
    for (const batch of batches) {
      clock.advance(BATCH_MS);
      layer.takeEvents(batch);
    }
    const { user, system } = process.cpuUsage(before);
    if (done >= skipped) spentUs += user + system;
  }
  return (spentUs * 1000) / events;
}

const options = benchOptions(process.argv.slice(2));
if (options !== undefined) {
  const events = options.quick ? 100_000 : 300_000;
  const mixes = Object.keys(MIXES) as MixName[];
  const cases: Case[] = [
    ...mixes.map((mix): Case => ({ name: mix, run: () => costOf(mix, WARM_UP, events) })),
    { name: COLD, run: () => costOf("mixed", 0, COLD_EVENTS) },
  ];
  const runs = await interleaved(cases, options.quick ? 3 : 7);
  const figures = cases.map(({ name }): Figure => {
    const figure = { name, spread: spreadOf(runs.get(name) ?? []), unit: "ns/event" };
    return name === "mixed" ? { ...figure, limit: atMost(1000) } : figure;
  });
  conclude("hive: CPU time of one decoded event, process table and default agents", figures, options);
}
