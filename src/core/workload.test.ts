import assert from "node:assert/strict";
import { test } from "node:test";
import { adoptedPath } from "./adopted.ts";
import { matchWords, objectiveWords, workloadSchema } from "./workload.ts";

const accepts = (more: object): boolean => workloadSchema.safeParse({ name: "x", cgroup: "/x", ...more }).success;

test("a workload is where its cgroup is, or what it matches: one of the two", () => {
  assert.ok(accepts({}));
  assert.ok(accepts({ cgroup: undefined, match: { unit: "nginx.service" } }));
  assert.ok(!accepts({ match: { unit: "nginx.service" } }));
  assert.ok(!accepts({ cgroup: undefined }));
  assert.ok(!accepts({ cgroup: undefined, match: {} }));
});

test("one number of its own, measured in one way", () => {
  const http = { url: "http://127.0.0.1/", targetMs: 5 };
  const tcp = { address: "[::1]:6379", targetMs: 5 };
  assert.ok(accepts({ objective: { http } }) && accepts({ objective: { tcp, pressure: { io: 0.1 } } }));
  assert.ok(!accepts({ objective: { http, tcp } }));
});

test("addresses and names that could mean something else are refused", () => {
  for (const url of ["file:///etc/passwd", "http://user:secret@h/", "http://h/#x", "h:80", "http://a b/"])
    assert.ok(!accepts({ objective: { http: { url, targetMs: 5 } } }), url);
  for (const address of ["h", "h:", "::1:80", "h:80 h:81"])
    assert.ok(!accepts({ objective: { tcp: { address, targetMs: 5 } } }), address);
  for (const unit of ["a/b", "a b", "*"]) assert.ok(!accepts({ cgroup: undefined, match: { unit } }), unit);
});

test("in words for people", () => {
  const { objective } = workloadSchema.parse({
    name: "x",
    match: { executable: "postgres", user: "postgres" },
    objective: { metric: { url: "http://h/m", name: "wait_seconds", as: "quantile", target: 0.5 } },
  });
  assert.equal(objective && objectiveWords(objective), "p99 of wait_seconds below 0.5");
  assert.equal(
    matchWords({ match: { executable: "postgres", user: "postgres" } }),
    "executable postgres and user postgres",
  );
});

test("a name of whatever characters makes one group, below the scope", () => {
  assert.equal(adoptedPath("/batch.slice", "my shop/../x"), "/batch.slice/swarms-adopted/my_shop_.._x");
  for (const name of ["..", ".", "a/b", "\n"]) assert.doesNotMatch(adoptedPath("/s", name), /\/\.\.?$|\n/);
});
