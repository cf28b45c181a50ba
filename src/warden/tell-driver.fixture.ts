import { createInterface } from "node:readline";
import { systemClock } from "../core/clock.ts";
import { configSchema } from "../core/config.ts";
import type { ActionNews } from "../core/output-record.ts";
import { readPlugins } from "./plugin-folders.ts";
import { howSendersStart } from "./sender-room.ts";
import { TellDesk } from "./tell-desk.ts";

/**
 * The warden's side of outputs alone, with a real sender in its room. argv: state folder, configuration as JSON. A line on standard input is
 * the id of an action to be told; once a quarter of a second it prints pid and status.
 */
const [dir = "", config = "{}"] = process.argv.slice(2);
const log = (says: string): void => void process.stderr.write(`${says}\n`);
const desk = new TellDesk({
  config: configSchema.parse(JSON.parse(config)),
  version: "test",
  dir,
  clock: systemClock,
  atLeisure: (work) => work(),
  sender: howSendersStart({ hiveUid: 0, procRoot: "/proc", log }),
  plugins: (folders) => readPlugins(folders, { root: `${dir}/root` }),
  log,
});
const news = (id: string): ActionNews => ({
  what: "action",
  id,
  change: "applied",
  action: id,
  kind: "freeze",
  atMs: Date.now(),
  cgroup: "/x",
  from: "0",
  to: "1",
  untilMs: 0,
  agent: "test",
  reason: "test",
  says: `${id} is told`,
});
createInterface({ input: process.stdin }).on("line", (id) => {
  desk.tell(news(id));
  process.stdout.write(`told ${id}\n`);
});
setInterval(() => {
  desk.turn();
  process.stdout.write(`${JSON.stringify({ pid: desk.pids()[0] ?? 0, status: desk.status() })}\n`);
}, 250);
process.on("SIGTERM", () => {
  desk.close();
  process.exit(0);
});
