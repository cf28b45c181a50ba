import assert from "node:assert/strict";
import { readlinkSync, readdirSync } from "node:fs";
import { test, type TestContext } from "node:test";
import { probeBpfFeatures } from "./bpf-features.ts";
import { BpfObject } from "./bpf-object.ts";
import { openBuiltObject } from "./bpf-object-built.ts";
import { openLibbpf } from "./libbpf.ts";

function missing(t: TestContext, name: string): boolean {
  const feature = probeBpfFeatures().find((one) => one.name === name);
  if (feature?.available === true) return false;
  t.skip(`needs ${name} (${feature?.found})`);
  return true;
}

function opened(name: "events" | "probe"): BpfObject {
  const object = openBuiltObject(name);
  assert.ok(object.ok, object.ok ? "" : object.says);
  return object.value;
}

/** Descriptors of this process that are eBPF links. */
function links(): number {
  return readdirSync("/proc/self/fd").filter((fd) => {
    try {
      return readlinkSync(`/proc/self/fd/${fd}`).includes("bpf_link");
    } catch {
      return false;
    }
  }).length;
}

test("bytes that are no object are refused with the reason", (t) => {
  if (!openLibbpf().ok) return t.skip("needs libbpf1");
  const object = BpfObject.open(new Uint8Array(64), "nonsense");
  assert.ok(!object.ok);
  assert.equal(object.code, "SW-BPF-LOAD");
  assert.match(object.says, /nonsense/);
});

test("closing ends every link, and may be done twice", (t) => {
  if (missing(t, "ebpf.tp_btf")) return;
  const before = links();
  const object = opened("probe");
  object.want(["probe_tp_btf"]);
  assert.deepEqual(object.load(), { ok: true, value: undefined });
  assert.ok(object.attach("probe_tp_btf").ok);
  assert.deepEqual([object.attached, links()], [["probe_tp_btf"], before + 1]);
  object.close();
  object.close();
  assert.equal(links(), before);
});

test("a program that was not wanted is not in the kernel, and cannot be attached", (t) => {
  if (missing(t, "ebpf.tp_btf")) return;
  const object = opened("probe");
  try {
    object.want(["probe_tp_btf"]);
    assert.ok(object.load().ok);
    const attached = object.attach("probe_ring");
    assert.equal(attached.ok ? "" : attached.code, "SW-BPF-LOAD");
  } finally {
    object.close();
  }
});

test("a ring size that the kernel cannot use fails the load and says so", (t) => {
  if (missing(t, "ebpf.ringbuf")) return;
  const object = opened("events");
  try {
    object.want(["on_fork"]);
    assert.equal(object.setMaxEntries("ring", 0).ok && object.load().ok, false);
  } finally {
    object.close();
  }
});

test("a map is written, read, walked and drained", (t) => {
  if (missing(t, "ebpf.ringbuf")) return;
  const object = opened("events");
  try {
    object.want(["on_exit"]);
    assert.ok(object.load().ok);
    const map = object.map("ended");
    const key = (byte: number): Uint8Array => new Uint8Array(map.keyBytes).fill(byte);
    for (const byte of [1, 2, 3]) assert.ok(map.set(key(byte), Uint8Array.of(byte + 10)).ok);
    assert.deepEqual(map.get(key(2)), Uint8Array.of(12));
    assert.equal(map.get(key(9)), undefined);
    assert.equal(map.delete(key(2)), true);
    assert.equal(map.delete(key(2)), false);
    assert.deepEqual([...map.keys()].map((each) => each[0]).sort(), [1, 3]);
    const drained = map.drain().map(([each, value]) => [each[0], value[0]]);
    assert.deepEqual(
      drained.sort((a, b) => (a[0] ?? 0) - (b[0] ?? 0)),
      [
        [1, 11],
        [3, 13],
      ],
    );
    assert.deepEqual([...map.keys()], []);
    assert.throws(() => map.get(new Uint8Array(1)), RangeError);
  } finally {
    object.close();
  }
});

test("a mapping shows the kernel's memory until it is unmapped", (t) => {
  if (missing(t, "ebpf.ringbuf")) return;
  const object = opened("events");
  try {
    object.want(["on_exit"]);
    assert.ok(object.load().ok);
    const mapped = object.map(".bss").map("read");
    assert.ok(mapped.ok);
    const { memory } = mapped.value;
    assert.ok(memory);
    assert.equal(new BigUint64Array(memory)[1], 0n);
    mapped.value.unmap();
    mapped.value.unmap();
    assert.equal(mapped.value.memory, undefined);
  } finally {
    object.close();
  }
});
