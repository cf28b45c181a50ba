import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import { printable } from "../../core/printable.ts";
import fc from "fast-check";
import { engineFor, executed, LINE, mistakes, opened, view } from "./facts.fixture.ts";
import { loadRules } from "./rule-set.ts";

const rule = (name: string, condition: string, more = ""): string =>
  `- rule: ${name}\n  desc: d\n  condition: ${condition}\n  output: "%proc.name %fd.name"\n  priority: WARNING\n${more}`;

function fired(files: readonly string[], event = opened("/etc/shadow")): readonly string[] {
  return engineFor(files)
    .match(event, 5000)
    .map(({ rule: { definition } }) => definition.name);
}

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

test("a file may hold several documents; the version that it needs is one", () => {
  assert.deepEqual(fired([`---\n${rule("a", "proc.name = cat")}---\n---\n${rule("b", "proc.name = cat")}`]), [
    "a",
    "b",
  ]);
  assert.match(mistakes("- required_engine_version: seven\n").join(), /expected a version/);
  assert.deepEqual(mistakes("- required_engine_version: 0.26.0\n- required_engine_version: 26\n"), []);
});

test("line breaks, backslashes and bytes in a condition meet those in names, which come with escapes", () => {
  const at = (path: string): ReturnType<typeof opened> => opened(path);
  const holdsAt = (condition: string, path: string): boolean =>
    fired([rule("r", JSON.stringify(condition))], at(path)).length === 1;
  assert.ok(holdsAt('fd.name contains "\\n"', printable("/tmp/a\nb")));
  assert.ok(holdsAt('fd.name = "/tmp/a\\\\b"', printable("/tmp/a\\b")));
  assert.ok(holdsAt('fd.name endswith "\\xff"', printable("/tmp/a\udcff")));
  assert.ok(!holdsAt('fd.name endswith "\\xff"', printable("/tmp/a\udcfe")));
  assert.ok(!holdsAt('fd.name endswith "\\xff"', printable("/tmp/a\ufffd")));
  assert.ok(holdsAt("fd.name bcontains 0aff5cc3a9", printable("/tmp/\n\udcff\\é")));
  assert.ok(!holdsAt("fd.name bcontains 5c78", printable("/tmp/\n")));
  assert.ok(holdsAt('fd.name in ("/tmp/\\xc3\\xa9")', printable("/tmp/é")));
  assert.ok(holdsAt('fd.name glob "/tmp/*\\n*"', printable("/tmp/a\nb")));
  assert.ok(!holdsAt('fd.name contains "\\n"', printable("/tmp/anb")));
});

test("with `first`, the order of the rules decides; with `all`, each that holds speaks", () => {
  const files = [rule("one", "proc.name = cat") + rule("two", "proc.name = cat") + rule("three", "proc.name = dog")];
  assert.deepEqual(fired(files), ["one", "two"]);
  assert.equal(engineFor(files, "first").match(opened("/x"), 0).length, 1);
});

test("a path behind a link is compared as it was typed and as it really is", () => {
  const files = [rule("r", "fd.name = /etc/shadow")];
  const linked = opened("/tmp/innocent");
  const behind = { ...linked, fd: { ...linked.fd!, path: "/etc/shadow" } };
  assert.deepEqual(fired(files, linked), []);
  assert.deepEqual(fired(files, behind), ["r"]);
  assert.deepEqual(fired([rule("r", "fd.name = /tmp/innocent")], behind), ["r"]);
});

test("mistakes are told all at once, each in its place", () => {
  const says = mistakes(`- rule: r
  desc: d
  condition: shels and proc.nam = a and fd.num = x and proc.aname[x] = b
  output: "%prc.name"
  priority: hot
- macro: shells
  condition: shells
- list: a
- thing: 1
- rule: s
- rule: none
  append: true
  condition: or shells
- rule: t
  desc: d
  condition: shels and proc.nam = a and fd.num = x and proc.aname[x] = b and evt.is_open_read = maybe
  output: "%prc.name"
  priority: INFO
- macro: m
  condition: proc.nam = a and fd.num = x and proc.aname[x] = b and evt.is_open_read = maybe and fd.ip = 1.2.3
`).join("\n");
  for (const expected of [
    /`priority` must be one of/,
    /there is no macro `shels`: did you mean `shells`\?/,
    /macro `shells` is made of itself/,
    /list `a` needs `items`/,
    /begins with `rule`, `macro` or `list`/,
    /rule `s` needs condition, desc, output, priority/,
    /there is no rule `none` to change/,
    /there is no field `proc.nam`: did you mean `proc.name`\?/,
    /`x` is no number/,
    /takes the number of an ancestor/,
    /true or false, not `maybe`/,
    /`1\.2\.3` is no address/,
    /there is no field `prc.name`/,
  ])
    assert.match(says, expected);
});

