import { type ChildProcess, execFile } from "node:child_process";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { ApiClient } from "../api/client.ts";
import { failed, ok, type Result } from "../core/errors.ts";
import type { Incident } from "../core/incident.ts";
import { printable } from "../core/printable.ts";
import { statePaths } from "../core/state-paths.ts";
import type { Explanation, StatusDocument } from "../core/status.ts";
import { type Crew, end } from "./crew.ts";
import { programFile } from "./program.ts";

/** A layer that runs, as its user sees it. */
export interface RunningLayer {
  /** Wall clock, when its API first answered. */
  readonly readyMs: number;
  /** Of the process that `swarms run` is; absent for a stand-in. */
  readonly pid?: number | undefined;
  status(): Promise<Result<StatusDocument>>;
  incidents(): Promise<Result<readonly Incident[]>>;
  explain(id: string): Promise<Result<Explanation>>;
  undo(id: string): Promise<Result<string>>;
  /** Resolves to false where it had to be killed. */
  stop(): Promise<boolean>;
}

/** How the lab gets a layer; the one place where a stand-in can take its turn. */
export interface LayerPort {
  start(): Promise<Result<RunningLayer>>;
  /** After the layer has stopped. */
  verifyJournal(): Promise<Result<string>>;
  /** What a person would type. */
  command(...args: readonly string[]): string;
}

/** As `swarms`, the script that people start, has them. */
const NODE_FLAGS = ["--disable-warning=ExperimentalWarning", "--max-semi-space-size=1"];
/** Of a host that others keep busy, too. */
const START_MS = 40_000;
const STOP_MS = 5000;
const MAX_INCIDENTS = 100;
const MAX_OUTPUT = 1 << 20;

/** The real thing: `swarms run` in a child of its own, with a configuration and a state folder of the lab's. */
export function realLayer(crew: Crew, stateDir: string, configText: string): LayerPort {
  const configPath = join(stateDir, "swarms.yaml");
  const api = new ApiClient(statePaths(stateDir).socket);
  const main = programFile("../cli/main");
  writeFileSync(configPath, configText);
  const runCli = (...args: readonly string[]): Promise<Result<string>> => cli(main, [...args, "--state", stateDir]);
  return {
    command: (...args) => ["swarms", ...args, "--state", stateDir].join(" "),
    verifyJournal: () => runCli("journal", "verify"),
    start: async () => {
      let log = "";
      const child = crew.start({
        name: "swarms run",
        argv: [
          process.execPath,
          ...NODE_FLAGS,
          main,
          "run",
          "--config",
          configPath,
          "--state",
          stateDir,
          "--view",
          "none",
        ],
        // Time to put everything back: a layer that was asked to end must not be cut short.
        orphaned: "TERM",
        patienceMs: STOP_MS,
        stdio: ["ignore", "pipe", "pipe"],
      });
      for (const stream of [child.stdout, child.stderr])
        stream?.on("data", (chunk: Buffer) => (log = (log + chunk.toString()).slice(-4000)));
      const answered = await waitForAnswer(child, api);
      if (!answered) {
        const why =
          child.exitCode === null ? `did not answer within ${START_MS / 1000} s` : `ended with ${child.exitCode}`;
        await end(child, STOP_MS);
        return failed("SW-LAB", `the layer ${why}: ${printable(log.trim().replace(/\s+/g, " "), 600)}`);
      }
      return ok({
        readyMs: Date.now(),
        pid: child.pid,
        status: () => api.status(),
        incidents: () => api.incidents(MAX_INCIDENTS),
        explain: (id) => api.explain(id),
        undo: (id) => runCli("undo", id),
        stop: () => end(child, STOP_MS),
      });
    },
  };
}

async function waitForAnswer(child: ChildProcess, api: ApiClient): Promise<boolean> {
  const deadline = Date.now() + START_MS;
  while (Date.now() < deadline && child.exitCode === null && child.signalCode === null) {
    if ((await api.status()).ok) return true;
    await sleep(25);
  }
  return false;
}

function cli(main: string, args: readonly string[]): Promise<Result<string>> {
  return new Promise((resolve) => {
    execFile(process.execPath, [main, ...args], { timeout: 10_000, maxBuffer: MAX_OUTPUT }, (error, out, err) => {
      const text = printable((out || err).trim().replace(/\s+/g, " "), 600);
      resolve(error === null ? ok(text) : failed("SW-LAB", `swarms ${args[0] ?? ""}: ${text || error.message}`));
    });
  });
}
