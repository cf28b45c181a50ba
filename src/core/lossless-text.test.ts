import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { keptByte, losslessText } from "./lossless-text.ts";
import { printable } from "./printable.ts";

const bytesOf = (text: string): number[] =>
  [...text].flatMap((char) => keptByte(char.codePointAt(0) ?? 0) ?? [...new TextEncoder().encode(char)]);

test("property: every text is of its very bytes, whatever they are", () => {
  const bytes = fc.array(
    fc.oneof(
      fc.nat(255),
      fc.constantFrom(0xc3, 0xa9, 0xe0, 0xa0, 0x80, 0xed, 0xbf, 0xf0, 0x90, 0xf4, 0x8f, 0xef, 0xbd),
    ),
    { maxLength: 40 },
  );
  fc.assert(
    fc.property(bytes, (each) => assert.deepEqual(bytesOf(losslessText(Uint8Array.from(each))), each)),
    { seed: 31, numRuns: 5000 },
  );
});

test("what is UTF-8 is what it always was, a replacement character and a mark included", () => {
  fc.assert(
    fc.property(fc.string({ unit: "binary" }), (text) => {
      assert.equal(losslessText(new TextEncoder().encode(text)), text);
    }),
    { seed: 32 },
  );
  assert.equal(losslessText(Uint8Array.of(0xef, 0xbb, 0xbf, 0x61)), "\ufeffa");
  assert.equal(losslessText(Uint8Array.of(0xef, 0xbf, 0xbd, 0xff)), "\ufffd\udcff");
});

test("names that differ in a byte are shown differently, each byte as itself", () => {
  const shown = (...bytes: number[]): string => printable(losslessText(Uint8Array.from(bytes)));
  assert.equal(shown(0x61, 0xff), "a\\xff");
  assert.equal(shown(0xfe), "\\xfe");
  // The control character U+0085 is two bytes, and no single one.
  assert.equal(shown(0xc2, 0x85), "\\u{85}");
  assert.equal(shown(0x85), "\\x85");
  assert.equal(shown(...new TextEncoder().encode("\\xff")), "\\\\xff");
});