test("a place in a folded block is found again", () => {
  const text =
    "- rule: r\n  desc: d\n  condition: >\n    proc.name = a and\n      (proc.nam = b\n       or proc.name = c)\n  output: o\n  priority: INFO\n";
  const [remark] = loadRules([{ file: "f", text }], () => ["exec"]).wrong;
  assert.equal(text.slice(remark?.span.start, remark?.span.end), "proc.nam");
});

test("rules that this host cannot serve are told, never silently dead", () => {
  const text =
    rule("none", "evt.type = bpf2 and fd.sip.name = x") +
    rule("part", "evt.type in (open, other)") +
    rule("any", "proc.name = x") +
    rule("k8s", "ka.verb = get", "  source: k8s_audit\n");
  const { warnings, set } = loadRules([{ file: "f", text }], (type) => (type === "open" ? ["open.read"] : []));
  const says = warnings.map((warning) => warning.says).join("\n");
  assert.match(says, /`none` never fires: bpf2 is not sensed/);
  assert.match(says, /`none` compares `fd.sip.name`, which never has a value here/);
  assert.match(says, /`part` sees only a part: other is not sensed/);
  assert.match(says, /`any` names no evt.type/);
  assert.match(says, /`k8s` is left out/);
  assert.equal(set?.rules.length, 3);
});

test("no file makes the loader throw", () => {
  const word = fc.constantFrom(
    "- rule: ",
    "- macro: ",
    "- list: ",
    "\n",
    "  condition: ",
    "  items: [",
    "]",
    "  override: ",
    "{items: append}",
    "a",
    "proc.name = a",
    "a and a",
    ", ",
    "  exceptions:\n",
    "    - name: x\n      fields: [",
    "      values: [[",
    "  append: true",
    ">\n    ",
    "'",
    "&x ",
    "*x",
  );
  fc.assert(
    fc.property(
      fc.array(word, { maxLength: 50 }),
      (parts) => void loadRules([{ file: "f", text: parts.join("") }], () => []),
    ),
    { numRuns: 1500 },
  );
  const doubled = Array.from({ length: 60 }, (_, i) => `- macro: m${i + 1}\n  condition: m${i} and m${i}\n`).join("");
  assert.match(
    mistakes(`- macro: m0\n  condition: proc.name=a\n${doubled}${rule("r", "m60")}`).join(),
    /more than 20000 parts/,
  );
});

test("Falco's stable rules load unchanged", (t) => {
  const path = new URL("../../../../shared/data/falco/falco_rules.yaml", import.meta.url);
  const file =
    process.env["SWARMS_DATA"] === undefined ? path.pathname : `${process.env["SWARMS_DATA"]}/falco/falco_rules.yaml`;
  let text: string;
  try {
    text = readFileSync(file, "utf8");
  } catch {
    return t.skip(`${file} is not there (it is no part of this project): name its folder in SWARMS_DATA`);
  }
  const { set, wrong } = loadRules([{ file, text }], () => ["exec"]);
  assert.deepEqual(wrong, []);
  assert.deepEqual([set?.rules.length, set?.book.macros.size, set?.book.lists.size], [25, 87, 49]);
  const engine = engineFor([text], "first");
  const read = engine.match(opened("/etc/shadow"), 5000)[0];
  assert.equal(read?.rule.definition.name, "Read sensitive file untrusted");
  assert.match(
    read?.text ?? "",
    /^Sensitive file opened .* file=\/etc\/shadow gparent=sshd ggparent=<NA>.* command=cat \/etc\/shadow terminal=34816$/,
  );
  const web = [...LINE.slice(0, 1).map((each) => ({ ...each, comm: "nginx" })), ...LINE.slice(1)].map((each) =>
    each.comm === "cat" ? { ...each, parent: LINE[0]!.key, comm: "bash" } : each,
  );
  const alerts = engineFor([text], "first", view(web)).match(executed({ comm: "bash" }), 5000);
  assert.equal(alerts[0]?.rule.definition.name, "Run shell untrusted");
});
