import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { setTimeout as sleep } from "node:timers/promises";
import { test, type TestContext } from "node:test";
import { openBuiltObject } from "./bpf-object-built.ts";
import { probeBpfFeatures } from "./bpf-features.ts";
import { enableRunStats, kernelMemory, programById, programInfo } from "./bpf-info.ts";
import { pageBytes } from "./mmap.ts";

/** An attached program that runs at every fork, ended after the test. */
function forkProgram(t: TestContext): number | undefined {
  const feature = probeBpfFeatures().find(({ name }) => name === "ebpf.tp_btf");
  if (feature?.available !== true) {
    t.skip(`needs ebpf.tp_btf (${feature?.found})`);
    return undefined;
  }
  const opened = openBuiltObject("probe");
  assert.ok(opened.ok);
  const object = opened.value;
  t.after(() => object.close());
  object.want(["probe_tp_btf"]);
  assert.ok(object.setMaxEntries("ring", pageBytes()).ok);
  assert.ok(object.load().ok);
  assert.ok(object.attach("probe_tp_btf").ok);
  return object.descriptors().programs.get("probe_tp_btf");
}

test("runs are counted and timed while statistics are on, and only then", async (t) => {
  const fd = forkProgram(t);
  if (fd === undefined) return;
  const stats = enableRunStats();
  if (!stats.ok) return t.skip(stats.says);
  try {
    for (let forks = 0; forks < 5; forks++) execFileSync("true");
  } finally {
    stats.value.close();
  }
  const during = programInfo(fd);
  assert.ok(during);
  assert.ok(during.runs >= 5 && during.runTimeNs > 0, JSON.stringify(during));
  assert.equal(during.name, "probe_tp_btf");
  assert.ok(during.jitedBytes >= 0 && during.missed === 0);
  if (execFileSync("cat", ["/proc/sys/kernel/bpf_stats_enabled"], { encoding: "utf8" }).trim() !== "0") return;
  // Others of this host may have statistics on for a while, by a descriptor of their own: they let go.
  for (let tries = 0; ; tries++) {
    const before = programInfo(fd);
    execFileSync("true");
    if (programInfo(fd)?.runs === before?.runs) return;
    assert.ok(tries < 50, "runs are counted though nobody asks for it");
    await sleep(200);
  }
});

test("a program and a map tell their kernel memory; another descriptor does not", (t) => {
  const fd = forkProgram(t);
  if (fd === undefined) return;
  const memory = kernelMemory(fd);
  assert.ok(memory && memory.bytes >= pageBytes(), JSON.stringify(memory));
  assert.equal(memory.id, `prog ${programInfo(fd)?.id}`);
  assert.equal(kernelMemory(0), undefined);
  assert.equal(kernelMemory(-1), undefined);
  assert.equal(programInfo(0), undefined);
});

test("a program is found by its id, and an id that no program has is not", (t) => {
  const fd = forkProgram(t);
  if (fd === undefined) return;
  const info = programInfo(fd);
  assert.ok(info);
  assert.deepEqual(programById(info.id)?.id, info.id);
  assert.equal(programById(2 ** 31 - 1), undefined);
});
