import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import type { Condition, Operand, Value } from "./ast.ts";
import { parseCondition } from "./parse.ts";

/** The tree in short: what binds what. */
function tree(text: string): string {
  const parsed = parseCondition(text);
  return parsed.ok ? short(parsed.value) : `${parsed.fault.at.start}-${parsed.fault.at.end}: ${parsed.fault.says}`;
}

function short(condition: Condition): string {
  switch (condition.kind) {
    case "and":
    case "or":
      return `(${condition.parts.map(short).join(condition.kind === "and" ? " & " : " | ")})`;
    case "not":
      return `!${short(condition.part)}`;
    case "macro":
      return condition.name;
    case "check": {
      const { left, operator, right, modifier } = condition;
      const shown =
        right === undefined
          ? ""
          : right.kind === "list"
            ? `[${right.values.map(({ text }) => text).join(";")}]`
            : right.kind === "value"
              ? right.text
              : operand(right);
      return `{${operand(left)} ${operator}${modifier === undefined ? "" : ` ${modifier}`} ${shown}}`;
    }
  }
}

function operand(given: Operand | Value): string {
  if (given.kind === "value") return `'${given.text}'`;
  const argument = given.argument === undefined ? "" : `[${given.argument}]`;
  return given.kind === "field"
    ? `${given.name}${argument}`
    : `${given.by}(${given.operands.map(operand).join(",")})${argument}`;
}

const READ: readonly (readonly [text: string, tree: string])[] = [
  ["a or b and c", "(a | (b & c))"],
  ["not a and b", "(!a & b)"],
  ["not not a", "a"],
  ["not(a or b)", "!(a | b)"],
  ["a and(b)or(c)", "((a & b) | c)"],
  ["notable and order or andy", "((notable & order) | andy)"],
  ["proc.name=bash", "{proc.name = bash}"],
  ["proc.name == 'a b' and evt.dir=<", "({proc.name == a b} & {evt.dir = <})"],
  ["proc.aname[2] = x and proc.env['A B'] exists", "({proc.aname[2] = x} & {proc.env[A B] exists })"],
  ["evt.arg.flags contains O_TRUNC", "{evt.arg.flags contains O_TRUNC}"],
  [
    "fd.num>=0 and evt.rawres < -1 and a.b <= 1e9 or a.b > 0x1F",
    "(({fd.num >= 0} & {evt.rawres < -1} & {a.b <= 1e9}) | {a.b > 0x1F})",
  ],
  ['proc.name in (a, "b c", runc:[0:PARENT], d,)', "{proc.name in [a;b c;runc:[0:PARENT];d]}"],
  ["proc.name in ()", "{proc.name in []}"],
  ["proc.name in shells", "{proc.name in [shells]}"],
  ["fd.name pmatch(/etc, /var)", "{fd.name pmatch [/etc;/var]}"],
  ["proc.name = val(proc.pname)", "{proc.name = val(proc.pname)}"],
  ["tolower(basename(proc.exe)) in (a)", "{tolower(basename(proc.exe)) in [a]}"],
  ['getopt(proc.args, "nt:")[t] = x', "{getopt(proc.args,'nt:')[t] = x}"],
  ["proc.cmdline startswith anyof (a, 'b c')", "{proc.cmdline startswith anyof [a;b c]}"],
  ["proc.name glob\n  '*x'", "{proc.name glob *x}"],
  ['fd.name = "a\\"b\\\\c\\x41\\q"', '{fd.name = a"b\\cA\\q}'],
  ["proc.pname exists and (a)", "({proc.pname exists } & a)"],
];

test("conditions are read as the language says", () => {
  for (const [text, expected] of READ) assert.equal(tree(text), expected, text);
});

const REFUSED: readonly (readonly [text: string, says: RegExp])[] = [
  ["", /empty/],
  ["a and", /^4-5: something has to follow `and`/],
  ["a anf b", /^2-5: expected `and` or `or`: did you mean `and`\?/],
  ["proc.name sartswith a", /^10-19: expected an operator: did you mean `startswith`\?/],
  ["(a or b", /^0-1: this \( is never closed/],
  ["proc.name in (a, ", /^13-14: this \( is never closed/],
  ["proc.name in (a b)", /expected , or \)/],
  ["proc.name = 'a", /^12-14: this text has no closing '/],
  ["fd.num > abc", /compares numbers/],
  ["proc.name =", /expected a value behind `=`/],
  ["len() = 1", /expected a field/],
  ["proc.name in anyof (a)", /goes with an operator that compares with one value/],
  ["a)", /expected `and`, `or` or the end/],
  ["=", /expected a field/],
  ["proc.name[1 = a", /never closed/],
];

test("what cannot be read is refused in its place, with the way out", () => {
  for (const [text, says] of REFUSED) assert.match(tree(text), says, text);
});

test("no text makes the reader throw, hang or answer outside of the text", () => {
  const words = fc.constantFrom(
    "and",
    "or",
    "not",
    "(",
    ")",
    "proc.name",
    "=",
    "in",
    "'",
    '"',
    "\\",
    ",",
    "[",
    "]",
    "val(",
    "len(",
    "exists",
    "x",
    "1",
    " ",
    "\n",
    "anyof",
    ">",
    "startswith",
  );
  const texts = fc.oneof(
    fc.string({ unit: "binary" }),
    fc.array(words, { maxLength: 60 }).map((parts) => parts.join("")),
    fc.array(words, { maxLength: 60 }).map((parts) => parts.join(" ")),
  );
  fc.assert(
    fc.property(texts, (text) => {
      const parsed = parseCondition(text);
      if (parsed.ok) return;
      assert.ok(
        parsed.fault.at.start >= 0 && parsed.fault.at.end > parsed.fault.at.start,
        JSON.stringify(parsed.fault),
      );
    }),
    { numRuns: 3000 },
  );
  const deep = parseCondition(`${"(".repeat(50_000)}a${")".repeat(50_000)}`);
  assert.ok(!deep.ok && /nested deeper/.test(deep.fault.says));
  assert.equal(parseCondition("not ".repeat(20_000) + "a").ok, true);
});
