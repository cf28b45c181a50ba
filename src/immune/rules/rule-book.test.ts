import assert from "node:assert/strict";
import { test } from "node:test";
import { engineFor, mistakes, opened } from "./facts.fixture.ts";
import { fired, rule } from "./rule-text.fixture.ts";

test("lists and macros stand for what they hold, through lists of lists, quoted items as they are", () => {
  const names = `- list: inner\n  items: [cat, '"(x)"', 007]\n- list: outer\n  items: [dog, inner]\n- macro: pet\n  condition: proc.name in (outer, "bird")\n`;
  assert.deepEqual(fired([names + rule("r", "pet and fd.name=/etc/shadow")]), ["r"]);
  assert.deepEqual(fired([names + rule("r", `proc.name in ("outer")`)]), [], "a quoted word is no list");
  assert.deepEqual(fired([`- list: empty\n  items: []\n${rule("r", "not proc.name in (empty)")}`]), ["r"]);
});

test("later files append to and replace parts of earlier ones", () => {
  const base = `- list: l\n  items: [a]\n- macro: m\n  condition: proc.name = a\n${rule("r", "proc.name in (l) or m")}`;
  assert.deepEqual(fired([base]), []);
  assert.deepEqual(fired([base, "- list: l\n  append: true\n  items: [cat]\n"]), ["r"]);
  assert.deepEqual(fired([base, "- list: l\n  items: [cat]\n  override:\n    items: append\n"]), ["r"]);
  assert.deepEqual(fired([base, "- macro: m\n  append: true\n  condition: or proc.name = cat\n"]), ["r"]);
  assert.deepEqual(fired([base, "- macro: m\n  condition: proc.name = cat\n"]), ["r"], "defined anew");
  const cat = rule("r", "proc.name = cat", "  tags: [x]\n");
  assert.deepEqual(fired([cat, "- rule: r\n  condition: and fd.name = /tmp/x\n  override: {condition: append}\n"]), []);
  assert.deepEqual(fired([cat, "- rule: r\n  enabled: false\n"]), []);
  assert.deepEqual(
    fired([cat, "- rule: r\n  enabled: false\n", "- rule: r\n  enabled: true\n  override: {enabled: replace}\n"]),
    ["r"],
  );
  const [changed] = engineFor([
    cat,
    "- rule: r\n  output: and %evt.type\n  priority: info\n  override: {output: append, priority: replace}\n",
  ]).match(opened("/x"), 0);
  assert.equal(changed?.text, "cat /x and openat");
  assert.equal(changed?.rule.definition.priority, "INFORMATIONAL");
});

test("names of lists may have blanks, in conditions, lists and exceptions", () => {
  const lists = "- list: my pets\n  items: [cat, dog]\n- list: all of them\n  items: [my pets, bird]\n";
  assert.deepEqual(fired([lists + rule("r", "proc.name in (bird, my pets)")]), ["r"]);
  assert.deepEqual(fired([lists + rule("r", "proc.name in ( all of them )")]), ["r"]);
  assert.match(mistakes(lists + rule("r", "proc.name in (my petting)")).join(), /expected , or \)/);
  assert.deepEqual(fired([lists + rule("r", 'proc.name in ("my pets")')]), []);
  const excepted = "  exceptions:\n    - name: one\n      fields: proc.name\n      values: [all of them]\n";
  assert.deepEqual(fired([lists + rule("r", "proc.name = cat", excepted)]), []);
});

test("where one value belongs, a list of one stands for it, and a longer one is a mistake", () => {
  const list = (items: string): string => `- list: pet\n  items: [${items}]\n`;
  assert.deepEqual(fired([list("cat") + rule("r", "proc.name = pet")]), ["r"]);
  assert.deepEqual(fired([list("cat") + rule("r", 'proc.name = "pet"')]), []);
  assert.match(mistakes(list("cat, dog") + rule("r", "proc.name = pet")).join(), /is a list of 2: .* `in \(pet\)`/);
  assert.match(mistakes(list("") + rule("r", "proc.name = pet")).join(), /is a list of 0/);
});

test("what replaces a list or a macro may come first, what appends may not", () => {
  const replaced = "- macro: m\n  condition: proc.name = dog\n  override:\n    condition: replace\n";
  assert.deepEqual(fired([replaced + rule("r", "not m")]), ["r"]);
  assert.match(mistakes(replaced.replace(": replace", ": append")).join(), /no macro `m` to change/);
  const list = "- list: l\n  items: [cat]\n  override:\n    items: replace\n";
  assert.deepEqual(fired([list + rule("r", "proc.name in (l)")]), ["r"]);
  const late = "- rule: r\n  condition: proc.name = cat\n  override:\n    condition: replace\n";
  assert.match(mistakes(late).join(), /no rule `r` to change/);
});

test("the older `append: true` changes condition and exceptions alone, and goes with no `override`", () => {
  const off = `${rule("r", "proc.name = cat")}  enabled: false\n`;
  const appended = "- rule: r\n  append: true\n  enabled: true\n  priority: hot\n  condition: and proc.name = cat\n";
  assert.deepEqual(fired([off + appended]), []);
  assert.deepEqual(fired([`${off}- rule: r\n  enabled: true\n`]), ["r"]);
  const both = `${appended}  override:\n    condition: append\n`;
  assert.match(mistakes(off + both).join(), /exclude each other/);
});

test("an entry with `enabled` and nothing that a rule needs turns it on or off, whatever else stands in it", () => {
  const cat = rule("r", "proc.name = cat");
  assert.deepEqual(fired([cat, "- rule: r\n  enabled: false\n  tags: [x]\n  source: syscall\n"]), []);
  assert.deepEqual(fired([cat, "- rule: r\n  append: true\n  tags: [x]\n"]), ["r"]);
  assert.match(mistakes(`${cat}- rule: r\n  enabled: false\n  desc: d\n`).join(), /needs condition, output, priority/);
  assert.match(mistakes("- rule: s\n  enabled: false\n").join(), /rule `s` needs condition/);
});

test("a file may hold several documents; the version that it needs is one", () => {
  assert.deepEqual(fired([`---\n${rule("a", "proc.name = cat")}---\n---\n${rule("b", "proc.name = cat")}`]), [
    "a",
    "b",
  ]);
  assert.match(mistakes("- required_engine_version: seven\n").join(), /expected a version/);
  assert.deepEqual(mistakes("- required_engine_version: 0.26.0\n- required_engine_version: 26\n"), []);
});
