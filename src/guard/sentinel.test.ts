import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { readFileSync, rmSync } from "node:fs";
import { dirname, join } from "node:path";
import { PassThrough } from "node:stream";
import { test } from "node:test";
import { systemClock } from "../core/clock.ts";
import { CgroupFs } from "../kernel/cgroup-fs.ts";
import { assertApplied, world } from "./guard.fixture.ts";
import { runSentinel } from "./sentinel.ts";

test("when the warden is killed, the sentinel takes everything back at once", async (t) => {
  const warden = spawn(process.execPath, [join(import.meta.dirname, "sentinel.fixture.ts")], {
    stdio: ["ignore", "pipe", "inherit"],
  });
  t.after(() => warden.kill("SIGKILL"));
  const said: Buffer = await new Promise((resolve) => warden.stdout.once("data", resolve));
  const { root, outcome } = JSON.parse(String(said)) as { root: string; outcome: string };
  t.after(() => rmSync(root, { recursive: true, force: true, maxRetries: 10 }));
  assert.equal(outcome, "applied");
  const v2 = { dir: join(root, "unified"), version: 2 } as const;
  const fs = new CgroupFs({ v2: v2.dir, cpu: v2, freezer: v2, memory: undefined, shape: "v2" });
  assert.deepEqual(fs.read("freezer", "/swarms", "cgroup.freeze"), { ok: true, value: "1" });
  const sentinel = runSentinel({ input: warden.stdout, folder: join(root, "journal"), fs, clock: systemClock });
  warden.kill("SIGKILL");
  const result = await sentinel;
  assert.ok(result?.ok, result?.ok === false ? result.says : "");
  assert.deepEqual(
    result.value.reverted.map((each) => [each.cause, each.written]),
    [["warden-lost", true]],
  );
  assert.deepEqual(fs.read("freezer", "/swarms", "cgroup.freeze"), { ok: true, value: "0" });
});

test("told bye, the sentinel ends and touches nothing", async (t) => {
  const w = world(t);
  assertApplied(w.propose("freeze", "/swarms/a", 1));
  const input = new PassThrough();
  const { folder, host: fs, clock } = w;
  const sentinel = runSentinel({ input, folder, fs, clock, procRoot: fs.procRoot });
  input.write("by");
  input.write("e\n");
  assert.equal(await sentinel, undefined);
  assert.equal(w.see("cgroup.freeze"), "1");
});

test("half a bye before the end is no bye; signals to the group do not end the sentinel", async (t) => {
  const w = world(t);
  assertApplied(w.propose("freeze", "/swarms/a", 1));
  const input = new PassThrough();
  const { folder, host: fs, clock } = w;
  const sentinel = runSentinel({ input, folder, fs, clock, procRoot: fs.procRoot });
  for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const) process.kill(process.pid, signal);
  input.end("bye");
  assert.ok((await sentinel)?.ok);
  assert.equal(w.see("cgroup.freeze"), "0");
});

test("a knob that refuses for a moment is tried again", async (t) => {
  const w = world(t);
  assertApplied(w.propose("freeze", "/swarms/a", 1));
  let refusals = 2;
  w.host.fault = () => (refusals-- > 0 ? "EBUSY" : undefined);
  const { folder, host: fs, clock } = w;
  const input = new PassThrough();
  input.end();
  const result = await runSentinel({ input, folder, fs, clock, procRoot: fs.procRoot });
  assert.ok(result?.ok && result.value.unfinished === 0);
  assert.equal(w.see("cgroup.freeze"), "0");
});

test("the sentinel stays small: no package is among what it imports", () => {
  const seen = new Set<string>();
  const waiting = [join(import.meta.dirname, "sentinel.ts")];
  for (let file = waiting.pop(); file !== undefined; file = waiting.pop()) {
    if (seen.has(file)) continue;
    seen.add(file);
    for (const match of readFileSync(file, "utf8").matchAll(/^(?:import|export) (?!type )[^;]*?from "([^"]+)"/gm)) {
      const target = match[1] ?? "";
      assert.match(target, /^(\.|node:)/, `${file} imports ${target}`);
      if (target.startsWith(".")) waiting.push(join(dirname(file), target));
    }
  }
  assert.ok(seen.size > 10 && seen.size < 80, `${seen.size} files`);
});
