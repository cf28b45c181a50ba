import { spawn, spawnSync, type ChildProcess } from "node:child_process";
import { existsSync, rmSync, writeFileSync } from "node:fs";
import { setPriority } from "node:os";
import { AlignedTimer } from "../core/aligned-timer.ts";
import { systemClock } from "../core/clock.ts";
import type { Config } from "../core/config.ts";
import { EXIT } from "../core/errors.ts";
import { LogLevels } from "../core/log-level.ts";
import { defaultStateDir, statePaths, type StatePaths } from "../core/state-paths.ts";
import { startRootless } from "../hive/rootless.ts";
import { readProcessStat } from "../kernel/procfs.ts";
import { serviceManager } from "../kernel/sd-notify.ts";
import { startWarden, type WardenOptions } from "../warden/warden.ts";
import { startDashboard } from "./run-dashboard.ts";
import { openLog } from "./run-log.ts";
import { printPlain } from "./run-plain.ts";
import { readConfig, reloader } from "./run-reload.ts";
import { reportToManager } from "./run-service.ts";
import type { View } from "./run-view.ts";
import { version } from "./version.ts";
import { renderPlain } from "./view/plain.ts";

/** Between looks at who runs here. */
const NOTE_MS = 2000;

interface RunOptions {
  readonly view: View;
  readonly dashboard: boolean;
  /** Documents in the place of plain lines. */
  readonly json: boolean;
  readonly state?: string;
  readonly config?: string;
}

/** What both arrangements give: two processes as root, one read-only process without. */
interface Running {
  pids(): { readonly warden: number; readonly hive: number; readonly sentinel: number };
  reload(config: Config): void;
  stop(): Promise<void>;
}

/** Starts the layer, shows it, and returns the exit code when it has ended and everything is back as it was. */
export async function runLayer(options: RunOptions): Promise<number> {
  const { config, warnings } = readConfig(options.config);
  const uid = process.getuid?.() ?? 0;
  const paths = statePaths(options.state ?? defaultStateDir({ uid, env: process.env }));
  const view = options.json && options.view === "auto" ? "plain" : chooseView(options.view);
  const logLevels = new LogLevels(systemClock, config.log.level);
  const log = openLog(view === "tty" ? paths.log : undefined, logLevels);
  // Taken before anything is started that could speak to it too.
  const manager = serviceManager(process.env, process.pid);
  const ending = Promise.withResolvers<void>();
  const end = (): void => ending.resolve();
  for (const warning of warnings) log.write(`configuration: ${warning}`);
  // Before anything is changed on the host: from here on a signal always leads through stop().
  for (const signal of ["SIGINT", "SIGTERM"] as const) process.on(signal, end);

  const common = { version, config, paths, clock: systemClock, log: log.write, logLevels };
  const running: Running =
    uid === 0 ? await startWarden({ ...common, ...doorOf(process.env) }) : await startRootless(common);
  // A defect must not leave anything held: everything is put back first, and the sentinel stands behind that.
  process.on("uncaughtException", (error) => {
    log.write(`SW-INTERNAL: ${error.stack ?? error.message}`);
    process.exitCode = EXIT.software;
    end();
  });
  // Somebody reads along no more: that is their business, and must not end the layer half-way.
  for (const stream of [process.stdout, process.stderr])
    stream.removeAllListeners("error").on("error", () => undefined);
  // A terminal that closes sends SIGHUP too (termios(3)); a service has none and means "reload".
  const foreground = process.stdin.isTTY || process.stdout.isTTY || process.stderr.isTTY;
  const service = reportToManager(manager, () => uid !== 0 || running.pids().sentinel > 0);
  const use = (next: Config): void => running.reload(next);
  const reload = reloader({ path: options.config, started: config, levels: logLevels, log: log.write, use });
  process.on("SIGHUP", () => (foreground ? end() : service.reloading(reload)));
  const unnamed = announce(paths, running);
  // A service's has no terminal to show a link in, and no way to the network: `swarms dashboard` serves that one.
  const served = options.dashboard && view !== "none" && manager === undefined;
  const page = served ? startDashboard(paths, log.write) : undefined;
  let shown: Shown | undefined;
  try {
    shown = show(view, options.json, paths, end, await page?.link);
    await ending.promise;
  } finally {
    service.stopping();
    shown?.stop();
    page?.stop();
    await running.stop();
    unnamed();
  }
  return process.exitCode === EXIT.software ? EXIT.software : EXIT.ok;
}

