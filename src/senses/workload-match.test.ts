import assert from "node:assert/strict";
import { test, type TestContext } from "node:test";
import { configSchema } from "../core/config.ts";
import { HostTree } from "./host-tree.fixture.ts";
import { walkCgroups } from "./sampler-tree.ts";
import { adoptionPlace, matchProcesses, straysInfo } from "./workload-match.ts";

const STATUS = (uid: number): string => `Name:\tx\nUid:\t${uid}\t${uid}\t${uid}\t${uid}\n`;

/** Two postgres in a group of their own, one beside a shell, nginx in its unit. */
function host(t: TestContext): HostTree {
  const tree = new HostTree("v2");
  t.after(() => tree.remove());
  const members: Record<string, number[]> = { db: [11, 12], mixed: [13, 14], "system.slice/nginx.service": [15, 16] };
  for (const [path, pids] of Object.entries(members)) {
    tree.group("", path, { "cgroup.procs": `${pids.join("\n")}\n` });
    for (const pid of pids)
      tree.process({
        pid,
        exe: pid === 14 ? "/bin/sh" : pid >= 15 ? "/usr/sbin/nginx" : "/usr/lib/postgresql/15/bin/postgres",
        cgroup: `0::/${path}\n`,
        status: STATUS(pid === 12 ? 33 : 26),
      });
  }
  tree.process({ pid: 17, exe: "/usr/lib/postgresql/15/bin/postgres", cgroup: "0::/\n", status: STATUS(26) });
  tree.process({ pid: 2, kernelThread: true, cgroup: "0::/\n" });
  return tree;
}

function matched(tree: HostTree, match: object) {
  const { workloads } = configSchema.parse({ workloads: [{ name: "x", match, kind: "latency" }] });
  const { fs, procRoot } = tree;
  const pids = [2, 11, 12, 13, 14, 15, 16, 17];
  const found = matchProcesses(workloads, { fs, procRoot, tree: walkCgroups(fs), pids });
  return {
    groups: found.groups.map(({ path }) => path),
    strays: found.strays.flatMap(({ pids }) => pids),
  };
}

test("by executable: a group is its own where nothing else runs, and what shares is astray", (t) => {
  const tree = host(t);
  const expected = { groups: ["/db"], strays: [13, 17] };
  assert.deepEqual(matched(tree, { executable: "postgres" }), expected);
  assert.deepEqual(matched(tree, { executable: "/usr/lib/postgresql/*" }), expected);
  assert.deepEqual(matched(tree, { executable: "/usr/bin/postgres" }), { groups: [], strays: [] });
});

test("all that is named must hold: a group with somebody else's process is shared", (t) => {
  assert.deepEqual(matched(host(t), { executable: "postgres", user: "26" }), { groups: [], strays: [11, 13, 17] });
  assert.deepEqual(matched(host(t), { executable: "postgres", cgroup: "/db" }), { groups: ["/db"], strays: [] });
});

test("by unit: its group, whatever runs in it", (t) => {
  assert.deepEqual(matched(host(t), { unit: "nginx.service" }), {
    groups: ["/system.slice/nginx.service"],
    strays: [],
  });
  assert.deepEqual(matched(host(t), { unit: "nginx*" }), { groups: ["/system.slice/nginx.service"], strays: [] });
  assert.deepEqual(matched(host(t), { unit: "nginx" }), { groups: [], strays: [] });
});

test("the first declaration that matches a process has it", (t) => {
  const tree = host(t);
  const { workloads } = configSchema.parse({
    workloads: [
      { name: "a", match: { user: "33" }, kind: "batch" },
      { name: "b", match: { executable: "postgres" }, kind: "latency" },
    ],
  });
  const found = matchProcesses(workloads, {
    fs: tree.fs,
    procRoot: tree.procRoot,
    tree: walkCgroups(tree.fs),
    pids: [11, 12],
  });
  assert.deepEqual(
    found.strays.map(({ declared, pids }) => [declared.name, pids]),
    [
      ["a", [12]],
      ["b", [11]],
    ],
  );
});

test("strays are told with the place where they could be adopted, unless that is not wanted", (t) => {
  const { fs } = host(t);
  const into = adoptionPlace(["/gone", "/d*", "/db"], fs);
  assert.equal(into, "/db");
  const [wanted, unwanted] = [true, false].map((adopt) => {
    const { workloads } = configSchema.parse({ workloads: [{ name: "x", match: { user: "1" }, adopt }] });
    const [declared] = workloads;
    assert.ok(declared);
    return straysInfo({ declared, pids: [1] }, into).adoptInto;
  });
  assert.deepEqual([wanted, unwanted], ["/db", undefined]);
});
