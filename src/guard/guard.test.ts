import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { assertApplied, assertRefused, configOf, ENFORCE, proposal, world } from "./guard.fixture.ts";
import { explainChange } from "./story.ts";

test("rule 1: observe and advise say what would be done and change nothing, per colony and kind", (t) => {
  for (const [config, outcome] of [
    [{ ...ENFORCE, mode: "observe" }, "observed"],
    [{ ...ENFORCE, mode: "advise" }, "advised"],
    [{ ...ENFORCE, colonies: { balance: { mode: "observe" }, immune: {} } }, "observed"],
    [{ ...ENFORCE, mode: "observe", actions: { "cpu.weight": { mode: "advise" } } }, "advised"],
  ] as const) {
    const w = world(t, config);
    const records = w.verify();
    const decision = w.propose("cpu.weight", "/swarms/a", 10);
    assert.deepEqual([decision.outcome, decision.action, decision.from, decision.to], [outcome, "", "100", "10"]);
    assert.equal(w.see("cpu.weight"), "100");
    assert.equal(w.verify(), records, "a change that is not made costs no journal record");
    assert.deepEqual(w.guard.leases(), []);
  }
});

test("rule 1: response in advise while weights are in enforce", (t) => {
  const w = world(t, { ...ENFORCE, colonies: { balance: {}, immune: { mode: "advise" } } });
  assertApplied(w.propose("cpu.weight", "/swarms/a", 10));
  assert.equal(w.propose("freeze", "/swarms/a", 1).outcome, "advised");
  assert.equal(w.see("cgroup.freeze"), "0");
});

test("rule 1: what a check refuses is refused in observe too, so that `would do` is true", (t) => {
  const w = world(t, { mode: "observe", scope: ["/other"] });
  assertRefused(w.propose("cpu.weight", "/swarms/a", 10), "SW-GUARD-SCOPE");
});

test("rule 2: nothing outside the scope is touched, and without a scope nothing at all", (t) => {
  const w = world(t, { mode: "enforce" });
  assertRefused(w.propose("cpu.weight", "/swarms/a", 10), "SW-GUARD-SCOPE");
  w.guard.reload(configOf({ ...ENFORCE, scope: ["/swarms/a"] }));
  w.host.group("/swarms/ab", [301]);
  w.host.group("/swarms/a/deep", [302]);
  assertRefused(w.propose("cpu.weight", "/swarms/b", 10), "SW-GUARD-SCOPE");
  assertRefused(w.propose("cpu.weight", "/swarms/ab", 10), "SW-GUARD-SCOPE");
  assertRefused(w.propose("cpu.weight", "/swarms", 10), "SW-GUARD-SCOPE");
  assertApplied(w.propose("cpu.weight", "/swarms/a/deep", 10));
  w.guard.reload(configOf({ ...ENFORCE, scope: ["/swarms/a*"] }));
  assertApplied(w.propose("cpu.weight", "/swarms/ab", 10));
  assertRefused(w.propose("cpu.weight", "/swarms/b", 10), "SW-GUARD-SCOPE");
});

test("rule 2: the root group, unclean paths and things without a knob are never a target", (t) => {
  const w = world(t, { ...ENFORCE, scope: ["/*"] });
  for (const target of [
    "w:/",
    "w:/swarms/../swarms/a",
    "w:/swarms/a/",
    "w:swarms/a",
    "w:exe:redis",
    "w:/swarms/a\n",
    "host",
  ])
    assertRefused(w.guard.decide(proposal("cpu.weight", target, 10)), "SW-GUARD-SCOPE");
  assertRefused(w.propose("cpu.weight", "/swarms/none", 10), "SW-GUARD-GONE");
  const unknown = { ...proposal("freeze", "w:/swarms/a", 1), kind: "toString" as "freeze" };
  assertRefused(w.guard.decide(unknown), "SW-GUARD-KIND");
});

test("rule 5: the intent with the baseline is on the disk before the write, the read-back after", (t) => {
  const w = world(t);
  let atWrite = "";
  w.host.after = () => (atWrite ||= readFileSync(join(w.folder, "journal.jsonl"), "utf8"));
  const { action } = assertApplied(w.propose("cpu.weight", "/swarms/a", 10));
  const lines = atWrite
    .trim()
    .split("\n")
    .map((line) => JSON.parse(line) as { type: string; body: object });
  assert.deepEqual(
    lines.map((line) => line.type),
    ["open", "intent"],
  );
  assert.partialDeepStrictEqual(lines[1]?.body, { baseline: "100", setting: "10", cgroup: "/swarms/a" });
  const story = w.guard.explain(action);
  assert.partialDeepStrictEqual(story?.result, { ok: true, raw: "10" });
});

