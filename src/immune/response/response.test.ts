import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import type { ActionKind, Mode, Outcome, Proposal } from "../../core/action.ts";
import { processKey, type ProcessRef } from "../../core/entity.ts";
import { CONTAINMENT } from "./containment.ts";
import { FakeHost } from "../scenes/context.fixture.ts";
import { depositDanger } from "../evidence/danger.ts";
import { QuorumAgent } from "../quorum/quorum.ts";
import { RUNG_ACTION, RUNGS, throttlePercent } from "./response-plan.ts";

const LEASE_MS = 300_000;
const ALL: ActionKind[] = ["cpu.max", "net.deny", "freeze"];

interface Scene {
  readonly host: FakeHost;
  readonly app: ProcessRef;
}

/** Kinds of action in force; the others are only observed. */
function scene(enforced: readonly ActionKind[] = ALL, advised: readonly ActionKind[] = []): Scene {
  const modeOf = (kind: ActionKind): Mode =>
    enforced.includes(kind) ? "enforce" : advised.includes(kind) ? "advise" : "observe";
  const host = new FakeHost([new QuorumAgent({ leaseMs: LEASE_MS, modeOf, cpus: 2 })]);
  return { host, app: host.existing("/usr/bin/app") };
}

function accuse({ host, app }: Scene, kind: string, weight: number, ...techniques: string[]): void {
  const fact = { agent: kind, kind, entity: processKey(app), weight, says: `${kind} says so`, numbers: {}, techniques };
  depositDanger(host.context(), fact);
  host.settle();
}

/** The guard's word on the latest proposal. */
function answer({ host }: Scene, outcome: Outcome, code = ""): Proposal {
  const latest = host.proposals.at(-1);
  assert.ok(latest);
  const action = outcome === "applied" || outcome === "renewed" ? `c-${latest.kind}` : "";
  host.decide({ proposal: latest.id, kind: latest.kind, outcome, action, code });
  return latest;
}

const asked = ({ host }: Scene): string[] => host.proposals.map(({ kind }) => kind);

function pass({ host }: Scene, seconds: number): void {
  for (let at = 0; at < seconds; at++) {
    host.wait(1000);
    host.tick();
  }
}

/** Three kinds, none of them more than a hint beside the first. */
function hints(of: Scene): void {
  accuse(of, "lineage", 1);
  accuse(of, "destination", 0.3);
  accuse(of, "name", 0.3);
}

test("strong evidence is frozen with the first proposal, whatever milder action is in force", () => {
  const strong = scene();
  accuse(strong, "lineage", 0.8);
  accuse(strong, "fresh-file", 0.8);
  assert.deepEqual(asked(strong), ["freeze"]);
});

test("hints that add up are slowed down first, and frozen when evidence grows strong", () => {
  const slow = scene();
  hints(slow);
  const throttle = answer(slow, "applied");
  assert.deepEqual([throttle.kind, throttle.value], ["cpu.max", throttlePercent(2)]);
  accuse(slow, "lineage", 0.2);
  assert.deepEqual(asked(slow), ["cpu.max"], "no more evidence, no more response");
  accuse(slow, "fresh-file", 0.9);
  assert.deepEqual(asked(slow), ["cpu.max", "freeze"]);
});

test("what grows under a milder rung climbs the ladder one rung at a time", () => {
  const miner = scene();
  accuse(miner, "miner", 1, "T1496.001");
  accuse(miner, "destination", 0.6);
  answer(miner, "applied");
  accuse(miner, "name", 0.3);
  answer(miner, "applied");
  accuse(miner, "hidden", 0.3);
  answer(miner, "applied");
  accuse(miner, "lineage", 0.9);
  assert.deepEqual(asked(miner), ["cpu.max", "net.deny", "freeze"]);
});

