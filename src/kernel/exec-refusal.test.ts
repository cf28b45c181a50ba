import assert from "node:assert/strict";
import { type ChildProcess, spawnSync } from "node:child_process";
import { copyFileSync, linkSync, mkdtempSync, rmSync, symlinkSync } from "node:fs";
import { join } from "node:path";
import { test, type TestContext } from "node:test";
import { setTimeout as pause } from "node:timers/promises";
import { probeBpfFeatures } from "./bpf-features.ts";
import { BpfExecRefusal } from "./exec-refusal.ts";
import { fileOf } from "./file-ref.ts";
import { FanotifyRefusal } from "./fanotify-refusal.ts";
import type { ExecRefusal } from "./host-access.ts";
import { readExe } from "./procfs.ts";
import { v2Group, type V2Group } from "./v2-group.fixture.ts";

/** A program of this test alone, which leaves a mark when it runs: its file is nobody else's. */
function program(t: TestContext): { readonly folder: string; readonly file: string } {
  // /dev/shm: a file system whose inodes are what stat shows, also in the test machine.
  const folder = mkdtempSync("/dev/shm/swarms-exec-");
  t.after(() => rmSync(folder, { recursive: true, force: true, maxRetries: 10 }));
  const file = join(folder, "program");
  copyFileSync("/bin/sleep", file);
  return { folder, file };
}

/** A process of the group that runs the program for a while. */
async function shown(group: V2Group, file: string): Promise<ChildProcess> {
  const child = group.start(file, ["30"]);
  for (let look = 0; look < 500 && readExe(child.pid ?? 0) !== file; look++) await pause(10);
  return child;
}

function refusalCases(
  name: string,
  refused: readonly (number | string)[],
  make: (t: TestContext) => ExecRefusal | undefined,
): void {
  test(`${name}: a refused executable does not run in the group nor below it, by any name; elsewhere it does`, async (t) => {
    const refusal = make(t);
    const group = refusal && v2Group(t);
    if (refusal === undefined || group === undefined) return;
    const below = v2Group(t, group);
    const beside = v2Group(t);
    const { folder, file } = program(t);
    const [hard, soft] = [join(folder, "hard"), join(folder, "soft")];
    linkSync(file, hard);
    symlinkSync(file, soft);
    const ref = fileOf(file);
    assert.ok(ref);
    assert.equal(await group.run(file, ["0"]), 0);
    const running = await shown(group, file);
    const done = refusal.set(group, [ref]);
    assert.ok(done.ok, done.ok ? "" : done.says);
    t.after(() => refusal.set(group, []));
    assert.deepEqual(refusal.list(group.id), [ref]);
    for (const path of [file, hard, soft, `${folder}/../${folder.split("/").at(-1)}/program`])
      assert.ok(refused.includes(await group.run(path, ["0"])), path);
    assert.ok(refused.includes((await below?.run(file, ["0"])) ?? ""), "below");
    assert.equal(await beside?.run(file, ["0"]), 0, "beside");
    assert.equal(await group.run("/bin/true", []), 0, "another program");
    assert.equal(running.exitCode ?? running.signalCode, null, "what ran before goes on");
    assert.ok(refusal.set(group, []).ok);
    assert.deepEqual(refusal.list(group.id), []);
    assert.equal(await group.run(file, ["0"]), 0, "again");
  });

  test(`${name}: groups have lists of their own`, async (t) => {
    const refusal = make(t);
    const [one, two] = refusal ? [v2Group(t), v2Group(t)] : [];
    if (refusal === undefined || one === undefined || two === undefined) return;
    const [first, second] = [program(t).file, program(t).file];
    for (const group of [one, two]) for (const file of [first, second]) await shown(group, file);
    const refs = [first, second].flatMap((file) => fileOf(file) ?? []);
    t.after(() => [one, two].map((group) => refusal.set(group, [])));
    assert.ok(refusal.set(one, refs).ok && refusal.set(two, refs.slice(0, 1)).ok);
    assert.ok(refused.includes(await one.run(second, ["0"])));
    assert.equal(await two.run(second, ["0"]), 0);
    assert.ok(refusal.set(one, refs.slice(0, 1)).ok);
    assert.equal(await one.run(second, ["0"]), 0);
    assert.ok(refused.includes(await two.run(first, ["0"])));
  });
}

refusalCases("by signal", ["SIGKILL"], () => new BpfExecRefusal("refuse_by_signal"));

// sh gives 126 for a program that it may not run.
refusalCases("by LSM", [126], (t) => {
  const lsm = probeBpfFeatures().find(({ name }) => name === "ebpf.lsm");
  if (lsm?.available === true) return new BpfExecRefusal("refuse_by_lsm");
  t.skip(`needs BPF LSM: ${lsm?.found}`);
  return undefined;
});

// sh gives 126 for a program that it may not run.
refusalCases("by fanotify", [126], () => new FanotifyRefusal());

test("by fanotify: a thread that is lost lets everything through, and nothing is said to be refused any more", async (t) => {
  const group = v2Group(t);
  if (group === undefined) return;
  const { file } = program(t);
  await shown(group, file);
  const refusal = new FanotifyRefusal();
  const ref = fileOf(file);
  assert.ok(ref && refusal.set(group, [ref]).ok);
  assert.equal(await group.run(file, ["0"]), 126);
  await refusal["watch"]?.worker.terminate();
  assert.equal(await group.run(file, ["0"]), 0);
  assert.deepEqual(refusal.list(group.id), []);
});

test("by fanotify: a file that no process of the group shows is not said to be refused", (t) => {
  const group = v2Group(t);
  if (group === undefined) return;
  const refusal = new FanotifyRefusal();
  const done = refusal.set(group, [{ dev: 1, ino: 1 }]);
  assert.equal(done.ok ? "" : done.code, "SW-GUARD-GONE");
  assert.deepEqual(refusal.list(group.id), []);
});

test("on an overlay of two file systems, where stat(2) names another device, a refused executable does not run either", (t) => {
  const group = v2Group(t);
  if (group === undefined) return;
  const folder = mkdtempSync("/var/tmp/swarms-overlay-");
  t.after(() => rmSync(folder, { recursive: true, force: true, maxRetries: 10 }));
  const fixture = join(import.meta.dirname, "overlay-refusal.fixture.ts");
  const command = [process.execPath, "--disable-warning=ExperimentalWarning", fixture, folder, group.dir];
  const { status, stdout } = spawnSync("unshare", ["--mount", "--propagation", "private", ...command], {
    encoding: "utf8",
    timeout: 120_000,
  });
  if (status === 2) return t.skip("this host mounts no overlay of a folder here");
  const { ok, stat, ref, ended } = JSON.parse(stdout) as Record<string, unknown>;
  assert.deepEqual([ok, ended], [true, "SIGKILL"]);
  assert.notEqual(ref, stat, "the two differ, or this would prove nothing");
});

test("without anything refused, nothing is loaded", (t) => {
  const group = v2Group(t);
  if (group === undefined) return;
  const refusal = new BpfExecRefusal("refuse_by_signal");
  assert.ok(refusal.set(group, []).ok);
  assert.deepEqual(refusal.list(group.id), []);
});
