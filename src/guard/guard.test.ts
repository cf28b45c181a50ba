import assert from "node:assert/strict";
import { readFileSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { assertApplied, assertRefused, configOf, ENFORCE, proposal, world } from "./guard.fixture.ts";

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

test("rule 3: pid 1, kernel threads, the layer and its ancestors are never touched, however deep in the group", (t) => {
  const w = world(t);
  const inside = (pid: number, about: object): void => {
    const path = w.host.group(`/swarms/p${pid}/x/y`);
    w.host.group(`/swarms/p${pid}/x`);
    w.host.group(`/swarms/p${pid}`);
    w.host.process(pid, { cgroup: path, ...about });
    for (const kind of ["cpu.weight", "cpu.idle", "freeze"] as const)
      assertRefused(w.propose(kind, `/swarms/p${pid}`, 1), "SW-GUARD-PROTECTED");
  };
  inside(1, { ppid: 0 });
  inside(2, { flags: 0x00200000 });
  inside(900, { ppid: 899 });
  inside(899, { ppid: 1 });
});

test("rule 3: what the operator lists is never touched: groups by path, executables by path and by file", (t) => {
  const w = world(t);
  const binary = join(w.host.root, "sshd");
  const alias = join(w.host.root, "another-name");
  writeFileSync(binary, "");
  symlinkSync(binary, alias);
  const protect = { cgroups: ["/swarms/b/vip"], executables: [binary] };
  w.guard.reload(configOf({ ...ENFORCE, protect }));
  w.host.group("/swarms/b/vip", [301]);
  assertRefused(w.propose("freeze", "/swarms/b/vip", 1), "SW-GUARD-PROTECTED");
  assertRefused(w.propose("freeze", "/swarms/b", 1), "SW-GUARD-PROTECTED");
  for (const [index, exe] of [binary, alias, `${binary} (deleted)`].entries()) {
    const path = w.host.group(`/swarms/exe${index}`);
    w.host.process(400 + index, { cgroup: path, exe });
    assertRefused(w.propose("freeze", path, 1), "SW-GUARD-PROTECTED");
  }
  assertApplied(w.propose("freeze", "/swarms/a", 1));
});

test("rule 3: a group whose processes cannot all be identified is refused", (t) => {
  const w = world(t);
  const foreignNamespace = w.host.group("/swarms/ns");
  writeFileSync(join(w.host.dir("cpu", foreignNamespace) ?? "", "cgroup.procs"), "0\n");
  assertRefused(w.propose("freeze", foreignNamespace, 1), "SW-GUARD-PROTECTED");
  w.host.end(102);
  assertRefused(w.propose("freeze", "/swarms/a", 1), "SW-GUARD-PROTECTED");
  const wide = w.host.group("/swarms/wide");
  for (let i = 0; i < 4100; i++) w.host.group(`/swarms/wide/${i}`);
  assertRefused(w.propose("freeze", wide, 1), "SW-GUARD-PROTECTED");
});

test("rule 3: a reused pid is never hit", (t) => {
  const w = world(t);
  const ask = () => w.guard.decide(proposal("freeze", "p:101@1010", 1));
  w.host.process(101, { cgroup: "/swarms/b", startTicks: 7777 });
  assertRefused(ask(), "SW-GUARD-GONE");
  w.host.end(101);
  assertRefused(ask(), "SW-GUARD-GONE");
  assert.equal(w.see("cgroup.freeze", "/swarms/a") + w.see("cgroup.freeze", "/swarms/b"), "00");
});

test("rule 3: a process is frozen with its group, and thawed again if it had left when the freeze took hold", (t) => {
  const w = world(t);
  assert.equal(assertApplied(w.guard.decide(proposal("freeze", "p:201@2010", 1))).cgroup, "/swarms/b");
  w.host.after = () => w.host.process(101, { cgroup: "/swarms/b" });
  assertRefused(w.guard.decide(proposal("freeze", "p:101@1010", 1)), "SW-GUARD-GONE");
  assert.equal(w.see("cgroup.freeze"), "0");
  w.host.after = () => w.host.process(900, { ppid: 899, cgroup: "/swarms/a" });
  assertRefused(w.propose("freeze", "/swarms/a", 1), "SW-GUARD-PROTECTED");
  assert.equal(w.see("cgroup.freeze"), "0");
  w.verify();
});

test("rule 3: a change ends at once when a protected process comes into its group", (t) => {
  const w = world(t);
  const { action } = assertApplied(w.propose("freeze", "/swarms/a", 1));
  w.host.process(900, { ppid: 899, cgroup: "/swarms/a" });
  assertRefused(w.propose("freeze", "/swarms/a", 1), "SW-GUARD-PROTECTED");
  assert.equal(w.see("cgroup.freeze"), "0");
  assert.deepEqual(
    w.released.map((each) => [each.action, each.cause, each.written]),
    [[action, "policy", true]],
  );
});

test("rule 4: values stay within the bounds of their kind, which the configuration only narrows", (t) => {
  const w = world(t, { ...ENFORCE, actions: { "cpu.weight": { min: 50, max: 99_999 } } });
  for (const value of [49, 0, -1, 10_001, 60.5, Number.NaN, Number.POSITIVE_INFINITY])
    assertRefused(w.propose("cpu.weight", "/swarms/a", value), "SW-GUARD-BOUNDS");
  assertRefused(w.propose("cpu.idle", "/swarms/a", 2), "SW-GUARD-BOUNDS");
  assertRefused(w.propose("freeze", "/swarms/a", 0), "SW-GUARD-BOUNDS");
  for (const leaseMs of [0, -5, Number.NaN])
    assertRefused(w.propose("cpu.weight", "/swarms/a", 60, { leaseMs }), "SW-GUARD-BOUNDS");
  assertApplied(w.propose("cpu.weight", "/swarms/a", 50));
});

test("rule 4: a step is at most its kind's factor", (t) => {
  const w = world(t);
  w.someoneWrites("cpu.weight", "1000");
  assertRefused(w.propose("cpu.weight", "/swarms/a", 9), "SW-GUARD-STEP");
  assertApplied(w.propose("cpu.weight", "/swarms/a", 10));
});

test("rule 4: changes of a kind in a minute are limited; renewals do not count", (t) => {
  const w = world(t, { ...ENFORCE, actions: { "cpu.weight": { perMinute: 2 } } });
  assertApplied(w.propose("cpu.weight", "/swarms/a", 10));
  for (let i = 0; i < 5; i++) assert.equal(w.propose("cpu.weight", "/swarms/a", 10).outcome, "renewed");
  assertApplied(w.propose("cpu.weight", "/swarms/b", 10));
  assertRefused(w.propose("cpu.weight", "/swarms/a", 20), "SW-GUARD-RATE");
  assertApplied(w.propose("cpu.idle", "/swarms/a", 1));
  w.clock.jumpWall(3_600_000);
  assertRefused(w.propose("cpu.weight", "/swarms/b", 20), "SW-GUARD-RATE");
  w.clock.advance(60_000);
  w.guard.expire();
  assertApplied(w.propose("cpu.weight", "/swarms/b", 20));
});

test("rule 4: containments in an hour are limited in number, across restarts", (t) => {
  const w = world(t, { ...ENFORCE, budget: { containmentsPerHour: 1, shareOfScope: 1 } });
  assertApplied(w.propose("freeze", "/swarms/a", 1));
  assertRefused(w.propose("freeze", "/swarms/b", 1), "SW-GUARD-BUDGET");
  w.guard.revertAll("shutdown");
  w.restart({ ...ENFORCE, budget: { containmentsPerHour: 1, shareOfScope: 1 } });
  assertRefused(w.propose("freeze", "/swarms/b", 1), "SW-GUARD-BUDGET");
  assertApplied(w.propose("cpu.weight", "/swarms/b", 10));
  w.clock.advance(3_600_000);
  assertApplied(w.propose("freeze", "/swarms/b", 1));
});

test("rule 4: containments in an hour are limited in their share of the scope's processes", (t) => {
  const w = world(t, { ...ENFORCE, budget: { shareOfScope: 0.5 } });
  assertApplied(w.propose("freeze", "/swarms/a", 1));
  assertRefused(w.propose("freeze", "/swarms/b", 1), "SW-GUARD-BUDGET");
  w.host.group("/swarms/c", [301, 302, 303, 304]);
  assertApplied(w.propose("freeze", "/swarms/b", 1));
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

test("rule 6: every change expires and reverts unless renewed; a jump of the wall clock changes nothing", (t) => {
  const w = world(t);
  const weight = assertApplied(w.propose("cpu.weight", "/swarms/a", 10));
  const frozen = assertApplied(w.propose("freeze", "/swarms/b", 1, { leaseMs: 30_000 }));
  assert.equal(w.guard.nextExpiryMs(), w.clock.monoMs() + 10_000);
  w.clock.jumpWall(10 * 3_600_000);
  assert.deepEqual(w.guard.expire(), []);
  w.clock.jumpWall(-20 * 3_600_000);
  w.clock.advance(9999);
  assert.deepEqual(w.guard.expire(), []);
  assert.equal(w.propose("cpu.weight", "/swarms/a", 10).action, weight.action);
  w.clock.advance(9999);
  assert.deepEqual(w.guard.expire(), []);
  w.clock.advance(1);
  assert.deepEqual(
    w.guard.expire().map((each) => [each.action, each.cause]),
    [[weight.action, "expired"]],
  );
  assert.equal(w.see("cpu.weight"), "100");
  w.clock.advance(10_001);
  assert.deepEqual(
    w.guard.expire().map((each) => [each.action, each.written]),
    [[frozen.action, true]],
  );
  assert.equal(w.see("cgroup.freeze", "/swarms/b"), "0");
});

test("rule 6: no lease is longer than its kind and the configuration allow", (t) => {
  const w = world(t, { ...ENFORCE, leases: { balanceSeconds: 5, containSeconds: 60 } });
  w.propose("cpu.weight", "/swarms/a", 10, { leaseMs: 1e9 });
  assert.equal(w.guard.nextExpiryMs(), 5000);
  w.guard.revertAll("shutdown");
  w.propose("freeze", "/swarms/a", 1, { leaseMs: 1e9 });
  assert.equal(w.guard.nextExpiryMs(), 60_000);
});

test("rule 7: a knob that somebody else wrote is left alone, its lease released, and said so", (t) => {
  const w = world(t);
  const { action } = assertApplied(w.propose("cpu.weight", "/swarms/a", 10));
  w.someoneWrites("cpu.weight", "77");
  const decision = w.propose("cpu.weight", "/swarms/a", 10);
  assertRefused(decision, "SW-GUARD-YIELD");
  assert.match(decision.says, /is 77, not 10 as the layer wrote/);
  assert.deepEqual(
    w.released.map((each) => [each.action, each.cause, each.written]),
    [[action, "yield", false]],
  );
  assert.deepEqual([w.see("cpu.weight"), w.guard.leases()], ["77", []]);
  w.clock.advance(599_999);
  assertRefused(w.propose("cpu.weight", "/swarms/a", 10), "SW-GUARD-YIELD");
  w.clock.advance(1);
  assertApplied(w.propose("cpu.weight", "/swarms/a", 10));
});

test("rule 7: at the end of a lease too, a knob that somebody else wrote is left alone", (t) => {
  const w = world(t);
  assertApplied(w.propose("cpu.weight", "/swarms/a", 10));
  w.someoneWrites("cpu.weight", "77");
  w.clock.advance(10_000);
  assert.deepEqual(
    w.guard.expire().map((each) => each.written),
    [false],
  );
  assert.equal(w.see("cpu.weight"), "77");
  assertRefused(w.propose("cpu.weight", "/swarms/a", 10), "SW-GUARD-YIELD");
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

test("another value of the same knob takes the lease over, and the first baseline stays", (t) => {
  const w = world(t);
  w.someoneWrites("cpu.weight", "333");
  const first = assertApplied(w.propose("cpu.weight", "/swarms/a", 100));
  const second = assertApplied(w.propose("cpu.weight", "/swarms/a", 10));
  assert.deepEqual(
    w.guard.leases().map((lease) => [lease.action, lease.from, lease.to]),
    [[second.action, "100", "10"]],
  );
  assert.equal(w.guard.undo(first.action, "root").ok, false);
  w.guard.revertAll("shutdown");
  assert.equal(w.see("cpu.weight"), "333");
});

test("a group made anew under the same path is another group", (t) => {
  const w = world(t);
  assertApplied(w.propose("cpu.weight", "/swarms/a", 10));
  w.host.group("/swarms/keeps-the-inode-busy");
  w.host.removeGroup("/swarms/a");
  w.host.group("/swarms/other");
  w.host.group("/swarms/a", [101]);
  w.someoneWrites("cpu.weight", "10");
  w.clock.advance(10_000);
  assert.deepEqual(
    w.guard.expire().map((each) => each.written),
    [false],
  );
  assert.equal(w.see("cpu.weight"), "10");
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

test("a hostile hive cannot fill the disk with refusals, nor with words", (t) => {
  const w = world(t);
  const records = w.verify();
  for (let i = 0; i < 2000; i++) {
    w.guard.decide(proposal("freeze", `w:/hostile/${i}`, 1, { agent: `a${i}\u001b[2J`, reason: "x".repeat(1024) }));
    w.clock.advance(10);
  }
  assert.equal(w.verify(), records + 1);
  w.clock.advance(300_000);
  w.propose("freeze", "/hostile", 1);
  assert.equal(w.verify(), records + 2);
  const says = "y".repeat(1024);
  const evidence = Array.from({ length: 32 }, () => ({
    atMs: 1,
    agent: says,
    kind: says,
    entity: says,
    weight: 1,
    says,
    numbers: {},
  }));
  const before = readFileSync(join(w.folder, "journal.jsonl")).length;
  assertApplied(w.propose("freeze", "/swarms/a", 1, { reason: says, agent: says, evidence }));
  assert.ok(readFileSync(join(w.folder, "journal.jsonl")).length - before < 8192);
});
