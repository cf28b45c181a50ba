import assert from "node:assert/strict";
import { test } from "node:test";
import * as fc from "fast-check";
import { groupOf, labelOfPath } from "./grouping.ts";

const process = { kernelThread: false, comm: "redis", exe: "/usr/bin/redis-server", unitPath: undefined };

test("a process is grouped by its service, else its executable, else the name it gave itself", () => {
  assert.equal(groupOf({ ...process, unitPath: "/system.slice/redis.service" }).name, "unit:redis.service");
  assert.equal(groupOf(process).name, "exe:redis-server");
  assert.equal(groupOf({ ...process, exe: undefined }).name, "exe:redis");
  assert.equal(groupOf({ ...process, exe: undefined, comm: "" }).name, "exe:unknown");
});

test("a group below a service counts as the service, and a slice is no service", () => {
  assert.equal(groupOf({ ...process, unitPath: "/system.slice/x.service/worker" }).name, "unit:x.service");
  assert.equal(groupOf({ ...process, unitPath: "/user.slice" }).name, "exe:redis-server");
});

test("kernel threads are one group whatever they are called", () => {
  assert.deepEqual(groupOf({ ...process, kernelThread: true }), { name: "kernel", label: "kernel threads" });
});

test("an executable in memory keeps the prefix that tells so", () => {
  assert.equal(groupOf({ ...process, exe: "/memfd:payload" }).name, "exe:memfd:payload");
});

test("names are printable and bounded, whatever the process calls itself", () => {
  fc.assert(
    fc.property(fc.string({ unit: "binary" }), fc.string({ unit: "binary" }), (comm, path) => {
      const { name } = groupOf({ kernelThread: false, comm, exe: undefined, unitPath: path });
      assert.ok(!/[\x00-\x1f\x7f]/.test(name));
      assert.ok(name.length <= 70);
    }),
  );
});

test("labels: the unit, the short container, the parent where the last part says little", () => {
  assert.equal(labelOfPath("/system.slice/nginx.service"), "nginx.service");
  assert.equal(
    labelOfPath(`/system.slice/docker-${"0123456789ab".padEnd(64, "c")}.scope`),
    "docker-0123456789ab.scope",
  );
  assert.equal(labelOfPath("/lab/batch"), "lab/batch");
  assert.equal(labelOfPath("/batch"), "batch");
});
