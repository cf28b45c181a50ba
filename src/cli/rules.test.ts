import assert from "node:assert/strict";
import { test } from "node:test";
import { swarms } from "./command-line.fixture.ts";

test("rules are listed within the width, each with what has to be sensed for it", async () => {
  const { code, out } = await swarms(["rules", "list"]);
  assert.equal(code, 0);
  const lines = out.trimEnd().split("\n");
  assert.ok(lines.length > 50);
  for (const line of lines) assert.ok(line.length <= 80, line);
  assert.match(out, /^CRITICAL +Program run from memory +exec$/m);
  // Reading, writing and failing to are one family.
  assert.match(out, /^WARNING +Password hashes read +open$/m);
});

test("fields are told within the width, with why some never have a value", async () => {
  const { code, out } = await swarms(["rules", "fields"]);
  assert.equal(code, 0);
  for (const line of out.split("\n")) assert.ok(line.length <= 80, line);
  assert.match(out, /^ {2}evt\.is_io_read +[^]*?\(never here: reads\n +are not sensed\)/m);
});
