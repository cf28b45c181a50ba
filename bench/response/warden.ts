import { join } from "node:path";
import { systemClock } from "../../src/core/clock.ts";
import { configSchema } from "../../src/core/config.ts";
import { statePaths } from "../../src/core/state-paths.ts";
import { freeze } from "../../src/guard/actuators/freeze.ts";
import { Guard } from "../../src/guard/guard.ts";
import { Journal } from "../../src/guard/journal/journal.ts";
import { startWarden } from "../../src/warden/warden.ts";
import type { Judged } from "./lines.ts";

/*
 * The real warden over the stand-in for a hive; it says when it judged, and how long each record took. Arguments: state
 * folder, scope, name of the victims, kind of action.
 */
const [, , state = "", scope = "", name = "", kind = ""] = process.argv;

const nowNs = (): number => Number(process.hrtime.bigint());
let records: Record<string, number> = {};
let judgedNs = 0;
let stillNs = 0;
const { append } = Journal.prototype;
Journal.prototype.append = function (this: Journal, type, body) {
  const beganNs = nowNs();
  if (type === "intent") judgedNs = beganNs;
  const written = append.call(this, type, body);
  records[type] = nowNs() - beganNs;
  return written;
} as typeof append;
const { apply } = freeze;
Object.assign(freeze, {
  apply: (...args: Parameters<typeof apply>) => {
    const applied = apply(...args);
    // "" where every task of the group stands still by now.
    if (applied.ok && applied.value === "") stillNs = nowNs();
    return applied;
  },
});
const { decide } = Guard.prototype;
Guard.prototype.decide = function (this: Guard, proposal) {
  records = {};
  [judgedNs, stillNs] = [0, 0];
  const beganNs = nowNs();
  const decision = decide.call(this, proposal);
  const judged: Judged = { proposal: proposal.id, beganNs, endedNs: nowNs(), judgedNs, stillNs, records };
  // After the answer, which must not wait for it.
  setImmediate(() => process.stdout.write(`stage: ${JSON.stringify(judged)}\n`));
  return decision;
};

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
