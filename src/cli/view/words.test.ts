import assert from "node:assert/strict";
import { test } from "node:test";
import * as fc from "fast-check";
import { columnsOf, cutTo, wrap } from "./columns.ts";
import { fit, paint, piece, spread, widthOf } from "./row.ts";
import { shareRows } from "./section.ts";
import { paintFor, sizeOf } from "./terminal.ts";
import { ago, bytes, count, delay, percent, rate, span } from "./words.ts";

test("numbers are short and carry their unit", () => {
  assert.deepEqual([12, 41_000, 3_833_000, 1e6, 22.4e6, 1.25e9].map(delay), [
    "12 ns",
    "41 µs",
    "3.8 ms",
    "1 ms",
    "22 ms",
    "1.3 s",
  ]);
  assert.deepEqual([4000, 192_000, 3600e3, 11_520_000, 443_000_000].map(span), [
    "4 s",
    "3 min 12 s",
    "1 h",
    "3 h 12 min",
    "5 d 3 h",
  ]);
  assert.deepEqual([0, 4000, 180e3, 7200e3, 2e8].map(ago), ["now", "4 s ago", "3 min ago", "2 h ago", "2 d ago"]);
  assert.deepEqual([0, 999, 512 * 2 ** 20, 1.1 * 2 ** 30].map(bytes), ["0B", "999B", "512M", "1.1G"]);
  assert.deepEqual([0, 0.0004, 0.002, 0.423, 1].map(percent), ["0 %", "<0.1 %", "0.2 %", "42 %", "100 %"]);
  assert.deepEqual([0, 0.31, 12.4, 14_000].map(rate), ["0", "0.3", "12", "14k"]);
  assert.deepEqual([9999, 12_300, 4_560_000].map(count), ["9999", "12k", "4.6M"]);
});

test("wide characters count twice, and nothing is cut in half", () => {
  assert.equal(columnsOf("漢字a"), 5);
  assert.equal(cutTo("漢字a", 3), "漢");
  assert.equal(widthOf(fit([piece("漢字")], 3)), 3);
});

test("a row fits any width exactly", () => {
  fc.assert(
    fc.property(fc.array(fc.string({ unit: "grapheme", maxLength: 20 })), fc.nat(60), (texts, width) => {
      assert.equal(
        widthOf(
          fit(
            texts.map((text) => piece(text)),
            width,
          ),
        ),
        width,
      );
      assert.equal(
        widthOf(
          spread(
            texts.map((text) => piece(text)),
            [piece("right")],
            width,
          ),
        ),
        width,
      );
    }),
  );
});

test("wrapped text keeps its words and its limits", () => {
  assert.deepEqual(wrap("one two three", 7, 5), ["one two", "three"]);
  assert.deepEqual(wrap("abcdefghij", 4, 9), ["abcd", "efgh", "ij"]);
  assert.deepEqual(wrap("one two three four", 7, 2), ["one two", "three…"]);
  assert.deepEqual(wrap("abcdefghij", 4, 1), ["abc…"]);
  assert.deepEqual(wrap("", 10, 3), []);
  fc.assert(
    fc.property(fc.string({ maxLength: 200 }), fc.integer({ min: 1, max: 40 }), (text, width) => {
      const lines = wrap(text, width, 1000);
      for (const line of lines) assert.ok(columnsOf(line) <= width);
      assert.equal(lines.join("").replaceAll(" ", ""), text.trim().replaceAll(" ", ""));
    }),
  );
});

test("rows are shared: all of them while anybody wants some, never more than there are", () => {
  const sections = fc.array(fc.record({ min: fc.nat(5), want: fc.nat(30) }), { maxLength: 6 });
  fc.assert(
    fc.property(fc.nat(80), sections, (total, wanted) => {
      const given = shareRows(total, wanted);
      const sum = given.reduce((a, b) => a + b, 0);
      const wants = wanted.reduce((a, { want }) => a + want, 0);
      assert.equal(sum, Math.min(total, wants));
      given.forEach((rows, index) => assert.ok(rows >= 0 && rows <= wanted[index]!.want));
    }),
  );
});

test("colour is for terminals that want it", () => {
  assert.equal(paintFor({ isTTY: true }, {}).colour, true);
  assert.equal(paintFor({ isTTY: true }, { NO_COLOR: "1" }).colour, false);
  assert.equal(paintFor({ isTTY: true }, { NO_COLOR: "" }).colour, true);
  assert.equal(paintFor({ isTTY: true }, { TERM: "dumb" }).colour, false);
  assert.equal(paintFor({}, {}).colour, false);
  assert.equal(paint([piece("a\x1b[2Jb", "bad")], { colour: false, ascii: false }), "a?[2Jb");
});

test("the locale decides on characters beyond ASCII", () => {
  assert.equal(paintFor({}, { LANG: "en_US.UTF-8" }).ascii, false);
  assert.equal(paintFor({}, { LANG: "en_US.UTF-8", LC_ALL: "C" }).ascii, true);
  assert.equal(paintFor({}, {}).ascii, false);
  assert.equal(paintFor({}, { TMUX: "/tmp/x" }).ascii, true);
  assert.equal(paint([piece("1 → 2 é")], { colour: false, ascii: true }), "1 > 2 ?");
});

test("the size is the terminal's, then the environment's", () => {
  assert.deepEqual(sizeOf({ columns: 90, rows: 30 }, { COLUMNS: "10" }), { width: 90, height: 30 });
  assert.deepEqual(sizeOf({}, { COLUMNS: "70", LINES: "x" }), { width: 70, height: 40 });
});
