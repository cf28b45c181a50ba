import { basename, dirname } from "node:path";
import { systemClock } from "../core/clock.ts";
import { EXIT, failed, ok, type Result } from "../core/errors.ts";
import { CgroupFs } from "../kernel/cgroup-fs.ts";
import { probeCgroupLayout } from "../kernel/cgroup-layout.ts";
import { probeTools } from "../lab/crew.ts";
import { interruption } from "../lab/interruption.ts";
import type { Out } from "../lab/progress.ts";
import { apply } from "./apply.ts";
import { textReport } from "./report.ts";
import { tune, type Tuned } from "./tune.ts";
import { checkTrust, type LoadedTune, loadTuneFile } from "./tune-file-load.ts";
import { TuneProgress } from "./tune-progress.ts";
import { whatToType } from "./what-to-type.ts";

export interface RunTuneOptions {
  readonly file: string;
  readonly out: Out;
  readonly json: boolean;
  readonly stateDir: string;
  readonly resume: boolean;
  /** Puts the best in force at the end. */
  readonly apply: boolean;
  readonly uid: number;
  readonly sudoUid: string | undefined;
  readonly signal?: AbortSignal;
  /** Roots of a fixture host. */
  readonly procRoot?: string;
  readonly etcRoot?: string;
}

/** Status of a process that SIGINT ended, as shells report it. */
const INTERRUPTED = 130;
/** Longer than any budget is; what a timer can hold. */
const LONGEST_SECONDS = 2_000_000;

/** `swarms tune` from its arguments to its exit status (sysexits). */
export async function runTune(options: RunTuneOptions): Promise<Result<number>> {
  const loaded = loadTuneFile(options.file);
  if (!loaded.ok) return loaded;
  const allowed = checkRights(loaded.value, options);
  if (!allowed.ok) return allowed;
  const { out, json, stateDir, resume, procRoot, etcRoot } = options;
  const progress = new TuneProgress(out, json, loaded.value.file);
  const stop = interruption(options.signal, LONGEST_SECONDS);
  try {
    const tuned = await tune({
      loaded: loaded.value,
      stateDir,
      resume,
      clock: systemClock,
      stop,
      ...(procRoot !== undefined && { procRoot }),
      ...(etcRoot !== undefined && { etcRoot }),
      onLine: (text) => progress.line(text),
      onRun: (record) => progress.run(record),
    });
    progress.end();
    return tuned.ok ? await deliver(tuned.value, loaded.value, options) : tuned;
  } finally {
    progress.end();
    stop.done();
  }
}

function checkRights({ file, path }: LoadedTune, { uid, sudoUid, procRoot }: RunTuneOptions): Result<void> {
  const trusted = checkTrust(path, uid, sudoUid);
  if (!trusted.ok) return trusted;
  const rooted = Object.entries(file.knobs).find(([, { sysctl, cgroup }]) => (sysctl ?? cgroup) !== undefined);
  return rooted !== undefined && uid !== 0 && procRoot === undefined
    ? failed("SW-NEEDS-ROOT", `the knob \`${rooted[0]}\` is the kernel's`)
    : ok(undefined);
}

async function deliver(
  { result, knobs, best, stuck }: Tuned,
  { file, path }: LoadedTune,
  options: RunTuneOptions,
): Promise<Result<number>> {
  const { out, json, procRoot = "/proc", etcRoot = "/etc" } = options;
  const say = (text: string): unknown => (json ? undefined : out.write(text));
  for (const says of stuck) say(`NOT PUT BACK: ${says}\n`);
  const status = stuck.length > 0 ? EXIT.failed : EXIT.ok;
  if (result === undefined) {
    if (json) out.write(`${JSON.stringify({ interrupted: true, stuck })}\n`);
    say(`interrupted; everything else is as before. To go on: swarms tune --resume ${path}\n`);
    return ok(INTERRUPTED);
  }
  const toType = best === undefined ? [] : whatToType(file, knobs, best);
  if (json) out.write(`${JSON.stringify({ ...result, toType, stuck }, null, 2)}\n`);
  say(textReport(result, toType));
  if (!options.apply || best === undefined) return ok(status);
  const fs = new CgroupFs(probeCgroupLayout(), { procRoot, etcRoot, cpus: 1 });
  const shell = { cwd: dirname(path), timeoutMs: file.timeoutSeconds * 1000, tools: probeTools() };
  const name = basename(path).replaceAll(/\.ya?ml$|[^\w.-]/g, "");
  const applied = await apply(knobs, best, { name, fs, shell });
  if (!applied.ok) return applied;
  say(applied.value.map((line) => `in force: ${line}\n`).join(""));
  return ok(status);
}
