import assert from "node:assert/strict";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test, type TestContext } from "node:test";
import { CgroupFs } from "../kernel/cgroup-fs.ts";
import { disksOf } from "./disks.ts";
import { groupValue, setGroupValue } from "./group-knobs.ts";

/** A host of one version, with a group /g that has these files. */
function hostWith(t: TestContext, version: 1 | 2, files: Readonly<Record<string, string>>) {
  const dir = mkdtempSync(join(tmpdir(), "swarms-tune-"));
  t.after(() => rmSync(dir, { recursive: true, force: true }));
  mkdirSync(join(dir, "g"));
  for (const [name, text] of Object.entries(files)) writeFileSync(join(dir, "g", name), text);
  const hierarchy = { dir, version };
  const layout = { v2: undefined, cpu: hierarchy, memory: hierarchy, freezer: undefined, io: hierarchy, shape: "v2" };
  const fs = new CgroupFs({ ...layout, shape: "v2" });
  return {
    place: { fs, path: "/g", disks: ["254:0"] },
    read: (name: string) => readFileSync(join(dir, "g", name), "utf8"),
  };
}

const value = (result: ReturnType<typeof groupValue>): number | string => (result.ok ? result.value : result.says);

test("io.max is no limit in a new group, and then bytes a second on every disk, with v2 and v1", (t) => {
  const v2 = hostWith(t, 2, { "io.max": "" });
  assert.equal(value(groupValue("io.max", v2.place)), Infinity);
  // A file keeps what was written, where the kernel prints every field: limits on operations, which are not ours, are missing.
  assert.ok(setGroupValue("io.max", 2048, v2.place).ok);
  assert.equal(v2.read("io.max"), "254:0 rbps=2097152 wbps=2097152");
  assert.equal(value(groupValue("io.max", v2.place)), 2048);
  const v1 = hostWith(t, 1, { "blkio.throttle.read_bps_device": "", "blkio.throttle.write_bps_device": "" });
  assert.ok(setGroupValue("io.max", 1024, v1.place).ok);
  assert.equal(v1.read("blkio.throttle.read_bps_device"), "254:0 1048576");
  assert.equal(v1.read("blkio.throttle.write_bps_device"), "254:0 1048576");
  assert.equal(value(groupValue("io.max", v1.place)), 1024);
});

test("io.weight is the file that the host has", (t) => {
  const { place, read } = hostWith(t, 2, { "io.bfq.weight": "100" });
  assert.equal(value(groupValue("io.weight", place)), 100);
  assert.ok(setGroupValue("io.weight", 300, place).ok);
  assert.equal(read("io.bfq.weight"), "300");
});

test("io.latency has no target in a new group, and then the same on every disk", (t) => {
  const { place, read } = hostWith(t, 2, { "io.latency": "" });
  assert.equal(value(groupValue("io.latency", place)), Infinity);
  assert.ok(setGroupValue("io.latency", 5000, place).ok);
  assert.equal(read("io.latency"), "254:0 target=5000");
  assert.equal(value(groupValue("io.latency", place)), 5000);
});

test("what the host lacks is told by name, with what it needs", (t) => {
  const { place } = hostWith(t, 1, {});
  assert.match(String(value(groupValue("io.weight", place))), /no io\.weight: it needs a scheduler that weighs/);
  assert.match(
    String(value(groupValue("io.latency", place))),
    /no io\.latency: it needs the io controller of cgroup v2/,
  );
  const disks = setGroupValue("io.max", 1024, { ...place, disks: [] });
  assert.ok(!disks.ok && disks.says.includes("no disk"));
});

test("disks are whole ones that hold something", (t) => {
  const root = mkdtempSync(join(tmpdir(), "swarms-tune-"));
  t.after(() => rmSync(root, { recursive: true, force: true }));
  const disk = (name: string, dev: string, size: number): void => {
    mkdirSync(join(root, "block", name), { recursive: true });
    writeFileSync(join(root, "block", name, "dev"), `${dev}\n`);
    writeFileSync(join(root, "block", name, "size"), `${size}\n`);
  };
  disk("vda", "254:0", 512);
  disk("nvme0n1", "259:0", 512);
  disk("loop0", "7:0", 512);
  disk("zram0", "253:0", 512);
  disk("sdb", "8:16", 0);
  assert.deepEqual(disksOf(root).sort(), ["254:0", "259:0"]);
  assert.deepEqual(disksOf(join(root, "none")), []);
});
