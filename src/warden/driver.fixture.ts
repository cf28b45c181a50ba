import { dirname } from "node:path";
import { systemClock } from "../core/clock.ts";
import { configSchema } from "../core/config.ts";
import { statePaths } from "../core/state-paths.ts";
import { startWarden } from "./warden.ts";

/**
 * A real warden whose hive is a program that proposes what the test says, again every 300 ms, and prints what the
 * guard answers. argv: state folder, group, proposals as JSON, outputs as JSON. Prints "pids JSON" once a second.
 */
const [state = "", group = "", proposals = "[]", outputs = "[]"] = process.argv.slice(2);
const program = `
  const out = new (require("node:net").Socket)({ fd: 3 });
  const send = (type, body) => {
    const text = Buffer.from(JSON.stringify(body)), head = Buffer.alloc(5);
    head.writeUInt32LE(text.length + 1, 0); head[4] = type;
    out.write(Buffer.concat([head, text]));
  };
  out.on("error", () => {}); out.on("close", () => process.exit(0)); out.resume();
  let n = 0;
  const beat = () => {
    send(65, { seq: n });
    for (const each of ${proposals}) {
      send(66, { id: "p-" + n++, agent: "test", target: "w:" + ${JSON.stringify(group)}, leaseMs: 60000, reason: "test", evidence: [], ...each });
    }
  };
  beat(); setInterval(beat, 300);`;

const warden = await startWarden({
  version: "test",
  config: configSchema.parse({
    mode: "enforce",
    scope: [dirname(group) === "/" ? group : dirname(group)],
    budget: { shareOfScope: 1 },
    outputs: JSON.parse(outputs) as unknown,
  }),
  paths: statePaths(state),
  clock: systemClock,
  hiveCommand: { command: process.execPath, args: ["-e", program] },
  log: (says) => process.stdout.write(`${says}\n`),
});
const tell = (): void => void process.stdout.write(`pids ${JSON.stringify(warden.pids())}\n`);
tell();
setInterval(tell, 500);
process.on("SIGTERM", () => void warden.stop().then(() => process.exit(0)));
