import assert from "node:assert/strict";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
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

test("what a rule has looked up is explained, and what it cannot have looked up", async (t) => {
  const dir = mkdtempSync(join(tmpdir(), "swarms-rules-"));
  t.after(() => rmSync(dir, { recursive: true, force: true, maxRetries: 10 }));
  const file = join(dir, "names.yaml");
  const condition = "evt.type = connect and (fd.sip.name = api.example or fd.sip.name glob *.example)";
  writeFileSync(file, JSON.stringify([{ rule: "Calls", desc: "d", condition, output: "o", priority: "INFO" }]));
  const explained = await swarms(["rules", "explain", "Calls", file]);
  assert.match(explained.out, /looks up +api\.example$/m);
  assert.match(explained.out, /in part +`fd\.sip\.name`: only whole names can be looked up/);
  const checked = await swarms(["rules", "validate", file]);
  assert.match(checked.out, /warning: [^]*names\.yaml:1:[^]*only whole names can be looked up/);
  assert.match(checked.out, /OK +1 rule,/);
});
