import { type ChildProcess, spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { chmodSync, mkdirSync } from "node:fs";
import type { Readable, Writable } from "node:stream";
import { processKey, type EntityKey } from "../../core/entity.ts";
import { readProcessStat } from "../../kernel/procfs.ts";
import { ENTER } from "../crew.ts";
import { programArgv } from "../program.ts";
import type { PortalOrder, PortalReport } from "./portal.ts";
import { ADDRESSES, PORTAL, ROOM_SCRIPT } from "./room-script.ts";
import type { Scenario } from "./scenario.ts";

/** Whoever is at home in the room, run as a program: starts each story in its group, and beside it the far side. */
export interface KeeperOrder {
  /** Of the story; each report about it has the same, for the end of one may be told after the next began. */
  readonly story: number;
  readonly scenario: Scenario;
  /** cgroup.procs files that the foothold enters. */
  readonly procs: readonly string[];
  /** Of the group in which it is prepared: nobody who plays answers for that. */
  readonly backstage: readonly string[];
  readonly hood: string;
}
export type KeeperReport =
  | { readonly is: "ready" }
  | { readonly is: "failed"; readonly says: string }
  /** The foothold's process. */
  | { readonly is: "playing"; readonly process: EntityKey }
  /** CLOCK_BOOTTIME seconds, as the scenario's own shell read it. */
  | { readonly is: "act"; readonly bootSeconds: number }
  | { readonly is: "ended"; readonly code: number };

export type StoryReport = KeeperReport & { readonly story: number };

const [, , FOLDER = "", SOURCE = "", NAME = ""] = process.argv;
const FURNISH_MS = 20_000;
const BACKEND = `http://${ADDRESSES.backend}:8080/`;
/** See portal.ts. */
const EVAL = 'eval "$STORY"';
const ACT = 'unset STORY; act() { read -r up _ < /proc/uptime; echo "$up" >&8; }\n';
const ACTS_FD = 8;

type Tell = (report: KeeperReport) => void;

function teller(story: number): Tell {
  return (report) => void process.send?.({ ...report, story } satisfies StoryReport);
}

function play({ story, scenario, procs, backstage, hood }: KeeperOrder): void {
  const tell = teller(story);
  mkdirSync(hood, { recursive: true });
  // Whatever the umask: it is everybody's.
  chmodSync(hood, 0o777);
  const env = { PATH: "/usr/sbin:/usr/bin:/sbin:/bin", HOME: "/root", LANG: "C", FAR: ADDRESSES.far, HOOD: hood };
  if (scenario.prepare !== "") {
    const prepared = spawnSync("/bin/sh", ["-c", ENTER, "sh", ...backstage, "--", "/bin/sh", "-c", scenario.prepare], {
      env,
      cwd: hood,
      timeout: 20_000,
      encoding: "utf8",
    });
    if (prepared.status !== 0)
      return tell({
        is: "failed",
        says: `cannot be prepared: ${(prepared.stderr || String(prepared.error ?? "")).trim()}`,
      });
  }
  const script = ACT + scenario.script;
  const isServer = scenario.from !== "job";
  const become =
    scenario.uid === 0 ? [] : ["setpriv", `--reuid=${scenario.uid}`, `--regid=${scenario.uid}`, "--clear-groups", "--"];
  const argv = [...become, ...(isServer ? [PORTAL, `/opt/portal/${NAME}`] : ["/bin/sh", "-c", EVAL])];
  const between = Array.from({ length: ACTS_FD - 4 }, () => "ignore" as const);
  const child = spawn("/bin/sh", ["-c", ENTER, "sh", ...procs, "--", ...argv], {
    stdio: ["ignore", "ignore", isServer ? "pipe" : "ignore", isServer ? "ipc" : "ignore", ...between, "pipe"],
    env: isServer ? { ...env, NODE_NO_WARNINGS: "1" } : { ...env, STORY: script },
    cwd: "/srv/portal",
  });
  child.once("error", (error) => tell({ is: "failed", says: error.message }));
  const started = child.pid === undefined ? undefined : readProcessStat(child.pid);
  if (child.pid === undefined || started === undefined)
    return tell({ is: "failed", says: "its foothold did not start" });
  tell({ is: "playing", process: processKey({ pid: child.pid, startTicks: started.startTicks }) });
  hearActs(child, tell);
  if (isServer) lead(child, scenario, script, tell);
  else child.once("exit", (code) => tell({ is: "ended", code: code ?? -1 }));
}

function hearActs(child: ChildProcess, tell: Tell): void {
  let rest = "";
  // Typed as five, of however many there are.
  const pipes: readonly (Readable | Writable | null | undefined)[] = child.stdio;
  pipes[ACTS_FD]?.on("data", (chunk: Buffer) => {
    const lines = (rest + chunk.toString("latin1")).split("\n");
    rest = lines.pop() ?? "";
    for (const line of lines) tell({ is: "act", bootSeconds: Number(line) });
  });
}

/** Ordinary requests first, then the exploit. */
function lead(child: ChildProcess, scenario: Scenario, script: string, tell: Tell): void {
  const order = (message: PortalOrder): void => void child.send(message, () => {});
  let complaint = "";
  child.stderr?.on("data", (chunk: Buffer) => (complaint = (complaint + chunk.toString()).slice(-400)));
  let isReady = false;
  child.once("exit", () =>
    tell(isReady ? { is: "ended", code: -1 } : { is: "failed", says: `the server ended early: ${complaint.trim()}` }),
  );
  child.on("message", (report: PortalReport) => {
    isReady = true;
    if (report.is === "ready") order({ do: "serve", times: scenario.requests, backend: BACKEND });
    else if (report.is === "ended") tell(report);
    else {
      if (scenario.variant === "interleaved") order({ do: "goOn", backend: BACKEND });
      order({ do: "exploit", script });
    }
  });
}

process.on("message", (order: KeeperOrder) => play(order));
process.once("disconnect", () => process.exit());
const [node = "", ...farSideArgs] = programArgv("attack/far-side-main");
const farSide = spawn(node, farSideArgs, { stdio: ["ignore", "ignore", "inherit", "ipc"] });
farSide.once("exit", () => process.exit(1));
await once(farSide, "message");
// By now these programs are loaded: the room may hide the folder that it came from.
const furnished = spawnSync("/bin/sh", ["-c", ROOM_SCRIPT, "sh", FOLDER, process.execPath, SOURCE, NAME], {
  stdio: ["ignore", "ignore", "inherit"],
  timeout: FURNISH_MS,
});
if (furnished.status !== 0) process.exit(1);
farSide.send("open");
await once(farSide, "message");
teller(0)({ is: "ready" });
