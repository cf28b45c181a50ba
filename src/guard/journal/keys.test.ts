import assert from "node:assert/strict";
import { chmodSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { test, type TestContext } from "node:test";
import { headPath, journalPath } from "./files.ts";
import { keyPath, openSigner, publicKeysPath, readPublicKeys } from "./keys.ts";
import { nodeFiles } from "./files.ts";
import { encodeLine, GENESIS, type JournalRecord } from "./record.ts";
import { verifyJournal } from "./scan.ts";
import { Sessions, SMALL } from "./session.fixture.ts";

function sessions(t: TestContext): Sessions {
  const made = new Sessions({ ...SMALL, totalBytes: Number.POSITIVE_INFINITY, segmentBytes: 1 << 20 });
  t.after(() => made.remove());
  return made;
}

const complaint = (s: Sessions): string => {
  const verified = verifyJournal(s.folder);
  return verified.ok ? "" : verified.says;
};

/** Somebody computes every hash anew, as anybody with write access can; `change` may drop or alter records. */
function rewrite(s: Sessions, change: (record: JournalRecord) => JournalRecord | undefined): void {
  const records = readFileSync(journalPath(s.folder), "utf8")
    .trimEnd()
    .split("\n")
    .flatMap((line) => change(JSON.parse(line) as JournalRecord) ?? []);
  let [prev, text] = [GENESIS, ""];
  for (const [index, { atMs, type, body }] of records.entries()) {
    const { line, hash } = encodeLine({ seq: index + 1, atMs, type, body }, prev);
    [prev, text] = [hash, `${text}${line}\n`];
  }
  writeFileSync(journalPath(s.folder), text);
  writeFileSync(headPath(s.folder), `${records.length} ${prev}\n`);
}

test("the private key is for its owner alone, and every head is signed with it", (t) => {
  const s = sessions(t);
  assert.deepEqual(
    [keyPath(s.folder), publicKeysPath(s.folder)].map((path) => statSync(path).mode & 0o777),
    [0o600, 0o644],
  );
  for (let i = 0; i < 600; i++) s.journal.append("note", { says: `${i}` });
  s.journal.close();
  const verified = verifyJournal(s.folder);
  assert.ok(verified.ok, verified.ok ? "" : verified.says);
  const { count, upTo, keys } = verified.value.signatures;
  assert.deepEqual([count, upTo, keys.length], [3, verified.value.last.seq - 1, 1]);
});

test("a journal that was written anew, with every hash right, is found for want of the key", (t) => {
  const s = sessions(t);
  s.journal.append("note", { says: "the truth" });
  s.journal.close();
  const forged = (record: JournalRecord): JournalRecord =>
    record.type === "note" ? { ...record, body: { says: "a lie" } } : record;
  rewrite(s, forged);
  assert.match(complaint(s), /record 3 signs another record than the one before it/);
  rewrite(s, (record) => (record.type === "signed" ? undefined : forged(record)));
  assert.equal(complaint(s), "the head is not signed, although this journal has a key");
});

test("a signature by another key, or none that fits, is found", (t) => {
  const [s, other] = [sessions(t), sessions(t)];
  const head = readFileSync(headPath(s.folder), "utf8").split(" ");
  const foreign = readFileSync(headPath(other.folder), "utf8").split(" ");
  writeFileSync(headPath(s.folder), [...head.slice(0, 4), ...foreign.slice(4)].join(" "));
  assert.match(
    complaint(s),
    /signature of the head is by key [0-9a-f]{16}, which is not among the public keys known here/,
  );
  writeFileSync(headPath(s.folder), [...head.slice(0, 5), foreign[5]].join(" "));
  assert.match(complaint(s), /signature of the head does not hold/);
});

test("a key that is lost, damaged or readable by others is replaced, and the chain says so; what it signed still holds", (t) => {
  const s = sessions(t);
  const losses: [RegExp, () => void][] = [
    [/was missing/, () => rmSync(keyPath(s.folder))],
    [/was damaged/, () => writeFileSync(keyPath(s.folder), "no key", { mode: 0o600 })],
    [/could be read by others/, () => chmodSync(keyPath(s.folder), 0o644)],
  ];
  for (const [says, lose] of losses) {
    s.journal.close();
    lose();
    s.reopen();
    assert.match(readFileSync(journalPath(s.folder), "utf8").trimEnd().split("\n").at(-1) ?? "", says);
    assert.equal(complaint(s), "");
  }
  s.journal.close();
  const verified = verifyJournal(s.folder);
  assert.ok(verified.ok && verified.value.signatures.keys.length === 4);
  assert.equal(readPublicKeys(publicKeysPath(s.folder)).size, 4);
});

test("a public key that was removed is published again", (t) => {
  const s = sessions(t);
  s.journal.close();
  rmSync(publicKeysPath(s.folder));
  assert.equal(openSigner(s.folder, nodeFiles).remark, "");
  assert.equal(complaint(s), "");
});

test("without a usable key the journal goes on, and says that it is not signed", (t) => {
  const s = sessions(t);
  s.journal.close();
  rmSync(keyPath(s.folder));
  const open = s.files.open.bind(s.files);
  assert.throws(() =>
    openSigner(s.folder, {
      ...nodeFiles,
      open: (path, flags, mode) => {
        if (path.startsWith(join(s.folder, "key"))) throw Object.assign(new Error("EROFS"), { code: "EROFS" });
        return open(path, flags, mode);
      },
    }),
  );
});
