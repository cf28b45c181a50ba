import assert from "node:assert/strict";
import { test } from "node:test";
import { configOf } from "./guard.fixture.ts";
import { Policies } from "./policies.ts";
import { readExamples, tryExample } from "./policy-examples.ts";

const CONFIG = configOf({
  mode: "enforce",
  scope: ["/batch"],
  protect: { cgroups: ["/batch/db"], executables: [] },
  policies: [
    { name: "night", actions: ["freeze"], from: "22:00", until: "06:00", mode: "enforce" },
    { name: "ask", actions: ["freeze"], when: "evidence.kinds.size() < 3", mode: "advise", approvals: 2 },
  ],
});

const FILE = `
- name: strong evidence by day
  at: "2026-06-01 12:00"
  proposal: { kind: freeze, cgroup: /batch/x, value: 1 }
  evidence: [{ kind: lineage }, { kind: destination }, { kind: fresh-file }]
  expect: { outcome: applied, policies: [] }
- name: weak evidence by day
  at: "2026-06-01 12:00"
  proposal: { kind: freeze, cgroup: /batch/x, value: 1 }
  evidence: [{ kind: lineage }]
  expect: { outcome: advised, approvals: 2, policies: [ask] }
- name: the night policy comes first
  at: "2026-06-01 23:00"
  proposal: { kind: freeze, cgroup: /batch/x, value: 1 }
  expect: { outcome: applied }
- name: protected
  proposal: { kind: freeze, cgroup: /batch/db/main, value: 1 }
  expect: { outcome: refused, code: SW-GUARD-PROTECTED }
- name: a wrong expectation is shown
  proposal: { kind: cpu.weight, cgroup: /elsewhere, value: 10 }
  expect: { outcome: applied }
`;

test("examples say what the configuration would decide, and what differs from what was expected", () => {
  const examples = readExamples(FILE);
  assert.ok(examples.ok, examples.ok ? "" : examples.says);
  const tried = examples.value.map((given) => tryExample(CONFIG, new Policies(CONFIG), given));
  assert.deepEqual(
    tried.map(({ differs }) => differs),
    [[], [], [], [], ['outcome: expected "applied", is "refused"']],
  );
  assert.equal(tried[4]?.verdict.code, "SW-GUARD-SCOPE");
});

test("a wrong example is told by its number and place", () => {
  for (const [text, says] of [
    [
      "- name: x\n  proposal: { kind: freez, cgroup: /a, value: 1 }\n  expect: { outcome: applied }",
      /example 1, proposal\.kind/,
    ],
    ["[]\n---\n[]", /./],
    ["{}", /must be a list/],
    ["- [", /./],
  ] as const) {
    const examples = readExamples(text);
    assert.ok(!examples.ok);
    assert.match(examples.says, says);
  }
});
