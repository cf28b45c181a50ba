import { hostname } from "node:os";
import { join, resolve } from "node:path";
import type { Decision, Reverted } from "../core/action.ts";
import type { Clock } from "../core/clock.ts";
import type { Config } from "../core/config.ts";
import { ALWAYS_WANTED } from "../core/event-kinds.ts";
import { SwarmsError, type Result } from "../core/errors.ts";
import type { LogLevels, LogLine } from "../core/log-level.ts";
import type { StatePaths } from "../core/state-paths.ts";
import { encodeMessage } from "../core/wire/codec.ts";
import { encodeList } from "../core/wire/list-frames.ts";
import { Guard } from "../guard/guard.ts";
import { openJournal } from "../guard/journal/journal.ts";
import { limitsOf } from "../guard/journal/limits.ts";
import { closeOthersOnExec } from "../kernel/close-on-exec.ts";
import { CgroupFs } from "../kernel/cgroup-fs.ts";
import { probeCgroupLayout } from "../kernel/cgroup-layout.ts";
import { kernelAccess } from "../kernel/kernel-access.ts";
import { readProcessStat } from "../kernel/procfs.ts";
import { snapshotProcesses } from "../senses/snapshot.ts";
import { firstChild } from "../kernel/confinement.ts";
import { findAccount } from "./account.ts";
import { bootMs } from "./boot-time.ts";
import { ActionNewsDesk } from "./action-news.ts";
import { ChangeDesk } from "./change-desk.ts";
import { openControl } from "./control.ts";
import { alarmWords, GuardNews } from "./guard-news.ts";
import { watchContainers } from "./containers/container-watch.ts";
import { GuardTurns } from "./guard-turns.ts";
import { HiveBounds } from "./hive-bounds.ts";
import { HiveKeeper } from "./hive-keeper.ts";
import type { HiveProcess } from "./hive-channel.ts";
import { answerHive } from "./hive-requests.ts";
import { howHivesStart } from "./hive-start.ts";
import { answerPeople } from "./people.ts";
import { HiveEase } from "./hive-ease.ts";
import { Hurry, startAtLeisure } from "./hurry.ts";
import { ProberNames } from "./prober-names.ts";
import { howProbersStart } from "./prober-room.ts";
import { howSendersStart } from "./sender-room.ts";
import { TellDesk, withoutOutputs } from "./tell-desk.ts";
import { specsOf } from "../core/plugin-knobs.ts";
import { readPlugins } from "./plugin-folders.ts";
import { recover } from "./recover.ts";
import { readRuleSources } from "./rule-sources.ts";
import { startSenses } from "./senses.ts";
import { SentinelKeeper } from "./sentinel-keeper.ts";
import { giveHiveFolder, prepareStateFolders } from "./state-folders.ts";
import { answerLogLevel, traceHive } from "./trace.ts";

export interface WardenOptions {
  readonly version: string;
  readonly config: Config;
  readonly paths: Pick<StatePaths, "dir" | "journal" | "hive" | "control">;
  readonly clock: Clock;
  readonly procRoot?: string;
  /** What is started as the hive; the real one in its room where left out. */
  readonly hiveCommand?: { readonly command: string; readonly args: readonly string[] };
  /**
   * Where hives come in that the service manager starts, their user, and the socket behind which it starts probers; where
   * left out, the warden starts both in rooms.
   */
  readonly door?: { readonly folder: string; readonly user: string; readonly prober: string; readonly sender: string };
  /** A sentence for the log. */
  readonly log: LogLine;
  /** How much of it is written, for people to change; left out: nothing is at `debug`. */
  readonly logLevels?: LogLevels;
}

export interface Warden {
  /** Pids of the layer's processes now, 0 where one is being restarted. */
  pids(): { readonly warden: number; readonly hive: number; readonly sentinel: number };
  reload(config: Config): void;
  /** Reverts everything and ends the other processes. */
  stop(): Promise<void>;
}

/** The journal's head is written so long after a record: whoever is contained next does not wait for it. */
const QUIET_MS = 50;

