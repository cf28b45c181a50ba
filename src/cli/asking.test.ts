import assert from "node:assert/strict";
import { test } from "node:test";
import { busyStatus } from "../api/status.fixture.ts";
import { type Ended, layerIn, PROFILE, swarms, TRAIL } from "./command-line.fixture.ts";

test("status is text without escape codes, or the document itself", async (t) => {
  const { state } = await layerIn(t);
  const text = await swarms(["status", "--state", state]);
  assert.equal(text.code, 0);
  assert.match(text.out, /── workloads ─+ 7 workloads ──/);
  assert.doesNotMatch(text.out, /\x1b/);
  for (const line of text.out.split("\n")) assert.ok(line.length <= 80, line);
  assert.deepEqual(JSON.parse((await swarms(["status", "--json", "--state", state])).out), busyStatus);
  const frame = await swarms(["top", "--once", "--state", state], { LINES: "24" });
  assert.equal(frame.out.split("\n").length, 25);
  assert.equal((await swarms(["top", "--state", state])).code, 64);
});

test("sequences lists, shows, freezes, resets and exports profiles, by path and by name", async (t) => {
  const { state, asked } = await layerIn(t);
  const run = (...args: readonly string[]): Promise<Ended> => swarms(["sequences", ...args, "--state", state]);
  const { out } = await run("list");
  assert.match(out, /checking +120,000 +1\.2 % +3 +\/usr\/sbin\/nginx/);
  assert.match(out, /1 executable found no place/);
  assert.match((await run("show", PROFILE.path)).out, /stage +checking/);
  assert.equal(JSON.parse((await run("export", PROFILE.id)).out).bits, "AAAA");
  await run("freeze", PROFILE.path);
  assert.match((await run("reset", PROFILE.id)).out, /learned anew/);
  assert.deepEqual(asked, [`freeze profile ${PROFILE.id}`, `reset profile ${PROFILE.id}`]);
  const wrong = await run("show", "/usr/sbin/nginy");
  assert.match(wrong.err, /SW-NOT-FOUND.*nginx.*see `swarms sequences list`/s);
});

test("where nothing is called so, what to do is where such names are listed", async (t) => {
  const { state } = await layerIn(t);
  const todo = async (...args: readonly string[]): Promise<string | undefined> => {
    const { code, err } = await swarms([...args, "--state", state]);
    assert.equal(code, 66, args.join(" "));
    return /→ (.*)/.exec(err)?.[1];
  };
  assert.match((await todo("explain", "zzz")) ?? "", /`swarms status`.*`swarms incidents`/);
  assert.match((await swarms(["journal", "show", "--state", `${state}/none`])).err, /→ .*--state, or ask as root/);
  assert.equal(await todo("journal", "verify", `${state}/none`), "check the path and its permissions");
});

test("doctor tells what the layer that runs has in force from what the configuration says", async (t) => {
  const { state } = await layerIn(t);
  const { code, out } = await swarms(["doctor", "--state", state], { COLUMNS: "120" });
  assert.equal(code, 0);
  assert.match(out, /^ {13}in force there: balance enforce, immune (?:advise|enforce|observe), scope \S/m);
  assert.match(out, /^ {2}config {5}.*what follows is what it says, whatever runs$/m);
});

test("trails lists what won, and forgets one", async (t) => {
  const { state, asked } = await layerIn(t);
  const run = (...args: readonly string[]): Promise<Ended> => swarms(["trails", ...args, "--state", state]);
  assert.equal(
    (await run()).out,
    [
      "t-7k2m9q  sched.slice 30000 µs on /jobs",
      "  +12.1 % (+8 % to +16 %) in 9 pairs; strength 1.50, 2 wins, 0 failures",
      "  where: 2 CPUs; batch /jobs; latency redis /redis; about 2048 wake-ups/s",
      "",
    ].join("\n"),
  );
  assert.deepEqual(JSON.parse((await run("--json")).out), [TRAIL]);
  assert.deepEqual(await run("--delete", "t-7k2m9q"), { code: 0, out: "t-7k2m9q is forgotten\n", err: "" });
  assert.deepEqual(asked, ["delete trail t-7k2m9q"]);
});

test("incidents, explain, undo and restore speak with the layer", async (t) => {
  const { state, asked } = await layerIn(t);
  const run = (...args: readonly string[]): Promise<Ended> => swarms([...args, "--state", state]);
  assert.match(
    (await run("incidents")).out,
    /^i-7k2m9q .* open\s+fresh-file, lineage, destination {2}T1059\.004, T1105, T1071 and 1 more\n {2}shop-api started a shell/,
  );
  assert.deepEqual(JSON.parse((await run("incidents", "i-7k2m9q", "--json")).out), busyStatus.incidents.latest[0]);
  assert.equal(
    (await run("explain", "c-0017")).out,
    "cpu.idle 0 → 1\n  why   redis waits\n  undo  swarms undo c-0017\n",
  );
  assert.equal((await run("explain", "c-9")).code, 66);
  assert.deepEqual(await run("undo", "c-0002"), { code: 0, out: "about c-0002\n", err: "" });
  assert.equal((await run("undo", "c-9")).code, 66);
  assert.equal((await run("restore")).out, "1 change reverted\n");
  assert.deepEqual(
    asked.map((line) => line.replace(/ by .*/, "")),
    ["undo c-0002", "undo c-9", "restore"],
  );
});
