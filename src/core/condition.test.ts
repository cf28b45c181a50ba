import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { FACTS } from "./condition.fixture.ts";
import { compileCondition, faultOf } from "./condition.ts";

test("a condition sees the proposal, the entity, the evidence and the host", () => {
  for (const [text, holds] of [
    ['proposal.kind == "freeze" && proposal.value >= 1', true],
    ["evidence.kinds.size() >= 3", false],
    ['"lineage" in evidence.kinds && evidence.total > 1.5', true],
    ["host.hour < 8 || host.pressure.cpu > 0.9", true],
    ['entity.executables.all(path, path.startsWith("/usr/"))', true],
    ["1000 in entity.users && entity.processes <= 3", true],
    ['["sat", "sun"].exists(day, day == host.weekday)', true],
  ] as const) {
    assert.equal(faultOf(text), undefined, text);
    assert.deepEqual(compileCondition(text)(FACTS), { ok: true, value: holds }, text);
  }
});

test("what is wrong is told with its very characters", () => {
  for (const [text, marked, says] of [
    ["propsal.kind == 'x'", "propsal", /unknown variable/i],
    ["proposal.kidn == 'x'", "kidn", /no such key/i],
    ["proposal.kind == 3", "proposal.kind == 3", /no such overload/],
    ["proposal.kind", "proposal.kind", /gives string, not true or false/],
    ["1 +", "", /EOF/],
    ['true && proposal.agent.matches("^(a+)+$")', 'proposal.agent.matches("^(a+)+$")', /could hang/],
  ] as const) {
    const fault = faultOf(text);
    assert.ok(fault, text);
    assert.equal(text.slice(fault.start, fault.end), marked);
    assert.match(fault.says, says);
  }
});

test("what would take the privileged process years, or all memory, is refused when it is read", () => {
  const nested = (depth: number): string =>
    Array.from({ length: depth }).reduce((inside: string) => `[1, 2, 3].all(x, ${inside})`, "true");
  const doubled = "[[1]]" + ".map(y, y + y)".repeat(20) + ".size() > 0";
  const bound = "cel.bind(a, [1], cel.bind(b, a + a, b + b)).size() > 0";
  for (const [text, says] of [
    [nested(3), /more than 2 lists/],
    [nested(8), /more than 2 lists/],
    [doubled, /more than 2 lists/],
    [bound, /could double/],
  ] as const)
    assert.match(faultOf(text)?.says ?? "", says, text);
  for (const text of [nested(2), 'entity.executables.filter(p, p != "/x").all(p, p.startsWith("/"))'])
    assert.equal(faultOf(text), undefined, text);
});

test("what cannot be told true or false is a failure, not a no", () => {
  const asked = compileCondition("1 / (entity.processes - 3) > 0")(FACTS);
  assert.equal(asked.ok ? "" : asked.code, "SW-POLICY-CONDITION");
});

test("no text at all makes the check throw or hang", () => {
  const words = fc.constantFrom(
    "proposal",
    ".kind",
    " == ",
    "'a'",
    "(",
    ")",
    "[",
    "]",
    " && ",
    "!",
    "3",
    ".exists(x, ",
    "x",
    "host.hour",
    "?",
    ":",
  );
  fc.assert(
    fc.property(
      fc.oneof(
        fc.string({ maxLength: 200 }),
        fc.array(words, { maxLength: 40 }).map((all) => all.join("")),
      ),
      (text) => {
        const fault = faultOf(text);
        if (fault === undefined) compileCondition(text)(FACTS);
        else assert.ok(fault.says.length > 0 && fault.start >= 0);
      },
    ),
    { numRuns: 2000 },
  );
});
