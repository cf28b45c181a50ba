import { spawn } from "node:child_process";
import { appendFileSync } from "node:fs";

/**
 * The server that is exploited, run as a program in the room, copied there alone. In ordinary service it asks its backend and starts two
 * programs for each request; "exploited", it hands a text to a shell as system(3) does.
 */
export type PortalOrder =
  | { readonly do: "serve"; readonly times: number; readonly backend: string }
  | { readonly do: "goOn"; readonly backend: string }
  | { readonly do: "exploit"; readonly script: string };
export type PortalReport =
  | { readonly is: "ready" }
  | { readonly is: "served" }
  | { readonly is: "ended"; readonly code: number };

const LOG = "/srv/portal/access.log";
/** Between requests while the server goes on beside an attack. */
const PAUSE_MS = 40;
/** Where the script says that it acts: a pipe that the keeper reads. */
const ACTS_FD = 8;
/** The text comes by the environment: on the command line every rule that reads command lines would find the whole story at once. */
const EVAL = 'eval "$STORY"';

function tell(report: PortalReport): void {
  process.send?.(report);
}

function run(file: string, ...args: readonly string[]): Promise<void> {
  return new Promise((resolve) => {
    const child = spawn(file, args, { stdio: "ignore", timeout: 5000 });
    child.once("error", () => resolve());
    child.once("exit", () => resolve());
  });
}

async function serve(backend: string): Promise<void> {
  await fetch(backend, { signal: AbortSignal.timeout(2000) })
    .then((response) => response.text())
    .catch(() => "");
  await run("/usr/bin/sha256sum", "/srv/portal/index.html");
  await run("/usr/bin/date");
  appendFileSync(LOG, `${Date.now()} GET / 200\n`);
}

async function goOn(backend: string): Promise<never> {
  for (;;) {
    await serve(backend);
    await new Promise((resolve) => setTimeout(resolve, PAUSE_MS));
  }
}

function exploited(script: string): void {
  const fds = Array.from({ length: ACTS_FD - 3 }, () => "ignore" as const);
  const child = spawn("/bin/sh", ["-c", EVAL], {
    env: { ...process.env, STORY: script },
    stdio: ["ignore", "pipe", "pipe", ...fds, ACTS_FD],
  });
  child.stdout?.resume();
  child.stderr?.resume();
  child.once("error", () => tell({ is: "ended", code: -1 }));
  child.once("exit", (code) => tell({ is: "ended", code: code ?? -1 }));
}

process.on("message", (order: PortalOrder) => {
  if (order.do === "exploit") return exploited(order.script);
  if (order.do === "goOn") return void goOn(order.backend);
  void (async () => {
    for (let i = 0; i < order.times; i++) await serve(order.backend);
    tell({ is: "served" });
  })();
});
process.once("disconnect", () => process.exit());
tell({ is: "ready" });
