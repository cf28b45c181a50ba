import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { systemClock } from "../core/clock.ts";
import { configSchema } from "../core/config.ts";
import { statePaths } from "../core/state-paths.ts";
import { startWarden } from "./warden.ts";

/** A real warden with a hostile hive. argv: state folder, its aims, the top of the scope, an executable that is protected. */
const [state = "", aims = "{}", scope = "", protectedPath = ""] = process.argv.slice(2);
const program = join(dirname(fileURLToPath(import.meta.url)), "hostile-hive-program.fixture.ts");
const warden = await startWarden({
  version: "test",
  config: configSchema.parse({
    mode: "enforce",
    scope: [scope],
    protect: { cgroups: [], executables: [protectedPath] },
    actions: Object.fromEntries(
      ["kill.process", "kill.cgroup", "net.deny", "cpu.weight", "cpu.idle", "freeze"].map((kind) => [
        kind,
        { mode: "enforce" },
      ]),
    ),
    budget: { containmentsPerHour: 3, shareOfScope: 1, killsPerHour: 2, killShareOfScope: 1 },
  }),
  paths: statePaths(state),
  clock: systemClock,
  hiveCommand: { command: process.execPath, args: [program, aims] },
  log: (says) => process.stdout.write(`${says}\n`),
});
process.stdout.write(`pids ${JSON.stringify(warden.pids())}\n`);
const end = (): void => void warden.stop().then(() => process.exit(0));
process.on("SIGTERM", end);
// Whoever started this is gone.
process.stdout.on("error", end);
setTimeout(end, 110_000).unref();
