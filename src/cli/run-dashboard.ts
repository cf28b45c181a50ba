import { type ChildProcess, spawn } from "node:child_process";
import { existsSync } from "node:fs";
import { fileURLToPath } from "node:url";
import type { StatePaths } from "../core/state-paths.ts";

export interface AttachedDashboard {
  /** Undefined where it could not be had in time. */
  readonly link: Promise<string | undefined>;
  readonly ended: Promise<void>;
  stop(): void;
}

/** Longer than it ever takes; the layer's own view waits for it. */
const PATIENCE_MS = 3000;
const ROOT = fileURLToPath(new URL("../..", import.meta.url));
const SETPRIV = ["/usr/bin/setpriv", "/bin/setpriv"];
/** All that is left of root's powers: the socket that it asks belongs to the hive's user. */
const CAPABILITIES = "--bounding-set=-all,+dac_override,+dac_read_search";

/**
 * The page in a process of its own: what a browser sends is read by one that can load no native code, start nothing and write no
 * file, and that is none of the warden's. It ends with the layer, however that ends, for its standard input closes then.
 */
export function startDashboard(paths: StatePaths, log: (says: string) => void): AttachedDashboard {
  const [command, ...args] = commandLine(paths);
  const child: ChildProcess = spawn(command, args, { stdio: ["pipe", "pipe", "pipe"] });
  let stopped = false;
  child.stderr?.setEncoding("utf8").on("data", (says: string) => log(`dashboard: ${says.trim()}`));
  child.on("error", (error) => log(`dashboard: ${error.message}`));
  child.on(
    "exit",
    (code) => stopped || log(`dashboard: ended (${code ?? "killed"}); \`swarms dashboard\` starts another`),
  );
  for (const stream of [child.stdin, child.stdout, child.stderr]) stream?.on("error", () => undefined);
  return {
    link: firstLine(child),
    ended: new Promise((resolve) => child.once("exit", () => resolve())),
    stop: () => {
      stopped = true;
      child.stdin?.end();
      child.kill("SIGTERM");
    },
  };
}

function commandLine(paths: StatePaths): [string, ...string[]] {
  const main = process.argv[1] ?? "";
  const flags = ["--disable-warning=ExperimentalWarning", "--max-semi-space-size=1", ...permissions(paths)];
  const node = [process.execPath, ...flags, main, "dashboard", "--state", paths.dir, "--attached"] as const;
  const setpriv = process.getuid?.() === 0 ? SETPRIV.find((path) => existsSync(path)) : undefined;
  return setpriv === undefined
    ? [...node]
    : [setpriv, "--no-new-privs", "--inh-caps=-all", CAPABILITIES, "--", ...node];
}

function permissions(paths: StatePaths): readonly string[] {
  const reads = [ROOT, paths.dir, "/proc"].map((path) => `--allow-fs-read=${path}`);
  // Before Node 25 the permission model left the network alone, and had no word for it.
  const net = process.allowedNodeEnvironmentFlags.has("--allow-net") ? ["--allow-net"] : [];
  return ["--permission", ...net, ...reads];
}

function firstLine(child: ChildProcess): Promise<string | undefined> {
  return new Promise((resolve) => {
    let text = "";
    const timer = setTimeout(() => resolve(undefined), PATIENCE_MS);
    const end = (link: string | undefined): void => {
      clearTimeout(timer);
      resolve(link);
    };
    child.on("exit", () => end(undefined));
    child.on("error", () => end(undefined));
    child.stdout?.setEncoding("utf8").on("data", (part: string) => {
      text += part;
      if (text.includes("\n")) end(text.slice(0, text.indexOf("\n")));
    });
  });
}