/** The unit says so where the service manager starts the hive (systemd/swarms.service). */
function doorOf(env: NodeJS.ProcessEnv): Pick<WardenOptions, "door"> {
  const { SWARMS_DOOR: folder, SWARMS_HIVE_USER: user, SWARMS_PROBER: prober = "/run/swarms-prober.sock" } = env;
  const { SWARMS_SENDER: sender = "/run/swarms-sender.sock" } = env;
  return folder === undefined || user === undefined ? {} : { door: { folder, user, prober, sender } };
}

function chooseView(view: View): Exclude<View, "auto"> {
  if (view !== "auto") return view;
  const draws = !["", "dumb", "unknown"].includes(process.env["TERM"] ?? "");
  return draws && process.stdout.isTTY && process.stdin.isTTY ? "tty" : "plain";
}

/** The layer runs before ordinary work (warden/hurry.ts); its picture need not. */
function unhurried(pid: number | undefined): void {
  try {
    if (pid !== undefined) setPriority(pid, 0);
  } catch {
    // It has ended already, which is told elsewhere.
  }
}

interface Shown {
  stop(): void;
}

function show(
  view: Exclude<View, "auto">,
  json: boolean,
  paths: StatePaths,
  onQuit: () => void,
  link: string | undefined,
): Shown {
  if (view === "none") return { stop: () => undefined };
  const asLines = json && view === "plain";
  if (link !== undefined)
    process.stdout.write(asLines ? `${JSON.stringify({ dashboard: link })}\n` : `dashboard: ${link}\n`);
  if (view === "plain") return printPlain(paths.socket, asLines ? (status) => JSON.stringify(status) : renderPlain);
  return showTop(paths, onQuit, link);
}

/** The live view is a process of its own: it draws what processes chose as names, and needs none of the warden's rights. */
function showTop(paths: StatePaths, onQuit: () => void, link = ""): Shown {
  const main = process.argv[1] ?? "";
  const flags = ["--disable-warning=ExperimentalWarning", "--max-semi-space-size=1"];
  const child: ChildProcess = spawn(process.execPath, [...flags, main, "top", "--state", paths.dir, "--attached"], {
    stdio: "inherit",
    // Not as an argument, which every user of the host may read.
    env: { ...process.env, SWARMS_DASHBOARD_LINK: link },
  });
  unhurried(child.pid);
  let instead: Shown | undefined;
  let stopped = false;
  child.on("error", onQuit);
  child.on("exit", (code) => {
    if (code === 0) return onQuit();
    // A terminal that closes takes the view along, which then fails: plain lines begun now would have nobody to end them.
    if (!stopped) instead = showPlainInstead(paths, code);
  });
  const stop = (): void => {
    stopped = true;
    if (instead === undefined) child.kill("SIGTERM");
    else instead.stop();
  };
  return { stop };
}

/** The view is gone, the layer is not: gives the terminal back as it was and goes on in plain lines. */
function showPlainInstead(paths: StatePaths, code: number | null): Shown {
  spawnSync("stty", ["sane"], { stdio: "inherit" });
  // xterm's control sequences: leave the alternate screen, show the cursor.
  process.stdout.write("\u001b[?1049l\u001b[?25h");
  process.stdout.write(`the view ended (${code ?? "killed"}); the layer goes on, Ctrl-C ends it\n`);
  return printPlain(paths.socket, renderPlain);
}

/** Leaves a note of who runs here, for `status`, `doctor` and tests; removed at the end. */
function announce(paths: StatePaths, running: Running): () => void {
  const startTicks = readProcessStat(process.pid)?.startTicks ?? 0;
  let written = "";
  const write = (): void => {
    const note = `${JSON.stringify({ version, startTicks, ...running.pids() })}\n`;
    // To write it takes a millisecond of an eager thread (core/leisure.ts).
    if (note === written && existsSync(paths.note)) return;
    try {
      writeFileSync(paths.note, note);
      written = note;
    } catch {
      // A full disk must not end the layer: the note is a convenience.
    }
  };
  write();
  const timer = new AlignedTimer(NOTE_MS, write, () => systemClock.monoMs());
  return () => {
    timer.stop();
    rmSync(paths.note, { force: true });
  };
}
