import { hostname } from "node:os";
import { join, resolve } from "node:path";
import type { Decision, Proposal, Reverted, RevertCause } from "../core/action.ts";
import type { Clock } from "../core/clock.ts";
import type { Config } from "../core/config.ts";
import { ALWAYS_WANTED } from "../core/event-kinds.ts";
import { SwarmsError, type Result } from "../core/errors.ts";
import type { StatePaths } from "../core/state-paths.ts";
import { encodeMessage } from "../core/wire/codec.ts";
import { encodeList } from "../core/wire/list-frames.ts";
import type { HiveMessage } from "../core/wire/from-hive.ts";
import type { Answer } from "../core/wire/messages.ts";
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
import { alone } from "./alone.ts";
import { bootMs } from "./boot-time.ts";
import { openControl } from "./control.ts";
import { alarmWords, GuardNews } from "./guard-news.ts";
import { HiveBounds } from "./hive-bounds.ts";
import { HiveKeeper } from "./hive-keeper.ts";
import type { HiveProcess } from "./hive-channel.ts";
import { howHivesStart } from "./hive-start.ts";
import { answerPeople } from "./people.ts";
import { HiveEase } from "./hive-ease.ts";
import { hurry } from "./hurry.ts";
import { howProbersStart } from "./prober-room.ts";
import { recover } from "./recover.ts";
import { readRuleSources } from "./rule-sources.ts";
import { startSenses } from "./senses.ts";
import { SentinelKeeper } from "./sentinel-keeper.ts";
import { prepareStateFolders } from "./state-folders.ts";

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
  readonly door?: { readonly folder: string; readonly user: string; readonly prober: string };
  /** A sentence for the log. */
  log(says: string): void;
}

export interface Warden {
  /** Pids of the layer's processes now, 0 where one is being restarted. */
  pids(): { readonly warden: number; readonly hive: number; readonly sentinel: number };
  reload(config: Config): void;
  /** Reverts everything and ends the other processes. */
  stop(): Promise<void>;
}

/** How often leases are looked at: one ends at most this much late, and is told of at most this much late. */
const TURN_MS = 200;
/** The journal's head is written so long after a record: whoever is contained next does not wait for it. */
const QUIET_MS = 50;