test("a person's undo reverts, and the change is not repeated for ten minutes, across restarts", (t) => {
  const w = world(t);
  const { action } = assertApplied(w.propose("cpu.weight", "/swarms/a", 10));
  const undone = w.guard.undo(action, "root");
  assert.ok(undone.ok && undone.value.written);
  assert.equal(w.see("cpu.weight"), "100");
  assertRefused(w.propose("cpu.weight", "/swarms/a", 50), "SW-GUARD-PERSON");
  assertApplied(w.propose("cpu.weight", "/swarms/b", 10));
  w.clock.advance(300_000);
  w.guard.revertAll("shutdown");
  w.restart();
  assertRefused(w.propose("cpu.weight", "/swarms/a", 10), "SW-GUARD-PERSON");
  w.clock.advance(300_000);
  assertApplied(w.propose("cpu.weight", "/swarms/a", 10));
  assert.equal(w.guard.undo("c-9999", "root").ok, false);
});

test("a restore by a person is respected like an undo; one because the hive was lost is not a veto", (t) => {
  const w = world(t);
  assertApplied(w.propose("cpu.weight", "/swarms/a", 10));
  w.guard.revertAll("hive-lost");
  assertApplied(w.propose("cpu.weight", "/swarms/a", 10));
  w.guard.revertAll("restore");
  assertRefused(w.propose("cpu.weight", "/swarms/a", 10), "SW-GUARD-PERSON");
});

test("a new configuration ends the changes that it does not allow, and only those", (t) => {
  const w = world(t);
  const a = assertApplied(w.propose("cpu.weight", "/swarms/a", 10));
  const b = assertApplied(w.propose("cpu.weight", "/swarms/b", 50));
  const frozen = assertApplied(w.propose("freeze", "/swarms/b", 1));
  assert.deepEqual(w.guard.reload(configOf(ENFORCE)), []);
  const reload = (config: object): string[] =>
    w.guard.reload(configOf(config)).map((each) => `${each.action} ${each.cause}`);
  assert.deepEqual(reload({ ...ENFORCE, actions: { "cpu.weight": { min: 20 } } }), [`${a.action} policy`]);
  assert.deepEqual(reload({ ...ENFORCE, colonies: { balance: {}, immune: { mode: "observe" } } }), [
    `${frozen.action} policy`,
  ]);
  assert.deepEqual(reload({ ...ENFORCE, scope: ["/swarms/a"] }), [`${b.action} policy`]);
  assert.deepEqual(
    [w.see("cpu.weight"), w.see("cpu.weight", "/swarms/b"), w.see("cgroup.freeze", "/swarms/b")],
    ["100", "100", "0"],
  );
});

test("rule 8: every change answers what, why, from, to, until and undo, in force and after", (t) => {
  const w = world(t);
  const seen = {
    atMs: 1,
    agent: "demand",
    kind: "runq",
    entity: "host",
    weight: 2,
    says: "tasks wait",
    numbers: { p99: 5 },
  };
  const more = { reason: "the shop waits", evidence: [seen], incident: "i-7k2m9q" };
  const { action } = assertApplied(w.propose("cpu.weight", "/swarms/a", 10, more));
  const tell = (): Record<string, string> => {
    const story = w.guard.explain(action);
    assert.ok(story);
    return Object.fromEntries(explainChange(story).lines.map(({ label, text }) => [label, text]));
  };
  const inForce = tell();
  assert.partialDeepStrictEqual(inForce, {
    what: "cpu.weight of /swarms/a, asked for by tester",
    why: "the shop waits",
    evidence: "tasks wait (runq, weight 2)",
    incident: "i-7k2m9q",
    from: "100",
    to: "10",
    undo: `swarms undo ${action}`,
  });
  assert.match(inForce["until"] ?? "", /unless renewed$/);
  w.guard.undo(action, "alice");
  assert.match(tell()["until"] ?? "", /\(undo by alice\): cpu.weight of \/swarms\/a is back at 100$/);
  assert.equal(w.guard.explain("c-9999"), undefined);
});

test("counters tell decisions by outcome and code", (t) => {
  const w = world(t);
  w.propose("cpu.weight", "/swarms/a", 10);
  w.propose("cpu.weight", "/swarms/a", 10);
  w.propose("cpu.weight", "/else", 10);
  const { outcomes, codes } = w.guard.counters();
  assert.deepEqual(outcomes, { applied: 1, renewed: 1, observed: 0, advised: 0, refused: 1 });
  assert.deepEqual(codes, { "SW-GUARD-GONE": 1 });
});
