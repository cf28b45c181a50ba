import assert from "node:assert/strict";
import { test } from "node:test";
import { ERRORS } from "../../core/errors.ts";
import { VERSION } from "./format.ts";
import { LAYOUT } from "./layout.ts";
import { headed, read } from "./recorded.fixture.ts";

test("records laid out differently by another version are not read wrongly", () => {
  for (const layout of [{ ...LAYOUT, exec: "0123456789abcdef" }, { ...LAYOUT, more: "" }, {}]) {
    const { damage } = read(headed(VERSION, { made: "swarms 9", atMs: 0, layout }));
    assert.equal(damage?.code, "SW-RECORDING-VERSION");
    assert.match(damage.says, /^swarms 9 laid kernel records out differently \(\w/);
  }
  // The right one reaches its first chunk.
  assert.match(read(headed(VERSION, { made: "x", atMs: 0, layout: LAYOUT })).damage?.says ?? "", /^chunk 1 /);
});

test("a recording of the first format is told from a damaged one, and what to do about it", () => {
  const { damage } = read(headed(1, { made: "swarms 0.1.0", atMs: 0, records: { exec: [1, 376] } }));
  assert.deepEqual(
    [damage?.code, damage?.says],
    ["SW-RECORDING-VERSION", "byte 8: format 1, and this version reads 2 only"],
  );
  assert.match(ERRORS["SW-RECORDING-VERSION"].todo, /with the version that made it/);
});

test("every table that the decoder reads records by is in the fingerprint", () => {
  for (const part of [
    "head",
    "exec",
    "fork",
    "exit record",
    "connect",
    "ring",
    "codes",
    "call",
    "call fd",
    "call table",
  ])
    assert.match(LAYOUT[part] ?? "", /^[0-9a-f]{16}$/, part);
});
