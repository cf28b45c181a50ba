import assert from "node:assert/strict";
import { existsSync } from "node:fs";
import { release } from "node:os";
import { test } from "node:test";
import { probeBpfFeatures } from "../../src/kernel/bpf-features.ts";
import { probeFeatures } from "../../src/kernel/features.ts";
import { elsewhere } from "./machine.fixture.ts";

/** What may be missing in a stock kernel booted here. */
const OPTIONAL = new Set([
  "sched_ext", // not in Debian's 6.12
  "io_uring.disabled", // a setting of the host, off by default
  "swap", // the machine has no disk for it
]);

test("a stock kernel offers everything that eBPF is wanted for, trampolines and security hooks among it", (t) => {
  if (elsewhere(t)) return;
  const missing = probeBpfFeatures().filter(({ name, available }) => !available && !OPTIONAL.has(name));
  assert.deepEqual(
    missing.map(({ name, found }) => `${name}: ${found}`),
    [],
  );
  for (const name of ["ebpf.fentry", "ebpf.lsm"])
    assert.equal(probeBpfFeatures().find((feature) => feature.name === name)?.found, "loads and attaches", name);
});

test("sched_ext is found where the kernel has it", (t) => {
  if (elsewhere(t)) return;
  const found = probeBpfFeatures().find(({ name }) => name === "sched_ext")?.available;
  assert.equal(found, existsSync("/sys/kernel/sched_ext"));
  assert.equal(found, !release().startsWith("6.12."));
});

test("root on pure cgroup v2 lacks nothing that the doctor asks for", (t) => {
  if (elsewhere(t)) return;
  const missing = probeFeatures().filter(({ name, available }) => !available && !OPTIONAL.has(name));
  assert.deepEqual(
    missing.map(({ name, found }) => `${name}: ${found}`),
    [],
  );
});
