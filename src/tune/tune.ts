import { dirname, join } from "node:path";
import type { Clock } from "../core/clock.ts";
import { failed, ok, type Result } from "../core/errors.ts";
import { printable } from "../core/printable.ts";
import { RandomStream } from "../core/random.ts";
import { CgroupFs } from "../kernel/cgroup-fs.ts";
import { probeCgroupLayout } from "../kernel/cgroup-layout.ts";
import { probeTools } from "../lab/crew.ts";
import type { Interruption } from "../lab/interruption.ts";
import { beside, type SentinelProcess, startSentinel } from "../warden/sentinel-process.ts";
import { drive, type Driven } from "./driver.ts";
import { append, type RunRecord } from "./history.ts";
import { type Knob, knobsOf, type Setting, settingOf } from "./knob.ts";
import { measure } from "./measure.ts";
import { planOf } from "./plan-of-file.ts";
import { putBackDead, tunePaths } from "./put-back.ts";
import { resultOf, type TuneResult } from "./result.ts";
import { search } from "./search.ts";
import type { ShellOptions } from "./shell.ts";
import type { LoadedTune } from "./tune-file-load.ts";
import { openHistory, takeFolder } from "./tune-folder.ts";
import { Ways } from "./ways.ts";

export interface TuneOptions {
  readonly loaded: LoadedTune;
  readonly stateDir: string;
  /** Goes on with the history of an earlier session. */
  readonly resume: boolean;
  readonly clock: Clock;
  readonly stop: Interruption;
  readonly procRoot?: string;
  readonly etcRoot?: string;
  onLine(text: string): void;
  onRun(record: RunRecord): void;
}

export interface Tuned {
  /** Undefined where it was interrupted. */
  readonly result: TuneResult | undefined;
  readonly knobs: readonly Knob[];
  readonly best: Setting | undefined;
  /** What would not go back, in words. */
  readonly stuck: readonly string[];
}

/** One tuning from its file to what it came to. Whatever becomes of it, every knob is at the end as it was before. */
export async function tune(options: TuneOptions): Promise<Result<Tuned>> {
  const { loaded, stateDir, clock, procRoot = "/proc", etcRoot = "/etc" } = options;
  const paths = tunePaths(stateDir);
  const taken = takeFolder(loaded.path, stateDir, paths);
  if (!taken.ok) return taken;
  const { folder, lock } = taken.value;
  const fs = new CgroupFs(probeCgroupLayout(), { procRoot, etcRoot, cpus: 1 });
  let sentinel: SentinelProcess | undefined;
  try {
    for (const line of await putBackDead(paths, fs, clock))
      options.onLine(`left behind by one that was killed: ${line}`);
    if (Ways.isNeeded(loaded.file)) sentinel = await guardedBy(options, { folder, journal: paths.journal });
    const shell = shellOf(options);
    const ways = await Ways.open({ file: loaded.file, fs, clock, folder, journal: paths.journal, shell });
    if (!ways.ok) return ways;
    let tuned: Result<Tuned> | undefined;
    try {
      tuned = await withKnobs(options, ways.value, join(folder, "history.jsonl"), shell);
    } finally {
      const stuck = await ways.value.close();
      if (tuned?.ok) tuned = ok({ ...tuned.value, stuck });
      else for (const says of stuck) options.onLine(`not put back: ${says}`);
    }
    return tuned;
  } finally {
    sentinel?.dismiss();
    lock.release();
  }
}

/** Another process that puts everything back should this one be killed. Where that ends, nothing may stay changed. */
function guardedBy(
  { stop, procRoot = "/proc", etcRoot = "/etc", onLine }: TuneOptions,
  { folder, journal }: { readonly folder: string; readonly journal: string },
): Promise<SentinelProcess> {
  const program = { main: beside(import.meta.url, "sentinel-main"), args: [folder, procRoot, etcRoot] };
  return startSentinel(
    journal,
    (why) => {
      onLine(`the process that would put everything back ended (${why}): stopping`);
      stop.stop("its sentinel ended");
    },
    program,
  );
}

function shellOf({ loaded, stop }: TuneOptions): ShellOptions {
  const { timeoutSeconds } = loaded.file;
  const cwd = dirname(loaded.path);
  return { cwd, timeoutMs: timeoutSeconds * 1000, tools: probeTools(), signal: stop.signal };
}

async function withKnobs(
  options: TuneOptions,
  ways: Ways,
  history: string,
  shell: ShellOptions,
): Promise<Result<Tuned>> {
  const { loaded, clock, stop, onRun } = options;
  const { file, path } = loaded;
  const knobs = knobsOf(file, ways.inForce);
  if ("outside" in knobs) {
    const value = printable(ways.inForce[knobs.outside] ?? "", 80);
    return failed("SW-TUNE", `\`${knobs.outside}\` is at \`${value}\` now, outside its range or choices: widen them`);
  }
  const earlier = openHistory({ loaded, resume: options.resume, wallMs: clock.wallMs() }, knobs, history);
  if (!earlier.ok) return earlier;
  const inGroup = {
    ...shell,
    groups: ways.groups,
    onRunning: (ref: Parameters<Ways["running"]>[0]) => ways.running(ref),
  };
  const driven = await drive(search(planOf(loaded, knobs)), {
    knobs,
    history,
    past: earlier.value?.runs ?? [],
    clock,
    signal: stop.signal,
    onRun,
    measure: async (setting) => {
      const set = await ways.apply(knobs, setting);
      if (set.ok) return ok(await measure(file, knobs, setting, inGroup));
      // A value that is not taken is a bad one; a knob that is not ours any more ends everything.
      if (set.code !== "SW-TUNE" && set.code !== "SW-GUARD-KNOB") return set;
      return ok({ value: Number.NaN, broke: true, says: set.says, constraints: [], seconds: 0 });
    },
  });
  if (!driven.ok) return driven;
  return conclude(driven.value, { path, file, knobs, history, notes: [] });
}

function conclude({ found, runs }: Driven, about: Omit<Parameters<typeof resultOf>[2], "random">): Result<Tuned> {
  const { knobs, file, history } = about;
  if (found === undefined) return ok({ result: undefined, knobs, best: undefined, stuck: [] });
  if (found.ended === "default fails")
    return failed("SW-TUNE", `no run with the defaults gave a value: ${printable(runs.at(-1)?.says ?? "", 500)}`);
  const result = resultOf(found, runs, { ...about, random: new RandomStream(file.seed) });
  append(history, { type: "end", result });
  const best = result.outcome === "better" && found.best !== undefined ? settingOf(knobs, found.best) : undefined;
  return ok({ result, knobs, best, stuck: [] });
}
