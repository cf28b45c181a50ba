import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { printable } from "./printable.ts";

test("nothing that a terminal would obey comes through, whatever the name", () => {
  fc.assert(
    fc.property(fc.string({ unit: "binary", maxLength: 400 }), (text) => {
      const out = printable(text, 100);
      assert.ok(!/[\p{Cc}\p{Cf}\p{Co}\p{Zl}\p{Zp}]/u.test(out), JSON.stringify(out));
      assert.ok(out.length <= 100);
    }),
    { numRuns: 2000 },
  );
});

test("escape codes, new lines, bidi overrides and backslashes are shown as escapes", () => {
  assert.equal(printable("\x1b[31mred\n"), "\\x1b[31mred\\x0a");
  assert.equal(printable("a\u202Eb"), "a\\u{202e}b");
  assert.equal(printable("a\\x1b"), "a\\\\x1b");
});

test("ordinary names stay as they are", () => {
  for (const name of ["redis-server", "/usr/lib/x y", "Größe", "日本", "[kworker/0:1]"])
    assert.equal(printable(name), name);
});

test("what is too long ends in an ellipsis", () => {
  assert.equal(printable("x".repeat(20), 10), `${"x".repeat(9)}…`);
});

test("a cut never leaves half of a letter that takes two units", () => {
  for (const text of ["𐂀".repeat(9), `a${"𐂀".repeat(9)}`]) {
    for (let length = 2; length < 12; length++) {
      const out = printable(text, length);
      assert.ok(out.length <= length && out.isWellFormed(), `${out} at ${length}`);
    }
  }
});
