import assert from "node:assert/strict";
import { closeSync, openSync, writeSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { pressureFile } from "../../src/kernel/pressure.ts";
import { loadLibc } from "../../src/kernel/syscall.ts";
import { elsewhere, groupOf } from "./machine.fixture.ts";

/** poll(2): what the kernel raises when a pressure trigger fires (Documentation/accounting/psi.rst). */
const POLLPRI = 2;

/** Whether the trigger "some STALL in WINDOW" of the file fires within the time. */
function fires(file: string, stallUs: number, windowUs: number, withinMs: number): boolean {
  const fd = openSync(file, "r+");
  try {
    writeSync(fd, `some ${stallUs} ${windowUs}\0`);
    // struct pollfd: descriptor, events asked for, events returned.
    const asked = Buffer.alloc(8);
    asked.writeInt32LE(fd, 0);
    asked.writeInt16LE(POLLPRI, 4);
    const poll = loadLibc().func("int poll(void *fds, ulong count, int timeout)");
    return Number(poll(asked, 1, withinMs)) === 1 && (asked.readInt16LE(6) & POLLPRI) !== 0;
  } finally {
    closeSync(fd);
  }
}

for (const windowUs of [500_000, 1_000_000]) {
  test(`a pressure trigger with a window of ${windowUs} µs fires for the crowded, host and group, and not for the quiet`, async (t) => {
    if (elsewhere(t)) return;
    const crowded = await groupOf(t, 3);
    const quiet = await groupOf(t, 0);
    const stallUs = windowUs / 10;
    assert.equal(fires(join(crowded.dir, pressureFile.cgroup("cpu")), stallUs, windowUs, 10_000), true);
    assert.equal(fires(join("/proc", pressureFile.host("cpu")), stallUs, windowUs, 10_000), true);
    assert.equal(fires(join(quiet.dir, pressureFile.cgroup("cpu")), stallUs, windowUs, windowUs / 500), false);
  });
}
