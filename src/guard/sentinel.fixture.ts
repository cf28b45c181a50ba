import { SimulatedHost } from "./host.fixture.ts";
import { systemClock } from "../core/clock.ts";
import { configOf, proposal } from "./guard.fixture.ts";
import { Guard } from "./guard.ts";
import { openJournal } from "./journal/journal.ts";

/** Stands in for a warden: freezes a group of a fixture tree, says where, and waits to be killed. */
const host = new SimulatedHost("v2");
host.group("/swarms", [101]);
const clock = systemClock;
const opened = openJournal(`${host.root}/journal`, { clock });
if (!opened.ok) throw new Error(opened.says);
const config = configOf({ mode: "enforce", scope: ["/swarms"], budget: { shareOfScope: 1 } });
const self = { pids: () => [] };
const guard = new Guard({ config, fs: host, procRoot: host.procRoot, clock, journal: opened.value, self });
const decision = guard.decide(proposal("freeze", "w:/swarms", 1));
process.stdout.write(`${JSON.stringify({ root: host.root, outcome: decision.outcome })}\n`);
setTimeout(() => {}, 30_000);
