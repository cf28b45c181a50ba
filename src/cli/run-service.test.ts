import assert from "node:assert/strict";
import { mock, test } from "node:test";
import type { ServiceManager } from "../kernel/sd-notify.ts";
import { reportToManager } from "./run-service.ts";

function managerWith(watchdogMs: number | undefined): { manager: ServiceManager; told: string[] } {
  const told: string[] = [];
  return { manager: { watchdogMs, tell: (...states) => told.push(...states) > 0 }, told };
}

test("the watchdog is fed three times in its limit, and only while the sentinel stands guard", (t) => {
  mock.timers.enable({ apis: ["setInterval"] });
  t.after(() => mock.timers.reset());
  const { manager, told } = managerWith(20_000);
  let healthy = true;
  const service = reportToManager(manager, () => healthy);
  assert.deepEqual(told.splice(0), ["READY=1", "STATUS=watching"]);
  mock.timers.tick(20_000);
  assert.deepEqual(told.splice(0), ["WATCHDOG=1", "WATCHDOG=1", "WATCHDOG=1"]);
  healthy = false;
  mock.timers.tick(60_000);
  assert.deepEqual(told.splice(0), [], "no sentinel, no food");
  healthy = true;
  service.stopping();
  assert.equal(told.splice(0)[0], "STOPPING=1");
  mock.timers.tick(60_000);
  assert.deepEqual(told, [], "while it stops, the time-out for stopping counts");
});

test("a reload is told before and after, and without a manager it is just done", () => {
  const { manager, told } = managerWith(undefined);
  const service = reportToManager(manager, () => true);
  told.length = 0;
  service.reloading(() => told.push("reloaded"));
  assert.deepEqual(told, ["RELOADING=1", "reloaded", "READY=1"]);
  let done = false;
  reportToManager(undefined, () => true).reloading(() => (done = true));
  assert.ok(done);
});
