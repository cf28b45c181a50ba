import { spreadOf } from "../../src/lab/spread.ts";
import { atMost, type Figure } from "../harness.ts";
import type { Bench, Part } from "../senses/part.ts";
import { generatedTraffic } from "./generated.ts";
import { allRules, engineOf, pass } from "./rules-of.ts";

const MANY = { quick: 1_000_000, full: 5_000_000 } as const;
/** Events that exist at once. */
const CHUNK = 50_000;
const CHUNKS_A_LOOK = 10;
const HEAP_MEGABYTES = 16;
const RSS_MEGABYTES = 64;

/** Whether rules keep anything of what they are asked about: millions of events, a third of the paths never seen before. */
export const memory: Part = {
  name: "memory",
  title: "memory: what rules keep of millions of events",
  needs: [],
  run,
};

interface Look {
  readonly heap: number;
  readonly rss: number;
}

async function run(bench: Bench): Promise<readonly Figure[]> {
  const engine = engineOf(allRules());
  const events = bench.quick ? MANY.quick : MANY.full;
  const looks: Look[] = [];
  for (let done = 0; done <= events; done += CHUNK) {
    if ((done / CHUNK) % CHUNKS_A_LOOK === 1) looks.push(look());
    pass(engine, generatedTraffic(CHUNK, done + 1));
  }
  looks.push(look());
  bench.note(`heap, MB, each ${(CHUNK * CHUNKS_A_LOOK) / 1e6} million: ${shown(looks.map(({ heap }) => heap))}`);
  bench.note(`resident, MB: ${shown(looks.map(({ rss }) => rss))}`);
  return (["heap", "rss"] as const).flatMap((what) => figuresOf(looks, what, events));
}

/** Of what is still reachable. */
function look(): Look {
  globalThis.gc?.();
  const { heapUsed, rss } = process.memoryUsage();
  return { heap: heapUsed / 1e6, rss: rss / 1e6 };
}

const shown = (values: readonly number[]): string => values.map((value) => value.toFixed(0)).join(" ");

function figuresOf(looks: readonly Look[], what: keyof Look, events: number): readonly Figure[] {
  const [name, limit] = what === "heap" ? ["heap", HEAP_MEGABYTES] : ["resident memory", RSS_MEGABYTES];
  const values = looks.map((each) => each[what]);
  // The first look is before the heap has grown to what the events of one chunk need, which is the bench's own doing.
  const [first = 0, before = 0] = values;
  const [most, after] = [Math.max(...values.slice(1)), values.at(-1) ?? 0];
  const figure = (which: string, value: number): Figure => ({
    name: `${name}, ${which}`,
    spread: spreadOf([value]),
    unit: "MB",
  });
  return [
    figure("at first", first),
    figure("after half a million events", before),
    figure("most", most),
    figure(`after ${events / 1e6} million events`, after),
    { ...figure(`grown since half a million events`, most - before), limit: atMost(limit) },
  ];
}