/** Starts the privileged process of the layer. Throws SwarmsError before anything is changed if it cannot. */
export async function startWarden(options: WardenOptions): Promise<Warden> {
  const { clock, log, paths } = options;
  const procRoot = options.procRoot ?? "/proc";
  let config = options.config;

  // The hive and the sentinel get what they are given and nothing that whoever started this had open.
  closeOthersOnExec(procRoot);
  hurry(log);
  const user = options.door?.user ?? config.hive.user;
  const account = need(findAccount(user, { procRoot, folder: paths.hive }));
  need(prepareStateFolders(paths, options.door === undefined ? account : undefined));
  const fs = new CgroupFs(probeCgroupLayout(procRoot), kernelAccess({ procRoot }));
  // Whatever an earlier run left behind is put back before anything new is decided.
  for (const reverted of need(await recover(paths.journal, fs, clock))) log(`recovery: ${reverted.says}`);
  const limits = limitsOf(config.journal);
  const journal = need(openJournal(paths.journal, { clock, procRoot, limits, later: whenQuiet }));
  const guard = new Guard({
    config,
    fs,
    procRoot,
    clock,
    journal,
    self: { pids: layerPids },
    onReverted: (reverted) => tellReverted([reverted]),
    onAlarm: (alarm) => log(alarmWords(alarm)),
  });
  const news = new GuardNews(clock);
  const hives = need(await howHivesStart({ ...options, procRoot, account }));
  const bounds = new HiveBounds(paths.hive, procRoot);
  const ease = new HiveEase(() => hivePid());
  let keeper: HiveKeeper | undefined;
  let closing = false;
  let leasesChanged = false;
  const sentinel = new SentinelKeeper(paths.journal, clock, (why) =>
    revertAll("sentinel-lost", `the sentinel ended (${why})`),
  );
  await sentinel.start();
  const prober = howProbersStart({ ...options, hiveUid: account.uid, procRoot });
  const senses = startSenses({ config, fs, procRoot, clock, log, wants: ALWAYS_WANTED, records: "pipe", prober });
  keeper = new HiveKeeper({
    clock,
    start: hives.start,
    onStart: introduce,
    onMessage,
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
  const people = answerPeople(guard, clock, { onDecision: told, onReverted: tellReverted });
  const control = need(await openControl(paths.control, people, procRoot));
  const turn = setInterval(() => {
    tellReverted(guard.expire());
    if (leasesChanged) tellLeases();
    const told = news.ifChanged(guard);
    if (told !== undefined) keeper?.hive?.send(encodeMessage("guard", told));
  }, TURN_MS);

  function introduce(hive: HiveProcess): void {
    hive.send(
      encodeMessage("hello", {
        version: options.version,
        config,
        folder: hives.folder,
        events: senses.source,
        missing: [...hives.missing, ...senses.missing],
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
    hive.send(encodeMessage("rules", readRuleSources(config, hostname())));
  }

  function tellSeen(hive: HiveProcess): void {
    for (const frame of encodeList("seen", snapshotProcesses({ procRoot }))) hive.send(frame);
  }

  /** What a message does must never end the warden: the hive that sent it goes instead. */
  function onMessage(message: HiveMessage, hive: HiveProcess): void {
    try {
      answer(message, hive);
    } catch (error) {
      log(`SW-INTERNAL: ${message.name} of the hive: ${error instanceof Error ? error.message : String(error)}`);
      hive.kill();
    }
  }

  function answer(message: HiveMessage, hive: HiveProcess): void {
    switch (message.name) {
      case "propose":
        return propose(message.body, hive);
      case "undo":
        return hive.send(
          encodeMessage("answer", undo(message.body.request, message.body.action, claimed(message.body.by))),
        );
      case "restore":
        return hive.send(encodeMessage("answer", restore(message.body.request, claimed(message.body.by))));
      case "wants":
        return senses.want(message.body.kinds);
      case "profiles":
        return senses.followProfiles(message.body.orders);
      case "watch":
        return senses.watch(message.body.viewers > 0);
      case "ready":
        hive.send(encodeMessage("self", { pid: hivePid() }));
        return log(`hive ready, pid ${hivePid()}${message.body.permission ? "" : " (Node's permission model is off)"}`);
      case "alive":
        return;
    }
  }

  function propose(proposal: Proposal, hive: HiveProcess): void {
    const decision = closing || !sentinel.onGuard ? alone(proposal) : guard.decide(proposal);
    told(decision, hive);
  }

  function told(decision: Decision, hive = keeper?.hive): void {
    if (decision.outcome === "applied") log(`${decision.action}: ${decision.says}`);
    hive?.send(encodeMessage("decision", decision));
    // Told together, a fifth of a second later at most: renewals are many.
    if (decision.outcome === "applied" || decision.outcome === "renewed") leasesChanged = true;
  }

  function undo(request: string, action: string, by: string): Answer {
    const reverted = guard.undo(action, by);
    if (!reverted.ok) return { request, ok: false, code: reverted.code, says: reverted.says };
    tellReverted([reverted.value]);
    return { request, ok: true, code: "", says: reverted.value.says };
  }

  function restore(request: string, by: string): Answer {
    const reverted = guard.revertAll("restore", by);
    tellReverted(reverted);
    return { request, ok: true, code: "", says: `${by} asked: ${reverted.length} changes reverted` };
  }

  function revertAll(cause: RevertCause, why: string): void {
    const reverted = guard.revertAll(cause);
    log(`${why}: ${reverted.length} changes reverted`);
    tellReverted(reverted);
  }

  function tellReverted(all: readonly Reverted[]): void {
    if (all.length === 0) return;
    for (const reverted of all) {
      log(`${reverted.action}: ${reverted.says}`);
      keeper?.hive?.send(encodeMessage("reverted", reverted));
    }
    tellLeases();
  }

  function tellLeases(): void {
    leasesChanged = false;
    const leases = guard.leases();
    senses.follow([...new Set(leases.map((lease) => lease.cgroup))]);
    keeper?.hive?.send(encodeMessage("leases", leases));
  }

  function onLost(why: string, againMs: number): void {
    revertAll("hive-lost", `SW-HIVE-LOST: the hive ${why}, another starts in ${againMs / 1000} s`);
    // A user id of its own: nobody who could still write there runs.
    const tidied = hives.aloneInFolder ? bounds.tidy() : undefined;
    if (tidied !== undefined) log(`the hive's folder was too full: ${tidied}`);
  }

  function layerPids(): { pid: number; startTicks: number }[] {
    const started = [keeper?.hive?.pid ?? 0, hivePid(), sentinel.pid, ...senses.pids()];
    const pids = [process.pid, ...started].filter((pid) => pid > 0);
    return pids.flatMap((pid) => readProcessStat(pid, procRoot) ?? []);
  }

  /** What was started may be unshare(1), which waits; the hive is its child, the first process of its namespace. */
  function hivePid(): number {
    const started = keeper?.hive?.pid ?? 0;
    return started === 0 || !hives.behindLauncher ? started : (firstChild(started, procRoot) ?? started);
  }

  return {
    pids: () => ({ warden: process.pid, hive: hivePid(), sentinel: sentinel.pid }),
    reload: (next) => {
      config = next;
      journal.limit(limitsOf(next.journal));
      tellReverted(guard.reload(next));
      senses.reload(next);
      keeper?.hive?.send(encodeMessage("config", next));
      keeper?.hive?.send(encodeMessage("rules", readRuleSources(next, hostname())));
    },
    stop: async () => {
      // From here on nothing new is applied; what was asked for on the way is looked for once more at the end.
      closing = true;
      control.close();
      tellReverted(guard.revertAll("shutdown"));
      await keeper?.stop(encodeMessage("stop", {}));
      hives.close();
      clearInterval(turn);
      await senses.stop();
      guard.revertAll("shutdown");
      const clean = guard.leases().length === 0;
      if (!clean) log("SW-GUARD-KNOB: not everything could be put back; the sentinel goes on trying");
      guard.finish();
      journal.close();
      sentinel.stop(clean);
    },
  };
}

/** What the hive says of who asked is its own word: the journal must not show it as a login that the kernel vouched for. */
function claimed(by: string): string {
  return `through the hive: ${by}`;
}

function whenQuiet(run: () => void): void {
  setTimeout(run, QUIET_MS);
}

function need<T>(result: Result<T>): T {
  if (!result.ok) throw new SwarmsError(result.code, result.says);
  return result.value;
}
