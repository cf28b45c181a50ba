import { setTimeout as pause } from "node:timers/promises";
import type { EventKind } from "../../src/core/event-kinds.ts";
import type { StatusDocument } from "../../src/core/status.ts";
import { Countdown } from "../../src/lab/countdown.ts";
import { spreadOf } from "../../src/lab/spread.ts";
import { atMost, type Figure } from "../harness.ts";
import { endBpftrace, startBpftrace } from "./bpftrace.ts";
import { type LayerRun, startLayer } from "./layer-run.ts";
import { type Done, eventsOf, type Mix, QUIET, startLoad } from "./load.ts";
import type { Bench, Part } from "./part.ts";
import { PRINTING_FILES, PRINTING_PROCESSES } from "./printing.ts";
import { startProbedLayer } from "./probed-layer.ts";
import { processCpuNs } from "./thread-cpu.ts";

const PROCESSES: Mix = { ...QUIET, connects: 98_500, spawns: 500 };
const FILES: Mix = { ...QUIET, opens: 60_000, writes: 10_000, fails: 5000, connects: 23_500, spawns: 500 };
const FILE_KINDS: readonly EventKind[] = ["open.read", "open.write", "open.failed"];
const LIMIT_PERCENT = 20;
const PER_SECOND = 100_000;

/** Somebody who listens; `cpuNs` is all that it takes. */
interface Listener {
  cpuNs(): number;
  /** After the load has ended, in words: what came of it. */
  says(): Promise<string>;
  stop(): Promise<void>;
}

interface Case {
  readonly name: string;
  readonly mix: Mix;
  readonly bar?: true;
  readonly quick?: true;
  start(bench: Bench): Promise<Listener>;
}

const FEW: Mix = { ...FILES, files: 4096 };
const MANY: Mix = { ...FILES, files: 70_000 };

const CASES: readonly Case[] = [
  { name: "layer, processes and connections", mix: PROCESSES, bar: true, quick: true, start: layer },
  { name: "bpftrace printing these", mix: PROCESSES, quick: true, start: printing(PRINTING_PROCESSES) },
  { name: "layer with opens wanted, 4,096 files in turn", mix: FEW, bar: true, start: probed },
  { name: "layer with opens wanted, each another file", mix: MANY, bar: true, quick: true, start: probed },
  { name: "bpftrace printing these and opens", mix: FEW, start: printing(PRINTING_FILES) },
];

/** The whole layer, all its processes, at 100,000 events a second; bpftrace printing the same in turn. */
export const rate: Part = {
  name: "rate",
  title: "rate: CPU of the whole layer at 100,000 events a second",
  needs: ["root", "gcc", "bpftrace", "unshare"],
  run,
};

async function run(bench: Bench): Promise<readonly Figure[]> {
  const cases = bench.quick ? CASES.filter(({ quick }) => quick) : CASES;
  const rounds = new Map<string, { percent: number; perSecond: number; says: string }[]>();
  const repeats = bench.quick ? 1 : 5;
  const countdown = new Countdown(process.stderr, "measures");
  let done = 0;
  for (let round = 0; round < repeats; round++) {
    for (const each of round % 2 === 0 ? cases : cases.toReversed()) {
      countdown.at(done++, repeats * cases.length, each.name);
      rounds.set(each.name, [...(rounds.get(each.name) ?? []), await measure(bench, each)]);
    }
  }
  countdown.end();
  bench.note("file kinds are wanted by a probe in the hive (probe-hive.ts), as rules would; it looks at every path");
  bench.note(`CPU where the load could not make ${PER_SECOND} events a second: scaled up as if it had`);
  for (const { name, mix } of cases) {
    bench.note(`${name}: a second: ${mixWords(mix)}; ${rounds.get(name)?.at(-1)?.says ?? ""}`);
  }
  return cases.flatMap(({ name, bar }) => {
    const all = rounds.get(name) ?? [];
    const spread = spreadOf(all.map(({ percent }) => percent));
    return [
      { name, spread, unit: "% of a core", ...(bar && { limit: atMost(LIMIT_PERCENT) }) },
      { name: `${name}: made`, spread: spreadOf(all.map(({ perSecond }) => perSecond)), unit: "events/s" },
    ];
  });
}

async function measure(
  bench: Bench,
  { mix, start }: Case,
): Promise<{ percent: number; perSecond: number; says: string }> {
  const [warmMs, ms] = bench.quick ? [1500, 2000] : [3000, 6000];
  const listener = await start(bench);
  try {
    const load = await startLoad(bench, mix, (warmMs + ms) / 1000);
    // What is learned of a load that is new is no part of what it costs from then on.
    await pause(warmMs);
    const [fromNs, fromMs] = [listener.cpuNs(), performance.now()];
    await pause(ms - 100);
    const percent = (listener.cpuNs() - fromNs) / 1e4 / (performance.now() - fromMs);
    const done = await load.done();
    const perSecond = eventsOf(done) / done.seconds;
    // A busy host may not make as many: then as if every event of those that are missing cost the same.
    return {
      percent: percent * Math.max(1, PER_SECOND / perSecond),
      perSecond,
      says: `${madeWords(done)}; ${await listener.says()}`,
    };
  } finally {
    await listener.stop();
  }
}

async function layer(bench: Bench): Promise<Listener> {
  const running = await startLayer(bench);
  return { ...running, says: async () => losses(await afterTurn(running)) };
}

async function probed(bench: Bench): Promise<Listener> {
  const running = await startProbedLayer(bench, { wants: FILE_KINDS });
  return {
    ...running,
    says: async () => {
      const told = losses(await afterTurn(running));
      const { received, repeats } = await running.report();
      const arrived = Object.values(received).reduce((sum, count) => sum + count, 0);
      return `${told}; ${arrived} reached the agents, ${repeats} of them as repeats of another`;
    },
  };
}

function printing(program: string): (bench: Bench) => Promise<Listener> {
  return async (bench) => {
    const child = await startBpftrace(bench, program);
    return {
      cpuNs: () => processCpuNs(child.pid),
      says: async () => "lines go to /dev/null",
      stop: () => endBpftrace(child),
    };
  };
}

/** Readings come once a second: by then the last counts are told. */
async function afterTurn(running: LayerRun): Promise<StatusDocument> {
  await pause(1500);
  return running.status();
}

function losses({ events, lost = {}, merged = {} }: StatusDocument): string {
  const words = (counts: Readonly<Record<string, number>>): string =>
    Object.entries(counts)
      .filter(([, count]) => count > 0)
      .map(([kind, count]) => `${count} ${kind}`)
      .join(", ") || "none";
  return `the kernel made ${words(events.total)}; merged: ${words(merged)}; lost: ${words(lost)}`;
}

function mixWords({ opens, writes, fails, connects, spawns, files, endpoints }: Mix): string {
  const parts = [
    opens > 0 && `${opens} opens to read and ${writes} to write of ${files} files, ${fails} that fail`,
    `${connects} connects to ${endpoints} endpoints, ${spawns} fork+exec+exit`,
  ];
  return parts.filter(Boolean).join(", ");
}

function madeWords(done: Done): string {
  return `the load made ${eventsOf(done)} events in ${done.seconds.toFixed(1)} s`;
}
