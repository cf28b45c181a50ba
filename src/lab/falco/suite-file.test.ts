import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { readSuite } from "./suite-file.ts";
import { casesOf, filled, type Plain, quoteTemplates } from "./suite-template.ts";

const HEAD = "tests:\n  - name: a\n    runner: HostRunner\n";

test("templates that stand bare in the file are values all the same, of whatever type", () => {
  const read = readSuite(`${HEAD}    runIf: %{ item.when }
    context:
      container: %{item.container}
    cases:
      - strategy: matrix
        values: { when: [null, { arch: { op: ne, val: arm64 } }], container: [null, {}] }
`);
  assert.ok(read.ok, read.ok ? "" : read.says);
  assert.deepEqual(
    read.value.map(({ name, test: { runIf, context } }) => [name, runIf ?? null, context?.container ?? null]),
    [
      ["a#0", null, null],
      ["a#1", null, {}],
      ["a#2", { arch: { op: "ne", val: "arm64" } }, null],
      ["a#3", { arch: { op: "ne", val: "arm64" } }, {}],
    ],
  );
});

test("quotes are put around a whole template only, in blocks, lists and flow", () => {
  assert.equal(quoteTemplates("a: %{ item.b } # c"), 'a: "%{ item.b }" # c');
  assert.equal(quoteTemplates("- %{ item.b }"), '- "%{ item.b }"');
  assert.equal(quoteTemplates("[%{ item.b }, x: %{ item.c }]"), '["%{ item.b }", x: "%{ item.c }"]');
  assert.equal(quoteTemplates('a: "%{ item.b }"'), 'a: "%{ item.b }"');
});

test("a matrix is every combination, a vector one, and both name the same values", () => {
  const lists = fc.dictionary(fc.stringMatching(/^[a-z]{1,4}$/), fc.array(fc.nat(9), { minLength: 1, maxLength: 4 }), {
    minKeys: 1,
    maxKeys: 4,
    noNullPrototype: true,
  });
  fc.assert(
    fc.property(lists, (values) => {
      const cases = casesOf([{ strategy: "matrix", values }]);
      assert.ok(cases.ok);
      assert.equal(
        cases.value.length,
        Object.values(values).reduce((product, list) => product * list.length, 1),
      );
      for (const each of cases.value)
        for (const [key, list] of Object.entries(values)) assert.ok(list.includes(each[key] as number));
    }),
  );
  assert.deepEqual(casesOf([{ strategy: "vector", values: { a: [1, 2] } }]), { ok: true, value: [{ a: [1, 2] }] });
  const differing = casesOf([
    { strategy: "vector", values: { a: 1 } },
    { strategy: "matrix", values: { b: [1] } },
  ]);
  assert.ok(!differing.ok && differing.says.includes("a here, b there"));
});

test("a template without a value, and a strategy that is none, are said", () => {
  const missing = filled({ a: "%{ item.b }" }, {});
  assert.ok(!missing.ok && missing.says.includes("%{ item.b }"));
  const strange = casesOf([{ strategy: "all", values: {} }]);
  assert.ok(!strange.ok && strange.says.includes("vector or matrix, not all"));
});

test("numbers that begin with 0 are octal, and what is not a suite is refused by its place", () => {
  const read = readSuite(
    `${HEAD}    steps: [{ name: s, type: syscall, syscall: open, args: { mode: 0644, flags: 10 } }]\n`,
  );
  assert.ok(read.ok, read.ok ? "" : read.says);
  assert.deepEqual(read.value[0]?.test.steps?.[0]?.args, { mode: 0o644, flags: 10 });
  for (const [text, says] of [
    ["", "tests"],
    ["tests: [1]", "test 1 is no mapping"],
    [`${HEAD}    runner2: x\n    resources: [{ name: r, type: disk }]`, "resources.0.type"],
    ["tests:\n  - name: a\n    runner: Other", "runner"],
    ["a: [", "test"],
  ] as const) {
    const wrong = readSuite(text);
    assert.ok(!wrong.ok, text);
    if (text !== "a: [") assert.ok(wrong.says.includes(says), wrong.says);
  }
});

test("no document, however wrong, makes the reader throw", () => {
  fc.assert(
    fc.property(fc.jsonValue(), fc.string(), (value, text) => {
      readSuite(text);
      readSuite(JSON.stringify({ tests: [value] }));
      readSuite(JSON.stringify({ tests: [{ name: "a", runner: "HostRunner", cases: value as Plain }] }));
    }),
  );
});