test("by kind of evidence: exfiltration is cut from the network, mass rewriting and fork bombs are stopped on hints", () => {
  const thief = scene();
  accuse(thief, "upload", 1, "T1041");
  accuse(thief, "lineage", 0.8);
  const eraser = scene();
  accuse(eraser, "rewriting", 1, "T1486");
  accuse(eraser, "destination", 0.3);
  accuse(eraser, "name", 0.3);
  assert.deepEqual([asked(thief), asked(eraser)], [["net.deny"], ["freeze"]]);
  const both = scene();
  accuse(both, "upload", 1, "T1041");
  accuse(both, "rewriting", 0.6, "T1486");
  assert.deepEqual(asked(both), ["freeze"], "destruction wherever it is named");
});

test("a rung that is not in force is passed over without a proposal; one that the guard only observes falls through to the next", () => {
  const thief = scene(["freeze"]);
  accuse(thief, "upload", 1, "T1041");
  accuse(thief, "lineage", 0.8);
  assert.deepEqual(asked(thief), ["freeze"]);
  for (const [outcome, code] of [
    ["observed", ""],
    ["refused", "SW-GUARD-BOUNDS"],
  ] as const) {
    const ruled = scene();
    accuse(ruled, "upload", 1, "T1041");
    accuse(ruled, "lineage", 0.8);
    answer(ruled, outcome, code);
    answer(ruled, outcome, code);
    answer(ruled, outcome, code);
    assert.deepEqual(asked(ruled), ["net.deny", "freeze", "cpu.max"], outcome);
    pass(ruled, 60);
    assert.equal(ruled.host.proposals.length, 3, "and then no more");
  }
});

test("where nothing is in force a freeze is proposed all the same, so that people see what would be done", () => {
  const watched = scene([]);
  accuse(watched, "upload", 1, "T1041");
  accuse(watched, "lineage", 0.8);
  answer(watched, "observed");
  assert.deepEqual(asked(watched), ["freeze"]);
});

test("a refusal that is about the target ends it: no other rung is tried", () => {
  for (const code of ["SW-GUARD-PROTECTED", "SW-GUARD-SCOPE", "SW-GUARD-PERSON", "SW-GUARD-GONE"]) {
    const safe = scene();
    accuse(safe, "upload", 1, "T1041");
    accuse(safe, "lineage", 0.8);
    answer(safe, "refused", code);
    pass(safe, 100);
    assert.deepEqual(asked(safe), ["net.deny"], code);
  }
});

test("a throttle ends when the evidence has evaporated; a freeze does not, for what stands still shows nothing", () => {
  const slow = scene();
  hints(slow);
  const renewals = (of: Scene, kind: ActionKind): number => {
    let seen = of.host.proposals.length;
    answer(of, "applied");
    for (let at = 0; at < 1800; at++) {
      pass(of, 1);
      if (of.host.proposals.length > seen) answer(of, "renewed");
      seen = of.host.proposals.length;
    }
    assert.ok(of.host.proposals.every((proposal) => proposal.kind === kind));
    return seen - 1;
  };
  assert.ok(renewals(slow, "cpu.max") <= 2, "let go within minutes");
  const frozen = scene();
  accuse(frozen, "lineage", 1);
  accuse(frozen, "fresh-file", 1);
  assert.ok(renewals(frozen, "freeze") >= 10, "still held after half an hour");
});

test("a short lease, as of a quota, is renewed in time", () => {
  const slow = scene();
  hints(slow);
  const { id, kind } = slow.host.proposals[0] ?? { id: "", kind: "cpu.max" };
  slow.host.decide({ proposal: id, kind, outcome: "applied", action: "c-1", untilMs: slow.host.wallMs + 10_000 });
  pass(slow, 6);
  assert.deepEqual(asked(slow), ["cpu.max", "cpu.max"]);
});

test("a person's undo, of whatever rung, ends it for all processes of the incident", () => {
  const slow = scene();
  hints(slow);
  answer(slow, "applied");
  accuse(slow, "fresh-file", 0.9);
  answer(slow, "applied");
  slow.host.revert("c-cpu.max", "undo");
  const child = { host: slow.host, app: slow.host.fork(slow.app) };
  for (const each of [slow, child]) {
    accuse(each, "rewriting", 1, "T1486");
    accuse(each, "lineage", 1);
    accuse(each, "destination", 1);
    accuse(each, "fresh-file", 1);
  }
  pass(slow, 1000);
  assert.deepEqual(asked(slow), ["cpu.max", "freeze"]);
});

