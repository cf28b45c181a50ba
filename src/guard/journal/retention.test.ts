import assert from "node:assert/strict";
import { existsSync, renameSync, rmSync, writeFileSync, readFileSync, copyFileSync, statSync } from "node:fs";
import { test, type TestContext } from "node:test";
import { readChange } from "../story.ts";
import { actionId } from "./record.ts";
import { findDamage, verifyJournal } from "./scan.ts";
import { listSegments, segmentPath } from "./segments.ts";
import { intentOf, revertOf, Sessions, SMALL } from "./session.fixture.ts";
import type { JournalLimits } from "./limits.ts";

function sessions(t: TestContext, limits: JournalLimits = SMALL): Sessions {
  const made = new Sessions(limits);
  t.after(() => made.remove());
  return made;
}

/** About 700 bytes each. */
function notes(s: Sessions, count: number): void {
  for (let i = 0; i < count; i++) assert.ok(s.journal.append("note", { says: `${i} ${"n".repeat(400)}` }).ok);
}

const numbers = (s: Sessions): number[] => listSegments(s.folder).map(({ number }) => number);
const KEPT_FOR_EVER = { ...SMALL, totalBytes: Number.POSITIVE_INFINITY };

function complaint(s: Sessions): string {
  const found = findDamage(s.folder);
  return found.ok ? "" : `${found.damage.file}:${found.damage.line}: ${found.damage.says}`;
}

test("the oldest segments go when all together are too large, and the chain says which and when", (t) => {
  const s = sessions(t);
  notes(s, 100);
  const total = listSegments(s.folder).reduce((sum, { path }) => sum + statSync(path).size, 0);
  assert.ok(total <= SMALL.totalBytes + 2 * SMALL.segmentBytes, `${total} bytes`);
  const found = verifyJournal(s.folder);
  assert.ok(found.ok, found.ok ? "" : found.says);
  assert.ok((numbers(s)[0] ?? 0) > 5 && found.value.first > 30);
  assert.equal(found.value.removed?.body.records[1], found.value.first - 1);
  assert.equal(found.value.removed?.body.head, found.value.prev);
  assert.equal(found.value.removed?.body.why, "size");
});

test("what only recovers removes nothing", (t) => {
  const s = sessions(t, KEPT_FOR_EVER);
  notes(s, 100);
  assert.equal(numbers(s)[0], 1);
});

test("segments go by age, of a quiet journal too", (t) => {
  const s = sessions(t, { ...KEPT_FOR_EVER, maxAgeMs: 4 * 86_400_000 });
  for (let day = 0; day < 12; day++) {
    notes(s, 1);
    s.clock.advance(86_400_000);
  }
  const found = verifyJournal(s.folder);
  assert.ok(found.ok, found.ok ? "" : found.says);
  assert.equal(found.value.removed?.body.why, "age");
  assert.ok(s.clock.wallMs() - found.value.from <= 7 * 86_400_000, "no more than the limit and a segment");
});

test("what an open change refers to stays, up to twice the limit; then the change lives on in what is carried over", (t) => {
  const s = sessions(t);
  const intent = s.journal.append("intent", intentOf("cpu.weight", "/a"));
  assert.ok(intent.ok);
  const action = actionId(intent.value);
  notes(s, 32);
  assert.equal(numbers(s)[0], 1, "over the limit, but still needed");
  notes(s, 60);
  assert.ok((numbers(s)[0] ?? 0) > 1, "a lease renewed for ever must not fill the disk");
  const found = verifyJournal(s.folder);
  assert.ok(found.ok, found.ok ? "" : found.says);
  const story = readChange(s.folder, action);
  assert.ok(story.ok, "still explained");
  assert.deepEqual([story.value.intent.baseline, story.value.intent.reason], ["100", "redis waits for a CPU"]);
  assert.ok(s.journal.append("revert", revertOf(action, "expired")).ok);
  notes(s, 5);
  s.reopen();
  const after = readChange(s.folder, action);
  assert.equal(after.ok && after.value.reverted?.cause, "expired");
});

test("a segment that is missing, emptied, cut, swapped or edited is named", (t) => {
  const s = sessions(t, KEPT_FOR_EVER);
  notes(s, 30);
  const [two, three, four] = [2, 3, 4].map((number) => segmentPath(s.folder, number)) as [string, string, string];
  const cases: [RegExp, () => void][] = [
    [/^journal-000004\.jsonl:0: segment 3 is missing, with record \d+ and those after it$/, () => rmSync(three)],
    [/^journal-000004\.jsonl:0: segments 2 to 3 are missing/, () => [two, three].forEach((path) => rmSync(path))],
    [/^journal-000003\.jsonl:1: the segment is empty$/, () => writeFileSync(three, "")],
    [
      /^journal-000003\.jsonl:\d+: record \d+ was cut$/,
      () => writeFileSync(three, readFileSync(three).subarray(0, -9)),
    ],
    [/^journal-000004\.jsonl:1: record \d+ is missing; record \d+ stands in its place$/, () => cutLastLine(three)],
    [/^journal-000003\.jsonl:1: record \d+ is missing; record \d+ stands in its place$/, () => swap(three, four)],
    [/^journal-000003\.jsonl:1: record \d+ is repeated or out of order$/, () => copyFileSync(two, three)],
    [/^journal-000003\.jsonl:2: record \d+ was edited$/, () => edit(three)],
    [
      /^:0: records 1 to \d+ \(segments 1 to 2\) are missing, and no record says that they were removed$/,
      () => [segmentPath(s.folder, 1), two].forEach((path) => rmSync(path)),
    ],
    [
      /^:0: the end was cut: record \d+ is the last, but \d+ had been written$/,
      () => rmSync(listSegments(s.folder).at(-1)?.path ?? ""),
    ],
  ];
  for (const [says, damage] of cases) {
    const before = listSegments(s.folder).map(({ path }) => [path, readFileSync(path)] as const);
    damage();
    assert.match(complaint(s), says);
    for (const [path, bytes] of before) writeFileSync(path, bytes);
    assert.equal(complaint(s), "");
  }
});

test("an earlier segment that is damaged keeps no recovery from the newest one", (t) => {
  const s = sessions(t, KEPT_FOR_EVER);
  notes(s, 30);
  edit(segmentPath(s.folder, 2));
  s.reopen();
  assert.match(complaint(s), /was edited/);
});

test("the one file of an earlier version becomes the first segment as it is", (t) => {
  const s = sessions(t, KEPT_FOR_EVER);
  notes(s, 2);
  const path = segmentPath(s.folder, 1);
  assert.ok(path.endsWith("/journal.jsonl"));
  const old = readFileSync(path, "utf8");
  notes(s, 20);
  assert.ok(readFileSync(path, "utf8").startsWith(old));
  assert.ok(existsSync(segmentPath(s.folder, 2)));
  assert.equal(complaint(s), "");
});

function cutLastLine(path: string): void {
  writeFileSync(path, `${readFileSync(path, "utf8").trimEnd().split("\n").slice(0, -1).join("\n")}\n`);
}

function swap(one: string, other: string): void {
  renameSync(one, `${one}.aside`);
  renameSync(other, one);
  renameSync(`${one}.aside`, other);
}

function edit(path: string): void {
  const lines = readFileSync(path, "utf8").split("\n");
  writeFileSync(path, lines.with(1, (lines[1] ?? "").replace('"atMs":1', '"atMs":2')).join("\n"));
}
