import { readFileSync } from "node:fs";
import { availableParallelism, hostname } from "node:os";
import { join } from "node:path";
import { serveApi } from "../api/server.ts";
import type { Decision } from "../core/action.ts";
import type { Clock } from "../core/clock.ts";
import type { Config } from "../core/config.ts";
import { errnoOf, SwarmsError, type Result } from "../core/errors.ts";
import { NO_LOSSES } from "../core/reading.ts";
import type { Answer } from "../core/wire/messages.ts";
import { Guard } from "../guard/guard.ts";
import { openJournal } from "../guard/journal/journal.ts";
import { limitsOf } from "../guard/journal/limits.ts";
import { CgroupFs } from "../kernel/cgroup-fs.ts";
import { probeCgroupLayout } from "../kernel/cgroup-layout.ts";
import { openDatagramSender } from "../kernel/datagram.ts";
import { makeFolder } from "../kernel/make-folder.ts";
import { readProcessStat } from "../kernel/procfs.ts";
import { Outputs } from "../outputs/outputs.ts";
import { post } from "../outputs/post.ts";
import { ProcfsEvents } from "../senses/procfs-events.ts";
import { Sampler } from "../senses/sampler.ts";
import { snapshotProcesses } from "../senses/snapshot.ts";
import { openStore } from "../store/store.ts";
import { Layer } from "./layer.ts";

export interface RootlessOptions {
  readonly version: string;
  readonly config: Config;
  readonly paths: { readonly dir: string; readonly journal: string; readonly hive: string; readonly socket: string };
  readonly clock: Clock;
  log(says: string): void;
}

const SAMPLE_MS = 1000;
const SAVE_MS = 60_000;
const MISSING = "not root: no kernel events, other users' processes only by name, and nothing can be changed";

/**
 * The layer without root: the same agents and the same guard in one process, on procfs and pressure files. The
 * mode is observe whatever the configuration says, so the guard says what it would do and never writes.
 */
export async function startRootless(options: RootlessOptions): Promise<{
  pids(): { warden: number; hive: number; sentinel: number };
  reload(config: Config): void;
  stop(): Promise<void>;
}> {
  const { clock, paths } = options;
  const procRoot = "/proc";
  const config = observeOnly(options.config);
  prepare(paths);
  const fs = new CgroupFs(probeCgroupLayout(procRoot));
  const journal = need(openJournal(paths.journal, { clock, procRoot, limits: limitsOf(config.journal) }));
  const self = (): { pid: number; startTicks: number }[] => [readProcessStat(process.pid, procRoot) ?? []].flat();
  const guard = new Guard({ config, fs, procRoot, clock, journal, self: { pids: self } });
  const { store, notice } = need(openStore(paths.hive, clock));
  const events = new ProcfsEvents({ procRoot, fs });
  const kernel = { runq: () => undefined, counts: () => events.counts(), losses: () => NO_LOSSES };
  const sampler = new Sampler({ fs, procRoot, clock, config, hostCpus: availableParallelism(), kernel });
  const datagrams = openDatagramSender();
  const outputs = new Outputs(config.outputs, {
    origin: { hostname: hostname(), version: options.version },
    folder: join(paths.dir, "outputs"),
    clock,
    random: Math.random,
    pid: process.pid,
    readFile: (path) => readFileSync(path, "utf8"),
    sendDatagram: (path, bytes) => datagrams.send(path, bytes),
    post,
  });
  const layer = new Layer({
    hello: {
      version: options.version,
      config,
      folder: paths.hive,
      events: "procfs",
      missing: notice === undefined ? [MISSING] : [MISSING, notice],
      bootWallMs: 0,
      wardenPid: process.pid,
    },
    arrangement: "rootless",
    clock,
    random: Math.random,
    store,
    guard: {
      // After this turn, as over the wire: an agent must not get its answer inside its own call.
      propose: (proposal) => setImmediate(() => decided(guard.decide(proposal))),
      undo: (action) => Promise.resolve(nothingHeld(action)),
      restore: () => Promise.resolve(nothingHeld("restore")),
      watch: (viewers) => {
        sampler.watching = viewers > 0;
      },
    },
    tell: (news) => {
      outputs.tell(news);
      setImmediate(() => layer.takeTold(news.id));
    },
  });
  function decided(decision: Decision): void {
    layer.takeDecision(decision);
  }
  layer.takeSeen(snapshotProcesses({ procRoot }));
  const api = need(await serveApi(layer.people, paths.socket));
  const sample = (): void => {
    for (const event of events.poll(clock.wallMs())) layer.takeEvent(event);
    layer.takeReadings(sampler.sample());
    outputs.turn();
    layer.takeOutputs(outputs.status());
  };
  sample();
  const timers = [setInterval(sample, SAMPLE_MS), setInterval(() => layer.saveMemory(), SAVE_MS)];
  return {
    pids: () => ({ warden: process.pid, hive: process.pid, sentinel: 0 }),
    reload: (next) => {
      guard.reload(observeOnly(next));
      sampler.reload(observeOnly(next));
      layer.useConfig(observeOnly(next));
      outputs.reload(next.outputs);
    },
    stop: async () => {
      for (const timer of timers) clearInterval(timer);
      sampler.close();
      await api.close();
      layer.saveMemory();
      store.close();
      outputs.close();
      datagrams.close();
      guard.finish();
      journal.close();
    },
  };
}

function observeOnly(config: Config): Config {
  const actions = Object.fromEntries(
    Object.entries(config.actions).map(([kind, each]) => [kind, { ...each, mode: "observe" as const }]),
  );
  const { mode: _mode, ...immune } = config.colonies.immune;
  return { ...config, mode: "observe", colonies: { balance: {}, immune }, actions };
}

function nothingHeld(request: string): Answer {
  return {
    request,
    ok: false,
    code: "SW-NEEDS-ROOT",
    says: "without root the layer changes nothing, so there is nothing to undo",
  };
}

function prepare(paths: RootlessOptions["paths"]): void {
  try {
    for (const dir of [paths.dir, paths.journal, paths.hive]) makeFolder(dir, 0o700);
  } catch (error) {
    const full = errnoOf(error) === "ENOSPC" || errnoOf(error) === "EDQUOT";
    const detail = error instanceof Error ? error.message : String(error);
    throw new SwarmsError(full ? "SW-STATE-FULL" : "SW-STATE-CREATE", detail, { cause: error });
  }
}

function need<T>(result: Result<T>): T {
  if (!result.ok) throw new SwarmsError(result.code, result.says);
  return result.value;
}
