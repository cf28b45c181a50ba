import { spawnSync } from "node:child_process";
import { chmodSync, chownSync, mkdirSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { failed, ok, type Result } from "../../../src/core/errors.ts";
import { readIdentity } from "../identity.ts";
import { pgBin } from "../packages.ts";
import { placementOf, type Stage } from "../scenario.ts";
import { readPgbenchLog } from "./pgbench-log.ts";
import type { Traffic } from "../traffic.ts";

const START_MS = 20_000;
/** 16 MB of accounts for each: more than its own buffers, less than the page cache has room for. */
const SCALE = 10;

export interface PostgresLoad {
  readonly group: string;
  readonly transactionsPerSecond: number;
}

/** A postgres of its own on a Unix socket, as the unprivileged user that it demands, and pgbench at a fixed rate. */
export async function startPostgres(stage: Stage, load: PostgresLoad): Promise<Result<Traffic>> {
  const { crew, folder } = stage.workplace;
  const bin = pgBin();
  const user = readIdentity("postgres") ?? readIdentity("nobody");
  if (bin === undefined || user === undefined) return failed("SW-LAB", "postgres or a user for it is missing");
  const dir = join(folder, load.group);
  mkdirSync(dir);
  chmodSync(dir, 0o700);
  chownSync(dir, user.uid, user.gid);
  const as = ["setpriv", `--reuid=${user.uid}`, `--regid=${user.gid}`, "--clear-groups", "--pdeathsig", "TERM", "--"];
  const run = (argv: readonly string[], timeout: number): Result<void> => {
    const [file = "", ...args] = [...as, ...argv];
    const { status, stderr } = spawnSync(file, args, {
      encoding: "utf8",
      timeout,
      cwd: "/",
      stdio: ["ignore", "ignore", "pipe"],
    });
    return status === 0
      ? ok(undefined)
      : failed("SW-LAB", `${argv[0] ?? ""}: ${stderr.trim().split("\n").at(-1) ?? ""}`);
  };
  const data = join(dir, "data");
  const made = run(
    [join(bin, "initdb"), "-D", data, "-U", "bench", "-A", "trust", "--no-sync", "--no-instructions"],
    60_000,
  );
  if (!made.ok) return made;
  // On a Unix socket alone; everything else as Debian ships it.
  const settings = ["listen_addresses=", `unix_socket_directories=${dir}`, "logging_collector=off"];
  const child = crew.start({
    name: "postgres",
    argv: [...as, join(bin, "postgres"), "-D", data, ...settings.flatMap((setting) => ["-c", setting])],
    orphaned: "TERM",
    patienceMs: 5000,
    ...placementOf(stage, load.group),
  });
  const until = performance.now() + START_MS;
  while (!run([join(bin, "pg_isready"), "-q", "-h", dir], 3000).ok) {
    if (performance.now() > until || child.exitCode !== null) return failed("SW-LAB", "postgres did not start");
    await pause(100, undefined, { signal: stage.signal });
  }
  const pgbench = [join(bin, "pgbench"), "-h", dir, "-U", "bench"];
  const filled = run([...pgbench, "-i", "-q", "-s", String(SCALE), "postgres"], 60_000);
  if (!filled.ok) return filled;
  const log = join(dir, "pgbench");
  const options = {
    "-M": "prepared",
    "-b": "simple-update",
    "-c": "8",
    "-j": "1",
    "-T": "100000",
    "-R": String(load.transactionsPerSecond),
    "--random-seed": String(stage.seed),
    "--log-prefix": log,
  };
  const client = crew.start({
    name: "pgbench",
    argv: [...as, ...pgbench, "-n", "-l", ...Object.entries(options).flat(), "postgres"],
    urgent: true,
    cpus: stage.host.cpus,
  });
  await pause(1000, undefined, { signal: stage.signal });
  if (client.exitCode !== null) return failed("SW-LAB", "pgbench did not start");
  return ok(readPgbenchLog(load.group, `${log}.${client.pid ?? 0}`, client));
}
