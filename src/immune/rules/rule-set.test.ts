import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import fc from "fast-check";
import { printable } from "../../core/printable.ts";
import { engineFor, executed, LINE, mistakes, opened, view } from "./facts.fixture.ts";
import { loadRules } from "./rule-set.ts";
import { fired, rule } from "./rule-text.fixture.ts";

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

test("%container.info of older files stands for the container's id and name", () => {
  const text = rule("r", "proc.name = cat").replace("%fd.name", "(%container.info) %fd.name");
  const [alert] = engineFor([text]).match(opened("/x"), 0);
  assert.equal(alert?.text, "cat (container_id=host container_name=host) /x");
  assert.deepEqual(Object.keys(alert?.fields ?? {}), ["proc.name", "container.id", "container.name", "fd.name"]);
  assert.match(mistakes(rule("r", "container.info = x")).join(), /no field `container.info`/);
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
    rule("none", "evt.type = bpf2 and container.labels = x") +
    rule("part", "evt.type in (open, other)") +
    rule("any", "proc.name = x") +
    rule("k8s", "ka.verb = get", "  source: k8s_audit\n");
  const { warnings, set } = loadRules([{ file: "f", text }], (type) => (type === "open" ? ["open.read"] : []));
  const says = warnings.map((warning) => warning.says).join("\n");
  assert.match(says, /`none` never fires: bpf2 is not sensed/);
  assert.match(says, /`none` compares `container.labels`, which never has a value here/);
  assert.match(says, /`part` sees only a part: other is not sensed/);
  assert.match(says, /`any` names no evt.type/);
  assert.match(says, /`k8s` is left out/);
  assert.equal(set?.rules.length, 3);
});

test("macros of rules of another source may name fields that are none here; a macro that rules here use may not", () => {
  const macros =
    "- list: verbs\n  items: [create]\n- macro: kevt\n  condition: (jevt.value[/stage] in (Done))\n- macro: kcreate\n  condition: kevt and ka.verb in (verbs)\n";
  const text = macros + rule("k8s", "kcreate", "  source: k8s_audit\n") + rule("r", "proc.name = cat");
  const { set, wrong, warnings } = loadRules([{ file: "f", text }], () => ["exec"]);
  assert.deepEqual(wrong, []);
  assert.equal(set?.rules.length, 1);
  assert.doesNotMatch(warnings.map(({ says }) => says).join(), /used by no rule/);
  assert.match(mistakes(text + rule("s", "kevt")).join(), /no field `jevt.value`/);
  assert.match(mistakes(macros + rule("r", "proc.name = cat")).join(), /no field `ka.verb`/);
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

test("fields of clusters that Falco still reads, though they never have a value there either, are no mistake", () => {
  const text = rule("r", "proc.name = cat and not k8s.ns.label.tier = x").replace("%fd.name", "%k8s.deployment.name");
  const { wrong, warnings } = loadRules([{ file: "f", text }], () => ["exec"]);
  assert.deepEqual(wrong, []);
  assert.match(warnings.map(({ says }) => says).join(), /`k8s.ns.label`, which never has a value here: no cluster/);
  assert.equal(engineFor([text]).match(opened("/x"), 0)[0]?.text, "cat <NA>");
  for (const name of ["k8s.rc.name", "k8s.rs.id", "k8s.svc.label[a/b]", "k8s.deployment.labels", "k8s.ns.id"])
    assert.deepEqual(mistakes(rule("r", `${name} exists`)), [], name);
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
