import assert from "node:assert/strict";
import { test } from "node:test";
import { FakeClock } from "../core/clock.ts";
import type { PostAnswer } from "../core/wire/sender.ts";
import { JOB, program } from "./sender-program.fixture.ts";
import { Senders } from "./senders.ts";

test("a plugin that holds its process for ever holds up neither the servers nor another plugin, and is ended alone", async (t) => {
  const clock = new FakeClock();
  const said: string[] = [];
  // Of the servers' sender, of pager's (which is given its code first: so the number is the test's own), and of the one that hangs.
  const taken = (number: string): string => `say({ number: ${number}, result: "taken", says: "" })`;
  const bodies = [taken("n"), taken("1"), "for (;;);"];
  let started = 0;
  const senders = new Senders({
    clock,
    atLeisure: (work) => work(),
    command: () => ({ command: process.execPath, args: ["-e", program(bodies[started++] ?? "process.exit(1)")] }),
    plugin: () => "export default 1",
    log: (says) => void said.push(says),
  });
  t.after(() => senders.stop());
  const post = (plugin?: string): Promise<PostAnswer> =>
    new Promise((resolve) => senders.post(plugin === undefined ? JOB : { ...JOB, plugin }, resolve));
  assert.equal((await post()).result, "taken");
  assert.equal((await post("pager")).result, "taken");
  const stuck = post("stuck");
  assert.equal(senders.pids().length, 3);
  clock.advance(JOB.timeoutMs + 4000);
  senders.turn();
  assert.deepEqual(await stuck, { result: "later", says: "the sender of plugin stuck ended (SIGKILL)" });
  assert.equal(senders.pids().length, 2);
  assert.match(said.join(), /the sender of plugin stuck ended \(SIGKILL\); another may start in 1 s/);
});
