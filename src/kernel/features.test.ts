import assert from "node:assert/strict";
import { mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { type TestContext, test } from "node:test";
import { probeCgroupLayout } from "./cgroup-layout.ts";
import type { Feature } from "./feature.ts";
import { probeFeatures } from "./features.ts";

const PSI = "some avg10=0.00 avg60=0.00 avg300=0.00 total=1\n";

test("a modern host: v2 with its knobs in the groups below the root", (t) => {
  const root = tree(t, {
    "proc/self/mountinfo": "31 23 0:28 / /cg rw - cgroup2 cgroup2 rw\n",
    "proc/self/status": "Uid:\t0\t0\t0\t0\nCapEff:\t000001ffffffffff\n",
    "proc/self/schedstat": "1 2 3\n",
    "proc/pressure/cpu": PSI,
    "proc/pressure/io": PSI,
    "proc/swaps": "Filename\tType\n/dev/zram0 partition\n",
    "proc/sys/kernel/io_uring_disabled": "2\n",
    "sys/kernel/security/lockdown": "[none] integrity confidentiality\n",
    "cg/cgroup.controllers": "cpu io memory\n",
    "cg/system.slice/cpu.weight": "100\n",
    "cg/system.slice/cpu.idle": "0\n",
    "cg/system.slice/memory.current": "0\n",
    "cg/system.slice/cgroup.freeze": "0\n",
    "cg/system.slice/io.stat": "",
    "cg/cpu.stat": "usage_usec 0\n",
    "cg/cpu.pressure": PSI,
  });
  const found = probe(root);
  assert.equal(found["cgroup.shape"], `+ v2, v2 at ${join(root, "cg")}`);
  assert.equal(found["cgroup.cpu.weight"], `+ v2 at ${join(root, "cg")}`);
  assert.equal(found["cgroup.io"], `+ v2 at ${join(root, "cg")}`);
  assert.equal(found["cgroup.memory.events"], `- no memory.events in v2 at ${join(root, "cg")}`);
  assert.equal(found["cgroup.kill"], `- no cgroup.kill in v2 at ${join(root, "cg")}`);
  assert.equal(found["psi.host"], "+ cpu, io");
  assert.equal(found["psi.cgroup"]?.[0], "+");
  assert.equal(found["schedstat"], "+ run delay by thread");
  assert.equal(found["CAP_SYS_RESOURCE"], "+ effective");
  assert.equal(found["root"], "+ effective user 0");
  assert.equal(found["swap"], "+ 1 in use");
  assert.equal(found["io_uring.disabled"], "+ refused to all");
  assert.equal(found["lockdown.none"], "+ none");
  assert.equal(found["program.setpriv"], "- not in PATH");
  assert.deepEqual(
    readdirSync(join(root, "cg")).filter((name) => name.startsWith("swarms-")),
    [],
  );
});

test("an old host: v1 files are found under their own names", (t) => {
  const root = tree(t, {
    "proc/self/mountinfo": "1 0 0:1 / /cpu rw - cgroup cgroup rw,cpu\n2 0 0:2 / /fr rw - cgroup cgroup rw,freezer\n",
    "proc/self/status": "Uid:\t1000\t1000\t1000\t1000\nCapEff:\t0000008000000001\n",
    "cpu/cpu.shares": "1024\n",
    "fr/a/freezer.state": "THAWED\n",
    "sys/kernel/security/lockdown": "none [integrity] confidentiality\n",
  });
  const found = probe(root);
  assert.equal(found["cgroup.cpu.weight"], `+ v1 at ${join(root, "cpu")}`);
  assert.equal(found["cgroup.freeze"], `+ v1 at ${join(root, "fr")}`);
  assert.equal(found["cgroup.kill"], "- no v2 hierarchy");
  assert.equal(found["CAP_BPF"], "+ effective");
  assert.equal(found["CAP_PERFMON"], "- not held");
  assert.equal(found["CAP_KILL"], "- not held");
  assert.equal(found["root"], "- effective user 1000");
  assert.equal(found["lockdown.none"], "- integrity");
});

test("a host that shows nothing: every probe answers, none throws", (t) => {
  const features = probeFeatures({
    procRoot: "/nonexistent",
    sysRoot: "/nonexistent",
    hostRoot: tree(t, {}),
    path: "",
  });
  const world = features.filter(
    ({ name }) => !["pidfd", "sched.slice", "fanotify.permission", "io_uring.disabled"].includes(name),
  );
  assert.deepEqual(
    world.filter(({ available }) => available),
    [],
  );
});

test("every feature says what is lost without it and where it is to be had, under a name of its own", () => {
  const features = probeFeatures();
  assert.equal(new Set(features.map(({ name }) => name)).size, features.length);
  for (const { found, lost, needs } of features) assert.ok(found !== "" && lost !== "" && needs !== "");
});

test("what others probed is listed after", () => {
  const other: Feature = { name: "x", area: "events", available: true, found: "f", lost: "l", needs: "n" };
  assert.deepEqual(probeFeatures({ more: [other] }).at(-1), other);
});

test("this host: pidfd works, and no cgroup is left behind", () => {
  const pidfd = probeFeatures().find(({ name }) => name === "pidfd");
  assert.equal(pidfd?.available, true);
  const { v2, cpu } = probeCgroupLayout();
  for (const dir of [v2, cpu?.dir]) {
    const left = dir === undefined ? [] : readdirSync(dir).filter((name) => name === `swarms-probe-${process.pid}`);
    assert.deepEqual(left, []);
  }
});

function tree(t: TestContext, files: Readonly<Record<string, string>>): string {
  const root = mkdtempSync(join(tmpdir(), "swarms-features-"));
  t.after(() => rmSync(root, { recursive: true, force: true }));
  for (const [path, text] of Object.entries(files)) {
    mkdirSync(dirname(join(root, path)), { recursive: true });
    writeFileSync(join(root, path), text);
  }
  return root;
}

/** "+ found" or "- found" by name. */
function probe(root: string): Readonly<Record<string, string>> {
  const features = probeFeatures({
    procRoot: join(root, "proc"),
    sysRoot: join(root, "sys"),
    hostRoot: root,
    path: join(root, "bin"),
  });
  return Object.fromEntries(features.map(({ name, available, found }) => [name, `${available ? "+" : "-"} ${found}`]));
}
