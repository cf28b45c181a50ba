import assert from "node:assert/strict";
import { test } from "node:test";
import { createImmuneColony } from "../../colony.ts";
import { FakeHost } from "../../scenes/context.fixture.ts";
import { FakeFiles, FileHost } from "../../scenes/file-acts.fixture.ts";

const OWN_PID = 7;
const own = { paths: ["/srv/state"], runs: (pid: number) => pid === OWN_PID };

function weightOf(deed: (files: FakeFiles, by: { pid: number; startTicks: number }) => void): number {
  const host = new FakeHost(createImmuneColony({ leaseMs: 1000, depth: "full", own }));
  deed(new FakeFiles(host), host.existing("/tmp/x"));
  const told = host.deposits.find(({ evidence }) => evidence.kind === "tampering");
  return told?.evidence.weight ?? 0;
}

test("the layer's files are not to be written, replaced, linked over, removed or opened up", () => {
  for (const path of [
    "/srv/state/journal",
    "/var/lib/swarms/hive/memory.db",
    "/etc/swarms/swarms.yaml",
    "/usr/bin/swarms",
  ]) {
    assert.equal(
      weightOf((files, by) => files.write(by, path)),
      0.8,
    );
    assert.equal(
      weightOf((files, by) => files.rename(by, "/tmp/y", path)),
      0.8,
    );
    assert.equal(
      weightOf((files, by) => files.rename(by, path, "/tmp/y")),
      0.8,
    );
    assert.equal(
      weightOf((files, by) => files.cut(by, path)),
      0.8,
    );
    assert.equal(
      weightOf((files, by) => files.symlink(by, "/tmp/y", path)),
      0.8,
    );
    assert.equal(
      weightOf((files, by) => files.remove(by, path)),
      0.9,
    );
    assert.equal(
      weightOf((files, by) => files.chmod(by, path, 0o777)),
      0.8,
    );
  }
  assert.equal(
    weightOf((files, by) => files.write(by, "/srv/state2/journal")),
    0,
  );
  assert.equal(
    weightOf((files, by) => files.read(by, "/etc/swarms/swarms.yaml")),
    0,
  );
});

test("its processes are not to be traced, read or written to; those of others are others' affair", () => {
  for (const [pid, weights] of [
    [OWN_PID, [0.9, 0.9, 0.6, 1]],
    [8, [0, 0, 0, 0]],
  ] as const) {
    const calls = [
      ["ptrace", "ptrace", [16, pid]],
      ["ptrace", "ptrace", [0x4206, pid]],
      ["vm.access", "process_vm_readv", [pid]],
      ["vm.access", "process_vm_writev", [pid]],
    ] as const;
    assert.deepEqual(
      calls.map(([kind, call, args]) => weightOf((files, by) => files.call(by, kind, call, { args }))),
      weights,
    );
  }
  const refused = weightOf((files, by) => files.call(by, "ptrace", "ptrace", { args: [16, OWN_PID], result: -1 }));
  assert.ok(refused > 0.7 && refused < 0.9);
});

test("nothing is to be mounted over its folders, or its mounts taken away", () => {
  const mount = (path2: string): number =>
    weightOf((files, by) => files.call(by, "mount", "mount", { path: "tmpfs", path2 }));
  assert.equal(mount("/srv/state"), 0.9);
  assert.equal(mount("/srv"), 0.3);
  assert.equal(mount("/mnt"), 0);
  assert.equal(mount("/"), 0);
  assert.equal(
    weightOf((files, by) => files.call(by, "mount", "umount2", { path: "/srv/state" })),
    0.9,
  );
});

test("programs of eBPF that are taken off may be its own", () => {
  assert.equal(
    weightOf((files, by) => files.call(by, "bpf", "bpf", { args: [34] })),
    0.5,
  );
  assert.equal(
    weightOf((files, by) => files.call(by, "bpf", "bpf", { args: [5] })),
    0,
  );
});

test("an upgrade of the layer and a person who edits its settings are no incident", () => {
  const it = new FileHost();
  const dpkg = it.files.spawn(it.type("/usr/bin/apt"), "/usr/bin/dpkg");
  it.files.rename(dpkg, "/usr/bin/swarms.dpkg-new", "/usr/bin/swarms");
  it.files.write(dpkg, "/usr/lib/swarms/hive.js");
  assert.ok(it.strongest("tampering").weight < 0.15);
  it.files.write(it.type("/usr/bin/vim"), "/etc/swarms/swarms.yaml");
  assert.ok(it.strongest("tampering").weight < 0.5);
  assert.deepEqual(it.host.incidents, []);
});
