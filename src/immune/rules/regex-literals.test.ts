import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { RE2JS } from "re2js";
import { regexLiterals } from "./regex-literals.ts";

const READ: readonly (readonly [pattern: string, beginning: string, held: readonly string[]])[] = [
  ["/proc/[0-9]+/mem", "/proc/", ["/proc/", "/mem"]],
  ["/dev/shm/\\.[^/]+", "/dev/shm/.", ["/dev/shm/."]],
  ["(.|\\n)*\\| *(sudo +)?(ba|da)?sh( .*)?", "", ["|", "sh"]],
  ["(.*)of=/dev/(sd|vd)[a-z]+(.*)", "", ["of=/dev/"]],
  ["ab*c", "a", ["a", "c"]],
  ["ab?", "a", ["a"]],
  ["ab+c", "ab", ["ab", "c"]],
  ["ab{0,2}c", "a", ["a", "c"]],
  ["a|b", "", []],
  ["(?i)abc", "", []],
  ["\\Qa.b\\E", "", []],
  ["\\x41b", "", []],
  ["[]a]b[^]]c", "", ["b", "c"]],
  ["^/etc/.*$", "", ["/etc/"]],
  ["a\\d", "a", ["a"]],
];

test("what every match of a regular expression holds is read from it", () => {
  for (const [pattern, beginning, held] of READ) assert.deepEqual(regexLiterals(pattern), { beginning, held }, pattern);
});

const text = fc.string({ unit: fc.constantFrom("a", "b", "/", "."), maxLength: 8 });
const pattern = fc.letrec<{ node: string }>((tie) => ({
  node: fc.oneof(
    { maxDepth: 3 },
    fc.constantFrom("a", "b", "/", "\\.", ".", "[ab]", "[^/]", "[]a]", "ab", "\\d", "^", "$"),
    fc.array(tie("node"), { maxLength: 4 }).map((parts) => parts.join("")),
    fc.array(tie("node"), { minLength: 2, maxLength: 3 }).map((parts) => `(${parts.join("|")})`),
    fc.array(tie("node"), { minLength: 2, maxLength: 2 }).map((parts) => parts.join("|")),
    fc
      .tuple(tie("node"), fc.constantFrom("*", "+", "?", "{0,1}", "{2}", "*?"))
      .map(([part, times]) => `(${part})${times}`),
    fc.tuple(fc.constantFrom("a", "/", "[ab]"), fc.constantFrom("*", "+", "?")).map((parts) => parts.join("")),
  ),
})).node;

test("no match is without them, whatever the pattern", () => {
  let matched = 0;
  fc.assert(
    fc.property(pattern, fc.array(text, { minLength: 20, maxLength: 20 }), (each, texts) => {
      const { beginning, held } = regexLiterals(each);
      const compiled = RE2JS.compile(each);
      for (const one of texts.filter((candidate) => compiled.matches(candidate))) {
        matched++;
        assert.ok(one.startsWith(beginning), `${each} matches ${one}, not begun by ${beginning}`);
        for (const literal of held) assert.ok(one.includes(literal), `${each} matches ${one}, without ${literal}`);
      }
    }),
    { numRuns: 2000 },
  );
  assert.ok(matched > 1000, `${matched} matches: too few to tell anything`);
});
