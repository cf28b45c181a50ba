import assert from "node:assert/strict";
import { once } from "node:events";
import { existsSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { Crew, end, launchArgv } from "./crew.ts";

const NO_TOOLS = { fifo: false, nice: false, setpriv: false, taskset: false };
const ALL_TOOLS = { fifo: true, nice: true, setpriv: true, taskset: true };

test("what the host lacks is left out, what it has comes in the order that takes effect", () => {
  const launch = { name: "x", argv: ["prog", "a"], urgent: true, cpus: "0,1" };
  assert.deepEqual(launchArgv(launch, NO_TOOLS), ["prog", "a"]);
  assert.equal(launchArgv(launch, ALL_TOOLS).join(" "), "setpriv --pdeathsig KILL -- taskset -c 0,1 chrt -f 1 prog a");
  assert.equal(launchArgv(launch, { ...NO_TOOLS, nice: true }).join(" "), "nice -n -20 prog a");
});

test("a process enters every group before its exec, with its own pid", async (t) => {
  const folder = mkdtempSync(join(tmpdir(), "swarms-crew-"));
  t.after(() => rmSync(folder, { recursive: true }));
  const groups = [join(folder, "one"), join(folder, "two groups")];
  const crew = new Crew(NO_TOOLS);
  const child = crew.start({ name: "x", argv: ["sh", "-c", 'echo $$ > "$0"', join(folder, "self")], groups });
  await once(child, "exit");
  for (const file of [...groups, join(folder, "self")]) assert.equal(Number(readFileSync(file, "utf8")), child.pid);
});

test("a process that cannot enter its group does not start at all", async (t) => {
  const folder = mkdtempSync(join(tmpdir(), "swarms-crew-"));
  t.after(() => rmSync(folder, { recursive: true }));
  const crew = new Crew(NO_TOOLS);
  const ran = join(folder, "ran");
  const child = crew.start({ name: "x", argv: ["touch", ran], groups: [join(folder, "no/such/cgroup.procs")] });
  assert.deepEqual(await once(child, "exit"), [71, null]);
  assert.equal(existsSync(ran), false);
});

test("nobody outlives the crew: who does not obey is killed", async () => {
  const crew = new Crew(NO_TOOLS);
  const script = "trap '' TERM; echo deaf; while :; do sleep 0.05; done";
  const child = crew.start({
    name: "deaf",
    argv: ["sh", "-c", script],
    stdio: ["ignore", "pipe", "ignore"],
    patienceMs: 20,
  });
  assert.ok(child.stdout);
  await once(child.stdout, "data");
  await crew.endAll();
  assert.equal(child.signalCode, "SIGKILL");
  assert.deepEqual(crew.alive, []);
});

test("ending says whether asking was enough, and ending the ended is nothing", async () => {
  const crew = new Crew(NO_TOOLS);
  const child = crew.start({ name: "sleeper", argv: ["sleep", "30"] });
  assert.equal(await end(child, 2000), true);
  assert.equal(await end(child, 2000), true);
});
