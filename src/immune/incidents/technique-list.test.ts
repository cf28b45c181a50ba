import assert from "node:assert/strict";
import { test } from "node:test";
import type { Evidence } from "../../core/action.ts";
import { processKey } from "../../core/entity.ts";
import { FakeHost } from "../scenes/context.fixture.ts";
import { depositDanger } from "../evidence/danger.ts";
import { QuorumAgent } from "../quorum/quorum.ts";
import { MOST_TECHNIQUES, techniquesOf } from "./technique-list.ts";

function fact(weight: number, atMs: number, techniques?: readonly string[]): Evidence {
  const base = { atMs, agent: "a", kind: "k", entity: "p:1@1", weight, says: "a fact", numbers: {} };
  return techniques === undefined ? base : { ...base, techniques };
}

test("the heaviest fact's techniques come first, each once; what was known before stays behind them; at most eight", () => {
  const facts = [fact(0.4, 1, ["T1105"]), fact(0.9, 3, ["T1059.004", "T1105"]), fact(0.9, 2, ["T1071"]), fact(1, 0)];
  assert.deepEqual(techniquesOf(facts), ["T1071", "T1059.004", "T1105"]);
  assert.deepEqual(techniquesOf(facts, ["T1496", "T1105"]), ["T1071", "T1059.004", "T1105", "T1496"]);
  const many = Array.from({ length: 20 }, (_, at) => fact(1, at, [`T${1000 + at}`]));
  assert.equal(techniquesOf(many).length, MOST_TECHNIQUES);
});

test("an incident names the techniques of its evidence, and those of what comes after", () => {
  const host = new FakeHost([new QuorumAgent({ leaseMs: 300_000 })]);
  const entity = processKey(host.existing("/usr/bin/app"));
  const accuse = (kind: string, techniques: readonly string[]): void => {
    depositDanger(host.context(), { agent: kind, kind, entity, weight: 1, says: kind, numbers: {}, techniques });
    host.settle();
  };
  accuse("one", ["T1105"]);
  accuse("two", ["T1059.004"]);
  assert.deepEqual(host.incidents[0]?.techniques, ["T1105", "T1059.004"]);
  host.wait(2000);
  accuse("three", ["T1071"]);
  assert.deepEqual(host.incidents[0]?.techniques, ["T1105", "T1059.004", "T1071"]);
});
