import { join } from "node:path";
import { systemClock } from "../../src/core/clock.ts";
import { configSchema } from "../../src/core/config.ts";
import { statePaths } from "../../src/core/state-paths.ts";
import { startWarden } from "../../src/warden/warden.ts";

/* The real warden over the stand-in for a hive. Arguments: state folder, scope, name of the victims, kind of action. */
const [, , state = "", scope = "", name = "", kind = ""] = process.argv;
const warden = await startWarden({
  version: "bench",
  config: configSchema.parse({
    mode: "enforce",
    scope: [scope],
    actions: { [kind]: { mode: "enforce" } },
    budget: { containmentsPerHour: 1000, shareOfScope: 1, killsPerHour: 1000, killShareOfScope: 1 },
  }),
  paths: statePaths(state),
  clock: systemClock,
  hiveCommand: {
    command: process.execPath,
    args: ["--max-semi-space-size=4", join(import.meta.dirname, "hive.ts"), name, kind],
  },
  log: (says) => process.stdout.write(`${says}\n`),
});
process.on("SIGTERM", () => void warden.stop().then(() => process.exit(0)));
