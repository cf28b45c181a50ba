import assert from "node:assert/strict";
import { type TestContext, test } from "node:test";
import { namesOf, SERVICE, world } from "./sampler.fixture.ts";

/** Ten processes in /web, ten of the kernel and `loose` others outside of every group. */
function host(t: TestContext, config: unknown, loose: number) {
  const { tree, sampler } = world(t, "v2", config);
  const web = Array.from({ length: 10 }, (_, i) => 10 + i);
  for (const pid of web) tree.process({ pid, exe: "/usr/bin/shopd" });
  for (let i = 0; i < 10; i++) tree.process({ pid: 100 + i, ppid: 2, comm: "kworker", kernelThread: true });
  for (let i = 0; i < loose; i++) tree.process({ pid: 200 + i, exe: "/usr/bin/loose" });
  tree.group("", "web", {
    "cgroup.procs": `${web.join("\n")}\n`,
    "cgroup.events": "populated 1\nfrozen 0\n",
    "cpu.stat": "usage_usec 0\n",
  });
  return namesOf(sampler.sample());
}

test("a group with four of five user processes is told apart by executable, however many threads the kernel has", (t) => {
  assert.deepEqual(host(t, {}, 2).toSorted(), ["/web", "exe:loose", "exe:shopd", "kernel"]);
});

test("a group that only holds most of what is in groups is listed once", (t) => {
  assert.deepEqual(host(t, {}, 10).toSorted(), ["/web", "exe:loose", "kernel"]);
});

test("a declared workload is listed once, whatever it holds", (t) => {
  assert.deepEqual(host(t, { workloads: [SERVICE] }, 0).toSorted(), ["/web", "kernel"]);
});
