import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { existsSync } from "node:fs";
import { test } from "node:test";
import { failed } from "../core/errors.ts";
import { PROBES, probeBpfFeatures, runProbes } from "./bpf-features.ts";

test("every feature says what was found, what is lost and what it needs", () => {
  const features = probeBpfFeatures();
  assert.equal(new Set(features.map((feature) => feature.name)).size, features.length);
  for (const feature of features)
    for (const text of [feature.found, feature.lost, feature.needs])
      assert.ok(text.length > 0 && text.length < 200, text);
});

test("the answer is kept", () => {
  assert.equal(probeBpfFeatures(), probeBpfFeatures());
});

test("nothing that is found by looking contradicts what is found by trying", () => {
  const has = (name: string): boolean =>
    probeBpfFeatures().find((feature) => feature.name === name)?.available === true;
  assert.equal(has("ebpf.btf"), existsSync("/sys/kernel/btf/vmlinux"));
  assert.equal(has("sched_ext"), existsSync("/sys/kernel/sched_ext"));
  if (has("ebpf.tp_btf")) assert.ok(has("ebpf.libbpf") && has("ebpf.btf"));
});

test("without root it refuses nothing and promises nothing", (t) => {
  if (process.getuid?.() !== 0) return t.skip("needs root to drop it");
  // The clone may lie where only root can read, so the module is loaded before the identity changes.
  const script = `
    const { probeBpfFeatures } = await import(${JSON.stringify(new URL("./bpf-features.ts", import.meta.url).href)});
    await import(${JSON.stringify(import.meta.resolve("koffi"))});
    process.setgroups([]); process.setgid(65534); process.setuid(65534);
    console.log(JSON.stringify(probeBpfFeatures()));`;
  const { status, stdout, stderr } = spawnSync(process.execPath, ["--input-type=module", "-e", script], {
    encoding: "utf8",
    timeout: 30_000,
  });
  assert.equal(status, 0, stderr);
  const features = JSON.parse(stdout) as { name: string; available: boolean; found: string }[];
  for (const name of ["ebpf.ringbuf", "ebpf.tp_btf", "ebpf.cgroup", "ebpf.stats", "ebpf.fentry", "ebpf.lsm"])
    assert.equal(features.find((feature) => feature.name === name)?.available, false, name);
});

test("without libbpf, all that is tried through it needs the package and not another kernel; the rest is tried", () => {
  const features = runProbes(PROBES, failed("SW-NO-LIBBPF", "cannot open libbpf.so.1"));
  const needing = features.filter(({ name, needs }) => name !== "ebpf.libbpf" && needs === "package libbpf1");
  assert.deepEqual(
    needing.map(({ name, available, found }) => [name, available, found]),
    ["ebpf.ringbuf", "ebpf.tp_btf", "ebpf.cgroup", "ebpf.stats", "ebpf.fentry", "ebpf.lsm"].map((name) => [
      name,
      false,
      "cannot open libbpf.so.1",
    ]),
  );
  assert.equal(features.find(({ name }) => name === "pidfd")?.available, true);
});
