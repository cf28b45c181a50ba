import { copyFileSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import type { EventKind } from "../../src/core/event-kinds.ts";
import type { StatusDocument } from "../../src/core/status.ts";
import { spreadOf } from "../../src/lab/spread.ts";
import { atLeast, atMost, type Figure, type Limit } from "../harness.ts";
import type { Pids } from "./layer-run.ts";
import { eventsOf, type Mix, QUIET, startLoad } from "./load.ts";
import type { Bench, Part } from "./part.ts";
import type { ProbeReport } from "./probe.ts";
import { type ProbedLayer, startProbedLayer } from "./probed-layer.ts";

const WANTS: readonly EventKind[] = ["open.read", "open.write", "open.failed"];
/** More than can be made. */
const FLAT_OUT = 100_000_000;
/** One of important rank, one of bulk. */
const FLOODS: readonly Mix[] = [
  { ...QUIET, connects: FLAT_OUT, endpoints: 50_000 },
  { ...QUIET, fails: FLAT_OUT, files: 50_000 },
];
const KNOWN = 50;
/** One of every kind that was lost, so that no gap is open at the end. */
const AFTERWARDS: Mix = { ...QUIET, opens: 20, writes: 20, fails: 20, connects: 20, spawns: 5, files: 20 };
const LOOK_MS = 250;

interface Watched {
  readonly residentMb: readonly number[];
  readonly noticed: boolean;
}

/** Two processes make events flat out; the layer is to stay whole, lose what matters last, and know what it lost. */
export const flood: Part = {
  name: "flood",
  title: "flood: two processes making events flat out, the whole layer, kinds of open wanted too",
  needs: ["root", "gcc", "unshare"],
  run,
};

async function run(bench: Bench): Promise<readonly Figure[]> {
  const seconds = bench.quick ? 6 : 30;
  const known = join(bench.folder, "known-program");
  copyFileSync(bench.programs.program("paced-load"), known);
  const layer = await startProbedLayer(bench, { wants: WANTS, known });
  try {
    const floods = await Promise.all(FLOODS.map((mix) => startLoad(bench, mix, seconds)));
    const spawning = startLoad(bench, { ...QUIET, spawns: KNOWN }, 1, { program: known });
    const watched = await watch(layer, seconds);
    const made = await Promise.all(floods.map((each) => each.done()));
    const { spawns } = await (await spawning).done();
    await pause(1000);
    // Itself, what it started, and once more now that all is quiet.
    await bench.children.start(known, []).ended(5000);
    await (await startLoad(bench, AFTERWARDS, 1)).done();
    const report = await layer.report();
    // Readings come once a second.
    await pause(1500);
    const status = await layer.status();
    bench.note(`made a second: ${made.map((each) => Math.round(eventsOf(each) / each.seconds)).join(" and ")} events`);
    return figures(bench, { watched, known: spawns + 2, status, report, pids: layer.pids });
  } finally {
    await layer.stop();
  }
}

async function watch(layer: ProbedLayer, seconds: number): Promise<Watched> {
  const residentMb: number[] = [];
  let noticed = false;
  const until = performance.now() + seconds * 1000;
  while (performance.now() < until) {
    residentMb.push(resident(layer.pids.warden) + resident(layer.pids.hive));
    noticed ||= (await layer.status()).signals.some(({ sources }) => sources.includes("flood"));
    await pause(LOOK_MS);
  }
  return { residentMb, noticed };
}

interface Result {
  readonly watched: Watched;
  readonly known: number;
  readonly status: StatusDocument;
  readonly report: ProbeReport;
  readonly pids: Pids;
}

function figures(bench: Bench, { watched, known, status, report, pids }: Result): Figure[] {
  const { residentMb, noticed } = watched;
  const late = residentMb.slice(Math.floor(residentMb.length / 2));
  const [first = 0, peak] = [residentMb[0], Math.max(...residentMb)];
  const lost = (kinds: readonly string[]): number => kinds.reduce((sum, kind) => sum + (status.lost?.[kind] ?? 0), 0);
  const kinds = Object.keys(report.gaps);
  const unproved = kinds.reduce((sum, kind) => sum + Math.abs(lost([kind]) - (report.gaps[kind] ?? 0)), 0);
  for (const kind of kinds.filter((each) => lost([each]) > 0)) {
    bench.note(
      `${kind}: ${status.events.total[kind]} made, ${lost([kind])} lost; ${report.gaps[kind]} numbers never came`,
    );
  }
  bench.note(`merged: ${JSON.stringify(status.merged ?? {})}`);
  const survived = status.pids.warden === pids.warden && status.pids.hive === pids.hive;
  const one = (name: string, value: number, unit: string, limit?: Limit): Figure => ({
    name,
    spread: spreadOf([value]),
    unit,
    ...(limit && { limit }),
  });
  return [
    one("warden and hive, resident at first", first, "MB"),
    one("warden and hive, resident at most", peak, "MB", atMost(400)),
    one("highest of the second half over its first", Math.max(...late) / (late[0] ?? 1), "times", atMost(1.25)),
    one("lost", lost(kinds), "events"),
    one("reported lost and not proved by numbers, or the reverse", unproved, "events", atMost(0)),
    one("exec and exit, lost", lost(["exec", "exit"]), "events", atMost(0)),
    one(`known execs that reached the agents, of ${known}`, report.knownExecs, "execs", atLeast(known)),
    one(`their exits, of ${known}`, report.knownExits, "exits", atLeast(known)),
    one("the flood was noticed (evidence of the flood agent)", Number(noticed), "yes", atLeast(1)),
    one("the same warden and hive before and after", Number(survived), "yes", atLeast(1)),
  ];
}

/** Megabytes. */
function resident(pid: number): number {
  const status = readFileSync(`/proc/${pid}/status`, "utf8");
  return Number(/^VmRSS:\s+(\d+)/m.exec(status)?.[1] ?? 0) / 1024;
}
