import assert from "node:assert/strict";
import {
  mkdtempSync,
  readFileSync,
  rmSync,
  statSync,
  truncateSync,
  unlinkSync,
  writeFileSync,
  appendFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test, type TestContext } from "node:test";
import * as fc from "fast-check";
import { FakeClock } from "../../core/clock.ts";
import { type Journal, openJournal } from "./journal.ts";
import { findDamage, verifyJournal } from "./scan.ts";

const clock = new FakeClock();
let session = 0;

/** Every session is of a process that does not exist, so that the next may take over, as after kill -9. */
function open(folder: string): Journal {
  const owner = { pid: 4_000_000_000 + session++, startTicks: 1, bootId: "b" };
  const opened = openJournal(folder, { clock, owner });
  assert.ok(opened.ok, opened.ok ? "" : opened.says);
  return opened.value;
}

function folderFor(t: TestContext): string {
  const root = mkdtempSync(join(tmpdir(), "swarms-journal-"));
  t.after(() => rmSync(root, { recursive: true, force: true }));
  return join(root, "journal");
}

/** A journal of `count` records whose writer was killed, and the head as it was after each of them. */
function filled(t: TestContext, count: number): { folder: string; path: string; lines: string[]; heads: string[] } {
  const folder = folderFor(t);
  const journal = open(folder);
  const heads: string[] = [readFileSync(join(folder, "head"), "utf8")];
  for (let i = 2; i <= count; i++) {
    clock.advance(1000);
    assert.deepEqual(journal.append("note", { says: `number ${i}` }), { ok: true, value: i });
    heads.push(readFileSync(join(folder, "head"), "utf8"));
  }
  const path = join(folder, "journal.jsonl");
  return { folder, path, lines: readFileSync(path, "utf8").trimEnd().split("\n"), heads };
}

/** What is wrong, without the file and the byte: for those see "names the file and the byte". */
function complaint(folder: string): string {
  const verified = verifyJournal(folder);
  return verified.ok
    ? ""
    : `${verified.code}: ${verified.says.replace(/^journal\.jsonl \(segment 1\), byte \d+, /, "")}`;
}

test("records continue one chain over sessions, in a folder and files for the owner alone", (t) => {
  const { folder, path } = filled(t, 5);
  open(folder).append("note", { says: "seven" });
  const verified = verifyJournal(folder);
  assert.ok(verified.ok);
  assert.equal(verified.value.records, 7);
  assert.ok(verified.value.from > 0 && verified.value.to >= verified.value.from);
  const modes = [folder, path, join(folder, "head")].map((each) => statSync(each).mode & 0o777);
  assert.deepEqual(modes, [0o700, 0o600, 0o600]);
});

test("an edit is found and located, whatever is edited", (t) => {
  const { folder, path, lines } = filled(t, 6);
  for (const [from, to] of [
    ["number 4", "number 5"],
    ['"atMs":17', '"atMs":18'],
    ['"seq":4', '"seq":4 '],
    ['"hash":"', '"hash":"0'],
  ] as const) {
    const edited = lines.with(3, (lines[3] ?? "").replace(from, to));
    assert.notDeepEqual(edited, lines);
    writeFileSync(path, `${edited.join("\n")}\n`);
    assert.equal(complaint(folder), "SW-JOURNAL-DAMAGED: line 4: record 4 was edited");
  }
});

test("a cut, a reorder, a repeat and a replacement are found and located", (t) => {
  const { folder, path, lines } = filled(t, 6);
  const other = filled(t, 6).lines;
  const cases: [string, string[]][] = [
    ["line 3: record 3 is missing; record 4 stands in its place", lines.toSpliced(2, 1)],
    ["line 1: record 1 is missing; record 2 stands in its place", lines.slice(1)],
    [
      "line 3: record 3 is missing; record 4 stands in its place",
      lines.toSpliced(2, 2, lines[3] ?? "", lines[2] ?? ""),
    ],
    ["line 4: record 3 is repeated or out of order", lines.toSpliced(3, 0, lines[2] ?? "")],
    ["line 4: record 4 does not continue record 3", lines.with(3, other[3] ?? "")],
    ["line 6: record 6 is not the one that the head names", other],
    ["the end was cut: record 5 is the last, but 6 had been written", lines.slice(0, 5)],
    ["the end was cut: record 0 is the last, but 6 had been written", []],
  ];
  for (const [says, changed] of cases) {
    writeFileSync(path, changed.map((line) => `${line}\n`).join(""));
    assert.equal(complaint(folder), `SW-JOURNAL-DAMAGED: ${says}`);
    const refused = openJournal(folder, { clock });
    assert.equal(refused.ok ? "" : refused.code, "SW-JOURNAL-DAMAGED");
  }
});

