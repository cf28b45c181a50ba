import assert from "node:assert/strict";
import { copyFileSync, linkSync, mkdtempSync, rmSync, symlinkSync } from "node:fs";
import { join } from "node:path";
import { test, type TestContext } from "node:test";
import { probeBpfFeatures } from "./bpf-features.ts";
import { BpfExecRefusal } from "./exec-refusal.ts";
import { fileOf } from "./file-ref.ts";
import type { ExecRefusal } from "./host-access.ts";
import { v2Group } from "./v2-group.fixture.ts";

/** A program of this test alone, which leaves a mark when it runs: its file is nobody else's. */
function program(t: TestContext): { readonly folder: string; readonly file: string } {
  // /dev/shm: a file system whose inodes are what stat shows, also in the test machine.
  const folder = mkdtempSync("/dev/shm/swarms-exec-");
  t.after(() => rmSync(folder, { recursive: true, force: true }));
  const file = join(folder, "program");
  copyFileSync("/bin/true", file);
  return { folder, file };
}

export function refusalCases(
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
    assert.equal(await group.run(file, []), 0);
    const done = refusal.set(group, [ref]);
    assert.ok(done.ok, done.ok ? "" : done.says);
    t.after(() => refusal.set(group, []));
    assert.deepEqual(refusal.list(group.id), [ref]);
    for (const path of [file, hard, soft, `${folder}/../${folder.split("/").at(-1)}/program`])
      assert.ok(refused.includes(await group.run(path, [])), path);
    assert.ok(refused.includes((await below?.run(file, [])) ?? ""), "below");
    assert.equal(await beside?.run(file, []), 0, "beside");
    assert.equal(await group.run("/bin/true", []), 0, "another program");
    assert.ok(refusal.set(group, []).ok);
    assert.deepEqual(refusal.list(group.id), []);
    assert.equal(await group.run(file, []), 0, "again");
  });

  test(`${name}: groups have lists of their own`, async (t) => {
    const refusal = make(t);
    const [one, two] = refusal ? [v2Group(t), v2Group(t)] : [];
    if (refusal === undefined || one === undefined || two === undefined) return;
    const [first, second] = [program(t).file, program(t).file];
    const refs = [first, second].flatMap((file) => fileOf(file) ?? []);
    t.after(() => [one, two].map((group) => refusal.set(group, [])));
    assert.ok(refusal.set(one, refs).ok && refusal.set(two, refs.slice(0, 1)).ok);
    assert.ok(refused.includes(await one.run(second, [])));
    assert.equal(await two.run(second, []), 0);
    assert.ok(refusal.set(one, refs.slice(0, 1)).ok);
    assert.equal(await one.run(second, []), 0);
    assert.ok(refused.includes(await two.run(first, [])));
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

test("without anything refused, nothing is loaded", (t) => {
  const group = v2Group(t);
  if (group === undefined) return;
  const refusal = new BpfExecRefusal("refuse_by_signal");
  assert.ok(refusal.set(group, []).ok);
  assert.deepEqual(refusal.list(group.id), []);
});
