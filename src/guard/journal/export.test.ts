import assert from "node:assert/strict";
import { copyFileSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { test, type TestContext } from "node:test";
import { exportJournal } from "./export.ts";
import { publicKeysOf, publicKeysPath, readPublicKeys, readSigner } from "./keys.ts";
import { listSegments } from "./segments.ts";
import { intentOf, Sessions, SMALL } from "./session.fixture.ts";
import { verifyFile } from "./verify-file.ts";

function sessions(t: TestContext): Sessions {
  const made = new Sessions(SMALL);
  t.after(() => made.remove());
  for (let i = 0; i < 60; i++) assert.ok(made.journal.append("note", { says: `${i} ${"n".repeat(300)}` }).ok);
  assert.ok(made.journal.append("intent", intentOf("freeze", "/a")).ok);
  made.journal.close();
  return made;
}

function exported(s: Sessions, from = 1, to = Number.MAX_SAFE_INTEGER, sign = true): string[] {
  const lines: string[] = [];
  const signer = sign ? readSigner(s.folder) : undefined;
  const proof = exportJournal(s.folder, { from, to, host: "h", atMs: 5, signer }, (line) => lines.push(line));
  assert.ok(proof.ok, proof.ok ? "" : proof.says);
  return lines;
}

/** What is wrong with a file of these lines; "" where nothing is. */
function complaint(s: Sessions, lines: readonly string[], keys = readPublicKeys(publicKeysPath(s.folder))): string {
  const path = join(s.folder, "export.jsonl");
  writeFileSync(path, lines.map((line) => `${line}\n`).join(""));
  const found = verifyFile(path, keys);
  return found.ok ? "" : found.damage.says;
}

test("an export of all, or of a range, over segments and past removed ones, verifies with the public key alone", (t) => {
  const s = sessions(t);
  assert.ok((listSegments(s.folder)[0]?.number ?? 0) > 1);
  const all = exported(s);
  assert.equal(complaint(s, all), "");
  const [first, last] = [JSON.parse(all[1]!) as { seq: number }, JSON.parse(all.at(-2)!) as { seq: number }];
  assert.equal(all.length - 2, last.seq - first.seq + 1, "every record, once");
  for (let from = first.seq; from <= last.seq; from += 3) {
    const range = exported(s, from, from + 4);
    assert.equal(complaint(s, range), "", `from ${from}`);
    assert.equal((JSON.parse(range[1]!) as { seq: number }).seq, from);
  }
});

test("an edit, a cut, a repeat, an addition and another's signature are found", (t) => {
  const s = sessions(t);
  const [all, other] = [exported(s), exported(sessions(t))];
  const cases: [RegExp, string[]][] = [
    [/record \d+ was edited/, all.map((line) => line.replace("nnn", "mmm"))],
    [/record \d+ is missing/, all.toSpliced(3, 1)],
    [/is repeated or out of order/, all.toSpliced(3, 0, all[3]!)],
    [/is not the first that the export names/, all.toSpliced(1, 1)],
    [/the proof is of records/, all.toSpliced(-2, 1)],
    [/there is no proof/, all.slice(0, -1)],
    [/something follows the proof/, [...all, all[3]!]],
    [/the proof was edited/, all.toSpliced(-1, 1, all.at(-1)!.replace('"last"', '"lost"'))],
    [/signature of the proof does not hold/, all.toSpliced(-1, 1, all.at(-1)!.replace('"atMs":5', '"atMs":6'))],
    [/which is not among the public keys known here/, other],
    [/the proof is not signed/, exported(s, 1, Number.MAX_SAFE_INTEGER, false)],
    [/there is no proof/, [all[0]!]],
    [/there is no record/, []],
    [/was edited/, ["no json at all"]],
  ];
  for (const [says, lines] of cases) assert.match(complaint(s, lines), says);
});

test("without a key at hand the one in the export is used, and the answer says so", (t) => {
  const s = sessions(t);
  const path = join(s.folder, "export.jsonl");
  writeFileSync(
    path,
    exported(s)
      .map((line) => `${line}\n`)
      .join(""),
  );
  const found = verifyFile(path);
  assert.deepEqual(found.ok && [found.value.kind, found.value.keysFrom], ["export", "export"]);
  const keys = publicKeysOf(
    (JSON.parse(readFileSync(path, "utf8").split("\n")[0]!) as { publicKeys: string }).publicKeys,
  );
  assert.ok(found.ok && keys.has(found.value.proof));
});

test("one segment by itself verifies too", (t) => {
  const s = sessions(t);
  for (const { path } of listSegments(s.folder)) {
    copyFileSync(path, join(s.folder, "copy"));
    const found = verifyFile(join(s.folder, "copy"), readPublicKeys(publicKeysPath(s.folder)));
    assert.ok(found.ok && found.value.kind === "segment", found.ok ? "" : found.damage.says);
  }
});