test("a head that was set back, removed or garbled is found; one behind is a crash", (t) => {
  const { folder, lines, heads } = filled(t, 5);
  const head = join(folder, "head");
  const hashOf = (seq: number): string => (JSON.parse(lines[seq - 1] ?? "") as { hash: string }).hash;
  writeFileSync(head, heads[3] ?? "");
  assert.equal(complaint(folder), "");
  writeFileSync(head, heads[2] ?? "");
  assert.match(complaint(folder), /the head names record 3, but 5 records follow/);
  writeFileSync(head, `5 ${hashOf(5)}\n`);
  assert.match(complaint(folder), /the head is not signed/);
  writeFileSync(head, (heads[4] ?? "").slice(0, 20));
  assert.match(complaint(folder), /SW-JOURNAL-DAMAGED/);
  unlinkSync(head);
  assert.match(complaint(folder), /the head names record 0, but 5/);
});

test("what is wrong is named with its file, segment, byte, line and record", (t) => {
  const { folder, path, lines } = filled(t, 4);
  writeFileSync(path, `${lines.with(2, (lines[2] ?? "").replace("number 3", "number 0")).join("\n")}\n`);
  const byte = `${lines[0]}\n${lines[1]}\n`.length;
  const found = findDamage(folder);
  assert.deepEqual(found.ok ? {} : { ...found.damage, todo: "" }, {
    segment: 1,
    file: "journal.jsonl",
    line: 3,
    record: 3,
    byte,
    says: "record 3 was edited",
    todo: "",
  });
  const verified = verifyJournal(folder);
  assert.equal(
    verified.ok ? "" : verified.says,
    `journal.jsonl (segment 1), byte ${byte}, line 3: record 3 was edited`,
  );
});

test("any single changed byte of a whole record is found", (t) => {
  const { folder, path } = filled(t, 4);
  const bytes = readFileSync(path);
  const run = fc.property(fc.nat(bytes.length - 2), fc.integer({ min: 1, max: 255 }), (at, flip) => {
    const changed = Buffer.from(bytes);
    changed[at] = (changed[at] ?? 0) ^ flip;
    writeFileSync(path, changed);
    return complaint(folder) !== "";
  });
  fc.assert(run, { seed: 7, numRuns: 300 });
});

test("a record that would be too long to read again is refused, and nothing of it remains", (t) => {
  const folder = folderFor(t);
  const journal = open(folder);
  const refused = journal.append("note", { says: "x".repeat(300_000) });
  assert.match(refused.ok ? "" : refused.says, /is too long/);
  assert.deepEqual(journal.append("note", { says: "short" }), { ok: true, value: 2 });
  assert.equal(complaint(folder), "");
});

test("a torn last line is set aside, whatever a crash left of it, and said in the chain", (t) => {
  for (const torn of ['{"v":1', "x", "\0\0\0\0", "\u20ac"]) {
    const { folder } = filled(t, 4);
    const path = join(folder, "journal.jsonl");
    appendFileSync(path, torn);
    assert.equal(complaint(folder), "");
    open(folder).close();
    assert.equal(complaint(folder), "");
    assert.match(
      readFileSync(path, "utf8"),
      /unfinished line of \d+ bytes after record 4 was set aside as torn-after-4/,
    );
    assert.deepEqual(readFileSync(join(folder, "torn-after-4")), Buffer.from(torn));
  }
});

test("a record cut in half by the crash of its own write never counted; one that the head names was cut", (t) => {
  const { folder, path } = filled(t, 4);
  truncateSync(path, statSync(path).size - 5);
  assert.match(complaint(folder), /the end was cut: record 3 is the last, but 4 had been written/);
});

test("a line that is too long is damage, never memory", (t) => {
  const { folder, path } = filled(t, 3);
  appendFileSync(path, "\u20ac".repeat(200_000));
  assert.match(complaint(folder), /line 4: record 4 was edited/);
});

test("one owner at a time: a living one keeps others out, a dead one does not", (t) => {
  const folder = folderFor(t);
  const first = openJournal(folder, { clock });
  assert.ok(first.ok);
  const second = openJournal(folder, { clock });
  assert.equal(second.ok ? "" : second.code, "SW-STATE-BUSY");
  assert.match(second.ok ? "" : second.says, new RegExp(`process ${process.pid} holds`));
  first.value.close();
  first.value.close();
  open(folder);
  const third = openJournal(folder, { clock });
  assert.ok(third.ok, "the owner before is dead");
  third.value.close();
  assert.equal(third.value.append("note", { says: "after the end" }).ok, false);
});

test("a folder that cannot be made is said so", () => {
  for (const folder of ["/proc/none", "/proc/none/journal", join(import.meta.filename, "journal")]) {
    const opened = openJournal(folder, { clock });
    assert.equal(opened.ok ? "" : opened.code, "SW-STATE-CREATE");
  }
});
