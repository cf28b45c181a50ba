import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { endpointKey, fileKey, HOST, parseEntityKey, processKey, workloadKey } from "./entity.ts";

test("every key parses back to the entity it was made of", () => {
  fc.assert(
    fc.property(fc.nat(4_194_304), fc.nat(1_000_000_000), fc.ipV6(), fc.nat(65535), (a, b, address, port) => {
      assert.deepEqual(parseEntityKey(processKey({ pid: a, startTicks: b })), {
        kind: "process",
        pid: a,
        startTicks: b,
      });
      assert.deepEqual(parseEntityKey(fileKey({ dev: a, ino: b })), { kind: "file", dev: a, ino: b });
      assert.deepEqual(parseEntityKey(endpointKey({ address, port })), { kind: "endpoint", address, port });
    }),
  );
  assert.deepEqual(parseEntityKey(workloadKey("/a b/c")), { kind: "workload", name: "/a b/c" });
  assert.deepEqual(parseEntityKey(HOST), { kind: "host" });
});

test("any other text is no entity, and never an error", () => {
  for (const text of ["", "p:", "p:1", "p:1@", "p:-1@2", "p:1@2x", "w:", "f:1", "x:1", "p:12345678901@1"]) {
    assert.equal(parseEntityKey(text), undefined, text);
  }
  fc.assert(fc.property(fc.string(), (text) => void parseEntityKey(text)));
});

test("a reused pid is another entity", () => {
  assert.notEqual(processKey({ pid: 7, startTicks: 1 }), processKey({ pid: 7, startTicks: 2 }));
});