test("ending a process takes the configuration that names it, a freeze, and a person's word or three strong kinds", () => {
  const unnamed = scene();
  const named = scene([...ALL, "kill.process"]);
  for (const each of [unnamed, named]) {
    accuse(each, "lineage", 1);
    accuse(each, "fresh-file", 1);
    answer(each, "applied");
    each.host.confirm(each.host.incidents[0]!);
    each.host.confirm(each.host.incidents[0]!);
  }
  assert.deepEqual(asked(unnamed), ["freeze"]);
  assert.deepEqual(asked(named), ["freeze", "kill.process"]);
  answer(named, "applied");
  pass(named, 1000);
  assert.equal(named.host.proposals.length, 2, "what was ended is let go");
  const plain = scene([...ALL, "kill.process"]);
  for (const kind of ["lineage", "fresh-file"]) accuse(plain, kind, 1);
  answer(plain, "applied");
  accuse(plain, "destination", 0.9);
  assert.deepEqual(asked(plain), ["freeze", "kill.process"]);
});

const outcomes = fc.constantFrom<[Outcome, string]>(
  ["applied", ""],
  ["observed", ""],
  ["advised", ""],
  ["refused", "SW-GUARD-BUDGET"],
  ["refused", "SW-GUARD-POLICY"],
  ["refused", "SW-GUARD-PROTECTED"],
);
const facts = fc.record({
  kind: fc.constantFrom("lineage", "fresh-file", "destination", "rewriting", "upload", "miner"),
  weight: fc.double({ min: 0.05, max: 1, noNaN: true }),
  technique: fc.constantFrom("T1041", "T1486", "T1496", "T1059.004"),
  waitMs: fc.integer({ min: 0, max: 60_000 }),
  outcome: outcomes,
});

test("whatever is found and whatever the guard says: nothing harsher without more evidence, never beyond a freeze, and an end", () => {
  fc.assert(
    fc.property(fc.array(facts, { maxLength: 25 }), (story) => {
      const all = scene();
      const answered = new Set<string>();
      const settle = (outcome: Outcome, code: string): void => {
        for (let open = true; open;) {
          const waiting = all.host.proposals.find(({ id }) => !answered.has(id));
          open = waiting !== undefined;
          if (waiting === undefined) break;
          answered.add(waiting.id);
          const action = outcome === "applied" ? `c-${waiting.kind}` : "";
          all.host.decide({ proposal: waiting.id, kind: waiting.kind, outcome, code, action });
        }
      };
      const rungOf = ({ kind }: Proposal): number => RUNGS.findIndex((rung) => RUNG_ACTION[rung] === kind);
      for (const { kind, weight, technique, waitMs, outcome } of story) {
        all.host.wait(waitMs);
        const before = all.host.proposals.length;
        all.host.tick();
        const held = all.host.proposals.slice(0, before).at(-1);
        // A turn without evidence asks for what was asked for before, or for what the plan has in its place.
        for (const renewed of all.host.proposals.slice(before))
          assert.ok(held !== undefined && rungOf(renewed) <= rungOf(held));
        settle(...outcome);
        accuse(all, kind, weight, technique);
        settle(...outcome);
      }
      assert.ok(all.host.proposals.every((proposal) => rungOf(proposal) >= 0));
      if (all.host.incidents.length === 0) assert.deepEqual(all.host.proposals, []);
      for (let at = 0; at < 30; at++) {
        all.host.wait(CONTAINMENT.longestMs / 20);
        all.host.tick();
        settle("applied", "");
      }
      const inTheEnd = all.host.proposals.length;
      pass(all, 100);
      assert.equal(all.host.proposals.length, inTheEnd, "everything is let go");
    }),
    { numRuns: 300, seed: 6 },
  );
});
