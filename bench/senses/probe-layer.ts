import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { systemClock } from "../../src/core/clock.ts";
import { loadConfig } from "../../src/core/config-load.ts";
import { statePaths } from "../../src/core/state-paths.ts";
import { startWarden } from "../../src/warden/warden.ts";

/*
 * The real warden, with the hive of probe-hive.ts: the first argument is its ProbeOrder, the others are as for `swarms run`.
 * Flags of Node as the warden gives its own hive, but without room and permission model: the probe writes a file.
 */

const [order = "{}", ...rest] = process.argv.slice(2);
const text = { type: "string" } as const;
const { values } = parseArgs({ args: rest, options: { state: text, view: text }, allowPositionals: true });
const loaded = loadConfig();
if (!loaded.ok) throw new Error(loaded.says);
const paths = statePaths(values.state ?? "");
const { config } = loaded.value;
const flags = ["--disable-warning=ExperimentalWarning", "--max-semi-space-size=4", "--max-old-space-size=256"];
const hive = [...flags, join(import.meta.dirname, "probe-hive.ts"), order];
const warden = await startWarden({
  version: "bench",
  config,
  paths,
  clock: systemClock,
  hiveCommand: { command: process.execPath, args: hive },
  log: (says) => void process.stderr.write(`${says}\n`),
});
const note = setInterval(() => writeFileSync(paths.note, JSON.stringify(warden.pids())), 200);
for (const signal of ["SIGINT", "SIGTERM"] as const) {
  process.once(signal, () => {
    clearInterval(note);
    void warden.stop();
  });
}
