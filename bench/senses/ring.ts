import { spreadOf } from "../../src/lab/spread.ts";
import { atLeast, atMost, type Figure, ratios } from "../harness.ts";
import { FlatOut } from "./flat-out-load.ts";
import { type Bench, counted, inTurn, type Part } from "./part.ts";
import { type Consumer, libbpfConsumer, pipingReader, postingReader } from "./ring-consumers.ts";

interface Round {
  readonly perSecond: number;
  readonly lost: number;
  readonly percent: number;
  readonly nsEach: number;
}

const CONSUMERS: Readonly<Record<string, Consumer>> = {
  "reader thread, into the hive's pipe": pipingReader,
  "reader thread, to its owner": postingReader,
  "libbpf in C, ring_buffer__poll": libbpfConsumer("poll"),
  "libbpf in C, consume every 4 ms": libbpfConsumer("nap"),
};

/** What two producers can make, taken by the layer's reader thread and by libbpf's own consumer, in turn. */
export const ring: Part = {
  name: "ring",
  title: "ring: 64-byte records from two producers flat out",
  needs: ["root", "gcc", "clang", "libbpf-dev"],
  run,
};

async function run(bench: Bench): Promise<readonly Figure[]> {
  const load = FlatOut.open(bench);
  const rounds = new Map<string, Round[]>();
  try {
    const cases = Object.entries(CONSUMERS).map(([name, consumer]) => ({
      name,
      run: async () => {
        const round = await measure(bench, load, consumer);
        rounds.set(name, [...(rounds.get(name) ?? []), round]);
        return round.perSecond;
      },
    }));
    await inTurn(bench, cases, 9);
  } finally {
    load.close();
  }
  return figures(new Map([...rounds].map(([name, all]) => [name, counted(bench, all)])));
}

async function measure(bench: Bench, load: FlatOut, consumer: Consumer): Promise<Round> {
  const ms = bench.quick ? 700 : 3000;
  const taking = await consumer(bench, load);
  const before = load.counts();
  const fromMs = performance.now();
  await load.run(ms);
  const tookMs = performance.now() - fromMs;
  const { records, cpuNs } = await taking.end();
  const after = load.counts();
  const [made, refused] = [after.made - before.made, after.lost - before.lost];
  // What the kernel refused, and what was put into the ring and never came out.
  const lost = refused + Math.abs(made - refused - records);
  return {
    perSecond: made / (tookMs / 1000),
    lost,
    percent: (cpuNs / 1e6 / tookMs) * 100,
    nsEach: cpuNs / Math.max(1, records),
  };
}

function figures(rounds: ReadonlyMap<string, readonly Round[]>): Figure[] {
  const of = (name: string, key: keyof Round): number[] => (rounds.get(name) ?? []).map((round) => round[key]);
  const names = [...rounds.keys()];
  const [reader = "", , polling = "", napping = ""] = names;
  const rows = names.flatMap((name) => {
    const bars = name === reader;
    return [
      {
        name: `${name}: made`,
        spread: spreadOf(of(name, "perSecond")),
        unit: "events/s",
        ...(bars && { limit: atLeast(1_300_000) }),
      },
      {
        name: `${name}: lost in the worst round`,
        spread: worst(of(name, "lost")),
        unit: "events",
        ...(bars && { limit: atMost(0) }),
      },
      {
        name: `${name}: CPU`,
        spread: spreadOf(of(name, "percent")),
        unit: "% of a core",
        ...(bars && { limit: atMost(12) }),
      },
      { name: `${name}: each`, spread: spreadOf(of(name, "nsEach")), unit: "ns" },
    ];
  });
  return [
    ...rows,
    {
      name: "reader thread against ring_buffer__poll, CPU an event",
      spread: ratios(of(reader, "nsEach"), of(polling, "nsEach")),
      unit: "times",
      limit: atMost(1.5),
    },
    {
      name: "reader thread against consume every 4 ms, CPU an event",
      spread: ratios(of(reader, "nsEach"), of(napping, "nsEach")),
      unit: "times",
    },
  ];
}

/** A loss in one round is not made good by none in the others. */
function worst(values: readonly number[]): Figure["spread"] {
  const spread = spreadOf(values);
  return { ...spread, median: spread.max };
}
