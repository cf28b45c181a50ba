import assert from "node:assert/strict";
import { test } from "node:test";
import type { Evidence } from "../../core/action.ts";
import type { IntentBody } from "./record.ts";
import { intentOf } from "./session.fixture.ts";
import { Thrift } from "./thrift.ts";

const MINUTE_MS = 60_000;

/** As much as the guard lets one change say. */
function wordy(agent: string): IntentBody {
  const long = (length: number): string => "x".repeat(length);
  const fact: Evidence = {
    atMs: 1,
    agent: long(64),
    kind: long(64),
    entity: long(128) as Evidence["entity"],
    weight: 1,
    says: long(256),
    numbers: Object.fromEntries(Array.from({ length: 8 }, (_, at) => [`${at}${long(31)}`, 1e-7 / 3])),
  };
  return intentOf("cpu.weight", "/a", { agent, reason: long(512), evidence: Array.from({ length: 8 }, () => fact) });
}

const size = (body: IntentBody): number => JSON.stringify(body).length;

test("an honest layer's explanations are kept whole, all day", () => {
  const thrift = new Thrift();
  const body = intentOf("cpu.weight", "/a");
  for (let minute = 0; minute < 24 * 60; minute++)
    for (let i = 0; i < 5; i++) assert.equal(thrift.shorten(body, minute * MINUTE_MS), body);
});

test("one that explains in full at the full rate is cut to what changed, with a count and a digest of the rest", () => {
  const thrift = new Thrift();
  let [before, after] = [0, 0];
  let cut: IntentBody | undefined;
  for (let minute = 0; minute < 24 * 60; minute++)
    for (let i = 0; i < 120; i++) {
      const body = wordy("hostile");
      const kept = thrift.shorten(body, minute * MINUTE_MS + i * 500);
      before += size(body);
      after += size(kept);
      if (kept !== body) cut = kept;
    }
  assert.ok(before > 1e9, `${before} bytes a day asked for`);
  assert.ok(after < before / 7, `${after} of ${before} bytes a day kept`);
  const { kind, cgroup, from, to, baseline, agent, omitted, reason } = cut ?? wordy("");
  assert.deepEqual([kind, cgroup, from, to, baseline, agent], ["cpu.weight", "/a", "100", "10", "100", "hostile"]);
  assert.equal(reason.length, 96);
  assert.deepEqual([omitted?.evidence, omitted?.sha256.length], [8, 64]);
});

test("one loud asker leaves the others their words; many names do not multiply what is allowed", () => {
  const thrift = new Thrift();
  for (let i = 0; i < 1000; i++) thrift.shorten(wordy("hostile"), i);
  const quiet = intentOf("freeze", "/a", { agent: "quorum" });
  assert.equal(thrift.shorten(quiet, 1000), quiet);
  let kept = 0;
  for (let i = 0; i < 5000; i++) {
    const body = wordy(`name ${i}`);
    if (thrift.shorten(body, 2000) === body) kept += size(body);
  }
  assert.ok(kept < 1.2 * 1024 * 1024, `${kept} bytes`);
});
