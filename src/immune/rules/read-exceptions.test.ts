import assert from "node:assert/strict";
import { test } from "node:test";
import { mistakes, opened } from "./facts.fixture.ts";
import { fired, rule } from "./rule-text.fixture.ts";

test("exceptions leave out what they name, alone or with values of later files", () => {
  const base = rule(
    "r",
    "proc.name = cat",
    "  exceptions:\n    - name: pair\n      fields: [proc.name, fd.name]\n      comps: [=, in]\n    - name: one\n      fields: proc.pname\n",
  );
  assert.deepEqual(fired([base]), ["r"]);
  const values = (text: string): string => `- rule: r\n  exceptions:\n    - name: ${text}\n  append: true\n`;
  assert.deepEqual(fired([base, values("pair\n      values: [[cat, [/etc/passwd]]]")]), ["r"]);
  assert.deepEqual(fired([base, values("pair\n      values: [[cat, [/etc/passwd, /etc/shadow]]]")]), []);
  assert.deepEqual(
    fired([
      base,
      "- list: files\n  items: [/etc/shadow]\n",
      values("pair\n      values:\n        - [dog, [files]]\n        - [cat, [files]]"),
    ]),
    [],
  );
  assert.deepEqual(fired([base, values("one\n      values: [bash]")]), []);
  assert.match(mistakes(base + values("pair\n      values: [[cat]]")).join(), /list of 2, one for each field/);
  assert.match(mistakes(base.replace("[=, in]", "[=]")).join(), /2 fields and 1 comps/);
});

test("two exceptions of one name in one definition are two, each with its own comparisons", () => {
  const base = rule(
    "r",
    "proc.name in (cat, bat)",
    "  exceptions:\n    - name: known\n      fields: [proc.name]\n      comps: [=]\n      values: [[cat]]\n" +
      "    - name: known\n      fields: [fd.name]\n      comps: [startswith]\n      values: [[/tmp/]]\n",
  );
  assert.deepEqual(fired([base]), []);
  assert.deepEqual(fired([base.replace("[[cat]]", "[[dog]]")]), ["r"]);
  assert.deepEqual(fired([base.replace("[[cat]]", "[[dog]]")], opened("/tmp/x")), []);
  // What is added goes to the first of that name.
  const more =
    "- rule: r\n  exceptions:\n    - name: known\n      values: [[/etc/], [cat]]\n  override: {exceptions: append}\n";
  assert.deepEqual(fired([base.replace("[[cat]]", "[[dog]]"), more]), []);
});

test("an exception that is there takes values alone, a new one needs fields and values", () => {
  const base = rule("r", "proc.name = cat", "  exceptions:\n    - name: one\n      fields: proc.pname\n");
  const added = (text: string): readonly string[] =>
    mistakes(`${base}- rule: r\n  append: true\n  exceptions:\n    - name: ${text}\n`);
  assert.match(added("one\n      fields: proc.name\n      values: [cat]").join(), /defined already, so only `values`/);
  assert.match(added("one\n      comps: in\n      values: [cat]").join(), /defined already, so only `values`/);
  assert.match(added("two\n      fields: proc.name").join(), /needs `values`/);
  assert.match(added("two\n      values: [cat]").join(), /needs `fields`/);
  assert.deepEqual(added("two\n      fields: proc.name\n      values: [cat]"), []);
});

test("a list in one text is a list where the comparison takes one", () => {
  const base = rule(
    "r",
    "proc.name = cat",
    "  exceptions:\n    - name: one\n      fields: [proc.name]\n      comps: [in]\n",
  );
  for (const text of ['"(dog, cat)"', '"dog, cat"', "'(dog, \"cat\")'"])
    assert.deepEqual(fired([base + `      values:\n        - [${text}]\n`]), [], text);
  assert.deepEqual(fired([base + "      values:\n        - [dog]\n"]), ["r"]);
});

test("values of exceptions may be computed, fields of them too", () => {
  const base = rule("r", "proc.name = cat");
  const exception = (fields: string, value: string): string =>
    `  exceptions:\n    - name: one\n      fields: [${fields}]\n      comps: [=]\n      values:\n        - ["${value}"]\n`;
  assert.deepEqual(fired([base + exception("proc.name", "val(proc.exe)")]), []);
  assert.deepEqual(fired([base + exception("toupper(proc.name)", "CAT")]), []);
  assert.deepEqual(fired([base + exception("proc.name", "val(proc.pname)")]), ["r"]);
  // With a blank it is a text, as Falco has it.
  assert.deepEqual(fired([base + exception("proc.name", "val( proc.exe)")]), ["r"]);
  assert.match(mistakes(base + exception("proc.name", "val(proc.nam)")).join(), /there is no field `proc.nam`/);
});