/** Starts the privileged process of the layer. Throws SwarmsError before anything is changed if it cannot. */
export async function startWarden(options: WardenOptions): Promise<Warden> {
  const { clock, log, paths } = options;
  const procRoot = options.procRoot ?? "/proc";
  let config = options.config;

  // The hive and the sentinel get what they are given and nothing that whoever started this had open.
  closeOthersOnExec(procRoot);
  const leisure = startAtLeisure(procRoot);
  const user = options.door?.user ?? config.hive.user;
  const account = need(findAccount(user, { procRoot, folder: paths.hive }));
  need(prepareStateFolders(paths));
  const fs = new CgroupFs(probeCgroupLayout(procRoot), kernelAccess({ procRoot }));
  // Whatever an earlier run left behind is put back before anything new is decided.
  const recovered = need(await recover(paths.journal, fs, clock));
  for (const reverted of recovered) log(`recovery: ${reverted.says}`);
  const limits = limitsOf(config.journal);
  const journal = need(openJournal(paths.journal, { clock, procRoot, limits, later: whenQuiet }));
  // A service manager makes the hive's folder itself.
  if (options.door === undefined) need(giveHiveFolder(paths.hive, account));
  const knobs = readPlugins(config.plugins).plugins.flatMap((plugin) => plugin.knobs ?? []);
  const guard = new Guard({
    config,
    knobs: specsOf(knobs),
    fs,
    procRoot,
    clock,
    journal,
    self: { pids: layerPids },
    onReverted: (reverted) => changes.reverted([reverted]),
    onAlarm: (alarm) => log(alarmWords(alarm)),
  });
  const sender = howSendersStart({ ...options, hiveUid: account.uid, procRoot });
  const atLeisure = <T>(work: () => T): T => leisure.run(work);
  const desk = new TellDesk({ config, version: options.version, dir: paths.dir, clock, sender, atLeisure, log });
  const actionNews = new ActionNewsDesk(clock, (record) => desk.tell(record));
  for (const reverted of recovered) actionNews.reverted(reverted);
  const news = new GuardNews(clock);
  const hives = need(await howHivesStart({ ...options, procRoot, account }));
  const bounds = new HiveBounds(paths.hive, procRoot);
  const ease = new HiveEase(
    () => hivePid(),
    () => hurry.atRest,
  );
  let keeper: HiveKeeper | undefined;
  let closing = false;
  let launched = { by: 0, pid: 0 };
  const sentinel = new SentinelKeeper(paths.journal, clock, (why) =>
    changes.revertAll("sentinel-lost", `the sentinel ended (${why})`),
  );
  const mayHold = (): boolean => !closing && sentinel.onGuard;
  const changes = new ChangeDesk({
    guard,
    mayHold,
    hive: () => keeper?.hive,
    follow: (cgroups) => senses.follow(cgroups),
    news: actionNews,
    log,
  });
  await sentinel.start();
  const prober = howProbersStart({ ...options, hiveUid: account.uid, procRoot });
  const names = new ProberNames({
    clock,
    log,
    command: prober,
    atLeisure,
    tell: (all) => keeper?.hive?.send(encodeMessage("addresses", all)),
  });
  const senses = startSenses({
    config,
    fs,
    procRoot,
    clock,
    log,
    leisure,
    wants: ALWAYS_WANTED,
    records: "pipe",
    prober,
  });
  const hurry = new Hurry({ leisure, hivePid, others: () => [sentinel.pid, ...senses.pids()], log });
  const trace = traceHive(options.logLevels, log);
  const answer = answerHive({
    changes,
    senses,
    hivePid,
    tell: (record) => desk.tellForHive(record),
    resolve: (asked) => names.asked(asked),
    onReady: () => hurry.begin(),
    log,
  });
  const containers = watchContainers(clock, (all) => keeper?.hive?.send(encodeMessage("containers", all)));
  const turns = new GuardTurns(guardTurn, () => guard.leases().length > 0);
  keeper = new HiveKeeper({
    clock,
    start: (events, onHive) => leisure.run(() => hives.start(events, onHive)),
    onStart: introduce,
    onMessage: (message, hive) => {
      trace(message);
      answer(message, hive);
      if (message.name !== "alive") turns.soon();
    },
    fault: () => bounds.fault(hivePid()),
    onLost,
    onLine: (line) => log(`hive: ${line}`),
  });
  senses.run({
    onSensed: (events) => encodeList("sensed", events).forEach((frame) => keeper?.hive?.send(frame)),
    onReadings: (batch) => {
      ease.begin();
      keeper?.hive?.send(encodeMessage("readings", batch));
    },
    onProfiles: (report) => keeper?.hive?.send(encodeMessage("profileStates", report)),
    onIdentityLost: () => keeper?.hive && tellSeen(keeper.hive),
  });
  const told = {
    mayHold,
    onDecision: (decision: Decision) => {
      changes.decided(decision);
      turns.soon();
    },
    onReverted: (reverted: readonly Reverted[]) => changes.reverted(reverted),
  };
  const people = answerPeople(guard, clock, told, () => config.assistants.may);
  const control = need(await openControl(paths.control, answerLogLevel(options.logLevels, log, people), procRoot));
  function guardTurn(): void {
    changes.turn();
    const outputs = desk.turn();
    if (outputs !== undefined) keeper?.hive?.send(encodeMessage("outputs", outputs));
    const changed = news.ifChanged(guard);
    if (changed !== undefined) keeper?.hive?.send(encodeMessage("guard", changed));
  }

  function introduce(hive: HiveProcess): void {
    const { plugins, refused } = readPlugins(config.plugins);
    for (const says of refused) log(`SW-PLUGIN: ${says}`);
    hive.send(
      encodeMessage("hello", {
        version: options.version,
        config: withoutOutputs(config),
        folder: hives.folder,
        events: senses.source,
        missing: [...hives.missing, ...senses.missing, ...refused],
        plugins: plugins.filter(({ agent }) => agent !== undefined).map(({ name, agent = "" }) => ({ name, agent })),
        knobs,
        bootWallMs: clock.wallMs() - bootMs(procRoot),
        wardenPid: process.pid,
        own: [resolve(paths.dir), join(import.meta.dirname, "..")],
      }),
    );
    if (senses.source !== "ebpf") tellSeen(hive);
    // Events first: what happens while procfs is read is told at least once.
    else
      hive.withEvents((fd) => {
        senses.pipeTo(fd);
        tellSeen(hive);
      });
    hive.send(encodeMessage("leases", guard.leases()));
    hive.send(encodeMessage("guard", news.now(guard)));
    hive.send(encodeMessage("outputs", desk.status()));
    hive.send(encodeMessage("rules", names.handed(readRuleSources(config, hostname()))));
    hive.send(encodeMessage("containers", containers.now()));
  }

  function tellSeen(hive: HiveProcess): void {
    for (const frame of encodeList("seen", snapshotProcesses({ procRoot }))) hive.send(frame);
  }

  function onLost(why: string, againMs: number): void {
    changes.revertAll("hive-lost", `SW-HIVE-LOST: the hive ${why}, another starts in ${againMs / 1000} s`);
    // A user id of its own: nobody who could still write there runs.
    const tidied = hives.aloneInFolder ? bounds.tidy() : undefined;
    if (tidied !== undefined) log(`the hive's folder was too full: ${tidied}`);
  }

  function layerPids(): { pid: number; startTicks: number }[] {
    const started = [
      keeper?.hive?.pid ?? 0,
      hivePid(),
      sentinel.pid,
      ...senses.pids(),
      ...names.pids(procRoot),
      ...desk.pids(),
    ];
    const pids = [process.pid, ...started].filter((pid) => pid > 0);
    return pids.flatMap((pid) => readProcessStat(pid, procRoot) ?? []);
  }

  /** What was started may be unshare(1), which waits; the hive is its only child, the first process of its namespace. */
  function hivePid(): number {
    const started = keeper?.hive?.pid ?? 0;
    if (started === 0 || !hives.behindLauncher) return started;
    if (launched.by === started) return launched.pid;
    const pid = firstChild(started, procRoot);
    if (pid !== undefined) launched = { by: started, pid };
    return pid ?? started;
  }

  return {
    pids: () => ({ warden: process.pid, hive: hivePid(), sentinel: sentinel.pid }),
    reload: (next) => {
      config = next;
      journal.limit(limitsOf(next.journal));
      changes.reverted(guard.reload(next));
      senses.reload(next);
      desk.reload(next);
      keeper?.hive?.send(encodeMessage("config", withoutOutputs(next)));
      keeper?.hive?.send(encodeMessage("rules", names.handed(readRuleSources(next, hostname()))));
    },
    stop: async () => {
      // From here on nothing new is applied; what was asked for on the way is looked for once more at the end.
      closing = true;
      control.close();
      changes.reverted(guard.revertAll("shutdown"));
      await keeper?.stop(encodeMessage("stop", {}));
      hives.close();
      turns.stop();
      containers.stop();
      names.stop();
      hurry.stop();
      await senses.stop();
      guard.revertAll("shutdown");
      const clean = guard.leases().length === 0;
      if (!clean) log("SW-GUARD-KNOB: not everything could be put back; the sentinel goes on trying");
      guard.finish();
      journal.close();
      desk.close();
      sentinel.stop(clean);
    },
  };
}

function whenQuiet(run: () => void): void {
  setTimeout(run, QUIET_MS);
}

function need<T>(result: Result<T>): T {
  if (!result.ok) throw new SwarmsError(result.code, result.says);
  return result.value;
}
