import assert from "node:assert/strict";
import { test } from "node:test";
import { socketAddress } from "./address.ts";
import { Block } from "./block.ts";
import { MACHINE, machineProgram, PSEUDO } from "./call-machine.ts";
import { capabilitiesOf } from "./capability-text.ts";
import { flagsOf, MODES, OPEN_FLAGS } from "./flag-table.ts";
import { runsHere } from "./run-if.ts";
import { splitArguments, writeScript } from "./script.ts";
import { addStep } from "./step-calls.ts";
import { suiteTest } from "./suite-schema.ts";

test("the machine is one small ELF file with one segment, whose entry is its code", () => {
  const file = Buffer.from(machineProgram());
  assert.equal(file.subarray(1, 4).toString(), "ELF");
  assert.ok(file.length < 300);
  assert.equal(Number(file.readBigUInt64LE(24)) - 0x40_0000, 120);
});

test("a result that another call is given is copied into its record first", () => {
  const block = new Block(0);
  const fd = block.call("openat", [-100, block.text("/x"), 0, 0]);
  block.call("close", [fd]);
  const words = new BigInt64Array(block.encoded().slice(0, 3 * MACHINE.recordBytes).buffer);
  assert.equal(words[0], 257n);
  assert.equal(words[1], -100n);
  assert.deepEqual(
    [words[8], words[9], words[10]],
    [BigInt(PSEUDO.copy), BigInt(fd.at), BigInt(MACHINE.base + 2 * 64 + 8)],
  );
  assert.equal(words[16], 3n);
});

test("arguments are split at spaces, and what is in quotes is one", () => {
  assert.deepEqual(splitArguments(`-c "a b" 'c d' e`), ["-c", "a b", "c d", "e"]);
  assert.deepEqual(splitArguments("  "), []);
});

test("flags are numbers or names, modes octal", () => {
  assert.deepEqual(flagsOf("O_WRONLY|O_CREAT|O_TRUNC", OPEN_FLAGS), { ok: true, value: 0o1101 });
  assert.deepEqual(flagsOf("0644", MODES), { ok: true, value: 0o644 });
  assert.deepEqual(flagsOf(420, MODES), { ok: true, value: 0o644 });
  assert.ok(!flagsOf("O_NOTHING", OPEN_FLAGS).ok);
});

test("addresses are those of the kernel", () => {
  const four = socketAddress("203.0.113.10:443");
  assert.ok(four.ok);
  assert.equal(Buffer.from(four.value.bytes).toString("hex"), "020001bbcb00710a0000000000000000");
  const six = socketAddress("[2001:db8::1%eth0]:80");
  assert.ok(six.ok);
  assert.equal(
    Buffer.from(six.value.bytes).toString("hex"),
    `0a00005000000000${"20010db8000000000000000000000001"}00000000`,
  );
  for (const wrong of ["1.2.3.4", "1.2.3.4:0", "1.2.3.4:70000", "host:80", ":80"])
    assert.ok(!socketAddress(wrong).ok, wrong);
});

test("capabilities are read as cap_from_text(3) does", () => {
  const of = (text: string): unknown => {
    const read = capabilitiesOf(text);
    return read.ok ? [read.value.effective, read.value.permitted, read.value.inheritable] : undefined;
  };
  const all = 2n ** 41n - 1n;
  assert.deepEqual(of("all=iep"), [all, all, all]);
  assert.deepEqual(of("cap_chown,cap_kill+ep"), [33n, 33n, 0n]);
  assert.deepEqual(of("all=ep cap_chown-e"), [all - 1n, all, 0n]);
  assert.equal(of("cap_nothing=e"), undefined);
});

test("a test is for this machine or not, and an unknown condition is refused", () => {
  assert.deepEqual(runsHere({ arch: { op: "ne", val: "arm64" } }, "amd64"), { ok: true, value: undefined });
  assert.deepEqual(runsHere({ arch: { op: "eq", val: "x86_64" } }, "amd64"), { ok: true, value: undefined });
  const other = runsHere({ arch: { op: "eq", val: "arm64" } }, "amd64");
  assert.ok(other.ok && other.value !== undefined);
  assert.ok(!runsHere({ moon: { op: "eq", val: "full" } }, "amd64").ok);
});

test("nobody but a process of the test's own is sent a signal", () => {
  const kill = (pid: string): boolean =>
    addStep(
      new Block(0),
      { name: "s", type: "syscall", syscall: "kill", args: { pid, sig: "SIGKILL" } },
      new Map([["p.pid", 7]]),
    ).ok;
  assert.ok(kill("${p.pid}"));
  assert.ok(!kill("1"));
  assert.ok(!kill("-1"));
  assert.ok(!kill("${q.pid}"));
});

test("what a test asks for and nobody can do is said", () => {
  for (const [part, says] of [
    [{ steps: [{ name: "s", type: "syscall", syscall: "reboot" }] }, "no step makes the call reboot"],
    [{ steps: [{ name: "s", type: "syscall", syscall: "open", args: { path: "/x" } }] }, "no argument path"],
    [{ resources: [{ name: "r", type: "fd" }] }, "subtype"],
    [{ resources: [{ name: "r", type: "clientServer", l4Proto: "tcp6", address: "1.2.3.4:5" }] }, "not of one kind"],
  ] as const) {
    const written = writeScript(suiteTest.parse({ name: "t", runner: "HostRunner", ...part }), {
      mark: "x",
      root: "/x",
    });
    assert.ok(!written.ok && written.says.includes(says), written.ok ? "written" : written.says);
  }
});
