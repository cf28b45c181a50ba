import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { test } from "node:test";
import { readConfinement } from "../kernel/confinement.ts";
import { KEPT_CAPABILITIES, KEPT_MASK, withoutOtherCapabilities } from "./capabilities.ts";

const SELF = `
  const { readFileSync } = require("node:fs");
  const { readdirSync } = require("node:fs");
  console.log(readdirSync("/proc/self/task").map((tid) =>
    readFileSync("/proc/self/task/" + tid + "/status", "utf8").match(/^(CapEff|CapBnd|NoNewPrivs):.*/gm).join("|")).join("\\n"));`;

test("started again, every thread has nothing but what is kept, and no way to more", (t) => {
  if (process.getuid?.() !== 0) return t.skip("needs root");
  const command = withoutOtherCapabilities([process.execPath, "-e", SELF]);
  if (command === undefined) return t.skip("needs setpriv(1), and more capabilities than the layer keeps");
  const [program, ...args] = command;
  const { stdout, stderr, status } = spawnSync(program, args, { encoding: "utf8", timeout: 20_000 });
  assert.equal(status, 0, stderr);
  const had = readConfinement(process.pid)?.bounding ?? 0n;
  const threads = stdout.trim().split("\n");
  assert.ok(threads.length > 1, "Node has threads before the first line runs");
  for (const thread of threads) {
    const masks = [...thread.matchAll(/Cap\w+:\s*([0-9a-f]+)/g)].map((match) => BigInt(`0x${match[1]}`));
    assert.deepEqual(masks, [had & KEPT_MASK, had & KEPT_MASK]);
    assert.match(thread, /NoNewPrivs:\s*1/);
  }
});

test("what is dropped: modules, raw hardware, clocks, device files, audit, restart", () => {
  const gone = { sys_module: 16, sys_rawio: 17, sys_boot: 22, sys_time: 25, mknod: 27, audit_control: 30, net_raw: 13 };
  for (const [name, bit] of Object.entries(gone)) assert.equal((KEPT_MASK >> BigInt(bit)) & 1n, 0n, name);
  assert.equal(KEPT_MASK.toString(2).replaceAll("0", "").length, Object.keys(KEPT_CAPABILITIES).length);
});
