import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { readdirSync, readlinkSync } from "node:fs";
import { test } from "node:test";
import { setTimeout as sleep } from "node:timers/promises";
import { EVENT_CODES } from "../core/event.ts";
import { openBuiltObject } from "../kernel/bpf-object-built.ts";
import { pageBytes } from "../kernel/mmap.ts";
import { execs, missing, settled, started } from "./kernel-senses.fixture.ts";
import { COUNTERS, RECORD_BYTES } from "./records.ts";

/** Descriptors of this process that belong to eBPF, and its threads that read a ring. */
function leftovers(): { descriptors: number; threads: number } {
  const descriptors = readdirSync("/proc/self/fd").filter((fd) => {
    try {
      return /bpf|epoll/.test(readlinkSync(`/proc/self/fd/${fd}`));
    } catch {
      return false;
    }
  });
  return { descriptors: descriptors.length, threads: readdirSync("/proc/self/task").length };
}

test("closing is quick and leaves neither link nor thread, also when the owner throws", async (t) => {
  if (missing(t)) return;
  const before = leftovers();
  const owner = async (): Promise<void> => {
    const { senses } = started({ runq: true });
    try {
      assert.ok(leftovers().descriptors > before.descriptors);
      await sleep(20);
      throw new Error("the owner fails");
    } finally {
      const from = performance.now();
      await senses.close();
      await senses.close();
      assert.ok(performance.now() - from < 1000);
      assert.deepEqual([senses.attached(), senses.runq()], [[], undefined]);
    }
  };
  await assert.rejects(owner, /the owner fails/);
  // The kernel takes a moment to let go of a thread that has ended.
  for (let look = 0; look < 50 && leftovers().threads > before.threads; look++) await sleep(20);
  assert.deepEqual(leftovers(), before);
});

test("a process that dies of an error does not hang on its reader", (t) => {
  if (missing(t)) return;
  const module = new URL("./kernel-senses.ts", import.meta.url).href;
  const script = `
    const { startKernelSenses } = await import(${JSON.stringify(module)});
    const senses = startKernelSenses({ wants: ["fork"], runq: false, onRecords() {}, onTrouble() {} });
    if (!senses.ok) process.exit(3);
    setTimeout(() => { throw new Error("bug"); }, 50);`;
  const { status, stderr } = spawnSync(process.execPath, ["--input-type=module", "-e", script], {
    encoding: "utf8",
    timeout: 10_000,
  });
  assert.equal(status, 1);
  assert.match(stderr, /Error: bug/);
});

test("a ring that is full is counted by the kernel, and every record is either there or lost", async (t) => {
  if (missing(t)) return;
  const object = openBuiltObject("events");
  assert.ok(object.ok);
  try {
    object.value.want(["on_exec"]);
    assert.ok(object.value.setMaxEntries("ring", pageBytes()).ok && object.value.load().ok);
    const counters = object.value.map(".bss").map("read");
    assert.ok(counters.ok && object.value.attach("on_exec").ok);
    // Nobody reads.
    const fit = Math.floor(pageBytes() / (RECORD_BYTES.exec + 8));
    spawnSync("sh", ["-c", `for i in $(seq ${fit + 20}); do /bin/true; done`], { timeout: 10_000 });
    object.value.detach();
    const words = new BigUint64Array(counters.value.memory ?? new ArrayBuffer(0));
    const at = (offset: number): number => Number(words[offset / 8 + EVENT_CODES.exec]);
    assert.ok(at(COUNTERS.lost) >= 20);
    assert.ok(at(COUNTERS.made) - at(COUNTERS.lost) <= fit);
    assert.ok(at(COUNTERS.made) > at(COUNTERS.lost));
    counters.value.unmap();
  } finally {
    object.value.close();
  }
  const { senses, events } = started({ wants: ["exec"], ringBytes: pageBytes() });
  try {
    spawnSync("sh", ["-c", "for i in $(seq 60); do /bin/true & done; wait"], { timeout: 10_000 });
    await settled(senses, events);
    assert.ok(senses.counts().exec >= 60);
  } finally {
    await senses.close();
  }
});

test("an owner that is busy for a while loses nothing that fits the ring", async (t) => {
  if (missing(t)) return;
  const { senses, events } = started({ wants: ["exec"] });
  try {
    spawnSync("sh", ["-c", "for i in $(seq 300); do /bin/true; done"], { timeout: 10_000 });
    await settled(senses, events);
    assert.ok(execs(events) >= 300);
    assert.deepEqual(senses.losses(), { ring: 0, shed: 0, damaged: 0 });
  } finally {
    await senses.close();
  }
});
