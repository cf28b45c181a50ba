import assert from "node:assert/strict";
import { test } from "node:test";
import { type Ending, judge } from "./verdict.ts";

const SILENT: Ending = { status: "", timedOut: false, console: "[    1.2] booting", complaint: "" };
const PANIC = `${SILENT.console}\n[    1.6] Kernel panic - not syncing: Fatal exception in interrupt\r\n`;

for (const [what, ending, kind, showConsole] of [
  ["all passed", { status: "exit 0" }, "passed", false],
  ["a failing test", { status: "exit 1" }, "failed", false],
  ["a dead test process", { status: "signal 11" }, "crashed", true],
  ["a machine that cannot be set up", { status: "init 19 (/sys/fs/bpf)" }, "init", true],
  ["a panic", { console: PANIC }, "panic", true],
  ["a panic on which QEMU hung", { console: PANIC, timedOut: true }, "panic", true],
  ["a time-out before any test", { timedOut: true }, "timeout", true],
  [
    "a time-out after a failure",
    { timedOut: true, console: "3 ms /a.ts one\nFAILED 4 ms /a.ts two\n" },
    "timeout",
    true,
  ],
  [
    "a time-out while all passes",
    { timedOut: true, console: "[ 1] up\r\n3 ms /a.ts one\r\n4 ms /a.ts two\r\n" },
    "unfinished",
    true,
  ],
  ["QEMU that did not start", { complaint: "no such device" }, "machine", true],
  ["a machine that was reset", {}, "machine", true],
] as const satisfies readonly (readonly [string, Partial<Ending>, string, boolean])[]) {
  test(`${what} is told apart`, () => {
    const verdict = judge({ ...SILENT, ...ending });
    assert.deepEqual([verdict.kind, verdict.showConsole], [kind, showConsole]);
  });
}

test("what QEMU or the kernel said is passed on", () => {
  assert.match(judge({ ...SILENT, complaint: "no such device" }).says, /no such device/);
  assert.match(judge({ ...SILENT, console: PANIC }).says, /Fatal exception in interrupt$/);
});
