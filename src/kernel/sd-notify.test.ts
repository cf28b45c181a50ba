import assert from "node:assert/strict";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { datagramSocket } from "./datagram.fixture.ts";
import { serviceManager } from "./sd-notify.ts";

test("what a service says arrives at the manager's socket, by path and by abstract name", (t) => {
  const folder = mkdtempSync(join(tmpdir(), "swarms-notify-"));
  t.after(() => rmSync(folder, { recursive: true, force: true }));
  for (const name of [join(folder, "notify"), `@swarms-test-notify-${process.pid}`]) {
    const socket = datagramSocket(name);
    t.after(() => socket.close());
    const env: Record<string, string | undefined> = { NOTIFY_SOCKET: name, OTHER: "stays" };
    const manager = serviceManager(env, process.pid);
    assert.deepEqual(env, { OTHER: "stays" }, "no child speaks in this process's name");
    assert.equal(manager?.tell("READY=1", "STATUS=watches"), true);
    assert.equal(socket.read(), "READY=1\nSTATUS=watches");
    assert.equal(manager?.tell("STOPPING=1"), true);
    assert.equal(socket.read(), "STOPPING=1");
  }
});

test("the watchdog is this process's alone", () => {
  const of = (env: Record<string, string>) => serviceManager({ NOTIFY_SOCKET: "/none", ...env }, 42)?.watchdogMs;
  assert.equal(of({ WATCHDOG_USEC: "20000000", WATCHDOG_PID: "42" }), 20_000);
  assert.equal(of({ WATCHDOG_USEC: "20000000" }), 20_000);
  assert.equal(of({ WATCHDOG_USEC: "20000000", WATCHDOG_PID: "43" }), undefined);
  assert.equal(of({ WATCHDOG_USEC: "often" }), undefined);
  assert.equal(of({}), undefined);
});

test("without a manager there is nobody to tell; one that is gone, or does not read, is no reason to wait", (t) => {
  assert.equal(serviceManager({}, 1), undefined);
  assert.equal(serviceManager({ NOTIFY_SOCKET: "relative" }, 1), undefined);
  assert.equal(serviceManager({ NOTIFY_SOCKET: `/${"x".repeat(200)}` }, 1), undefined);
  assert.equal(serviceManager({ NOTIFY_SOCKET: "/nonexistent/notify" }, 1)?.tell("READY=1"), false);
  const name = `@swarms-test-notify-full-${process.pid}`;
  const socket = datagramSocket(name);
  t.after(() => socket.close());
  const manager = serviceManager({ NOTIFY_SOCKET: name }, 1);
  let sent = 0;
  while (manager?.tell("WATCHDOG=1") === true && sent < 100_000) sent++;
  assert.ok(sent > 0 && sent < 100_000, "its queue is full, and this process goes on");
});
