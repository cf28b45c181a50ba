import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { systemClock } from "../../src/core/clock.ts";
import { loadConfig } from "../../src/core/config-load.ts";
import { statePaths } from "../../src/core/state-paths.ts";
import { findAccount } from "../../src/warden/account.ts";
import { roomCommand } from "../../src/warden/room.ts";
import { startWarden } from "../../src/warden/warden.ts";

/*
 * The real warden, with the hive of probe-hive.ts: the first argument is its ProbeOrder, the others are as for `swarms run`.
 * Flags of Node as the warden gives its own hive, but for the permission model: the probe writes a file. Its state is
 * mounted where the warden's own room would show it, in a mount namespace of its own.
 */

const SHOW_STATE = 'mount -t tmpfs none "${1%/*}" && mkdir "$1" && mount --bind "$2" "$1" && shift 2 && exec "$@"';

const [order = "{}", ...rest] = process.argv.slice(2);
const text = { type: "string" } as const;
const { values } = parseArgs({ args: rest, options: { state: text, view: text }, allowPositionals: true });
const loaded = loadConfig();
if (!loaded.ok) throw new Error(loaded.says);
const paths = statePaths(values.state ?? "");
const { config } = loaded.value;
const account = findAccount(config.hive.user, { procRoot: "/proc", folder: paths.hive });
if (!account.ok) throw new Error(account.says);
const room = roomCommand({ node: process.execPath, stateFolder: paths.dir, account: account.value });
if (!room.ok) throw new Error(room.says);
const flags = ["--disable-warning=ExperimentalWarning", "--max-semi-space-size=1", "--max-old-space-size=256"];
const hive = [process.execPath, ...flags, join(import.meta.dirname, "probe-hive.ts"), order];
const inMounts = ["--mount", "--propagation", "private", "sh", "-c", SHOW_STATE, "sh", room.value.folder, paths.hive];
const warden = await startWarden({
  version: "bench",
  config,
  paths,
  clock: systemClock,
  hiveCommand: { command: "unshare", args: [...inMounts, ...hive] },
  log: (says) => void process.stderr.write(`${says}\n`),
});
const note = setInterval(() => writeFileSync(paths.note, JSON.stringify(warden.pids())), 200);
for (const signal of ["SIGINT", "SIGTERM"] as const) {
  process.once(signal, () => {
    clearInterval(note);
    void warden.stop();
  });
}
