import assert from "node:assert/strict";
import {
  closeSync,
  existsSync,
  mkdtempSync,
  openSync,
  readFileSync,
  rmSync,
  truncateSync,
  writeFileSync,
  writeSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test, type TestContext } from "node:test";
import * as fc from "fast-check";
import { FakeClock } from "../../core/clock.ts";
import { headPath, type JournalFiles, journalPath, nodeFiles } from "./files.ts";
import { MAX_UNSEALED } from "./head.ts";
import { type Journal, openJournal } from "./journal.ts";
import { findDamage } from "./scan.ts";
import { intentOf } from "./session.fixture.ts";

let owners = 0;

/** A journal that seals later, on a disk that forgets at a power cut what was not synced. */
class Disk implements JournalFiles {
  readonly folder: string;
  readonly log: string[] = [];
  readonly due: (() => void)[] = [];
  fails: string | undefined;
  private readonly paths = new Map<number, string>();
  private kept = { bytes: 0, head: "" };
  /** Bytes that a failed sync dropped: the kernel shows them, the disk has none of them, and no later sync says so. */
  private lost = { from: 0, to: 0 };

  constructor(t: TestContext) {
    const root = mkdtempSync(join(tmpdir(), "swarms-sealed-"));
    t.after(() => rmSync(root, { recursive: true, force: true }));
    this.folder = join(root, "journal");
  }

  begin(): Journal {
    const owner = { pid: 4_000_000_000 + owners++, startTicks: 1, bootId: "b" };
    const later = (run: () => void): void => void this.due.push(run);
    const opened = openJournal(this.folder, { clock: new FakeClock(), files: this, owner, later });
    assert.ok(opened.ok, opened.ok ? "" : opened.says);
    this.log.length = 0;
    return opened.value;
  }

  seal(): void {
    for (const each of this.due.splice(0)) each();
  }

  /** Renames reach the disk with a sync of the journal, not by themselves. */
  cutPower(): void {
    truncateSync(journalPath(this.folder), this.kept.bytes);
    const { from, to } = this.lost;
    const fd = openSync(journalPath(this.folder), "r+");
    if (from < this.kept.bytes) writeSync(fd, Buffer.alloc(Math.min(to, this.kept.bytes) - from), 0, undefined, from);
    closeSync(fd);
    if (this.kept.head === "") rmSync(headPath(this.folder));
    else writeFileSync(headPath(this.folder), this.kept.head);
    this.due.length = 0;
  }

  damage(): string {
    const found = findDamage(this.folder);
    return found.ok ? "" : found.damage.says;
  }

  open(path: string, flags: number, mode: number): number {
    const fd = nodeFiles.open(path, flags, mode);
    this.paths.set(fd, path);
    return fd;
  }

  write(fd: number, bytes: Uint8Array, at?: number): number {
    this.did("write", fd);
    if (at !== undefined && at <= this.lost.from) this.lost = { from: 0, to: 0 };
    return nodeFiles.write(fd, bytes, at);
  }

  fsync(fd: number): void {
    this.did("fsync", fd);
    if (this.paths.get(fd) !== journalPath(this.folder)) return;
    const bytes = readFileSync(journalPath(this.folder)).length;
    this.kept = { bytes, head: existsSync(headPath(this.folder)) ? readFileSync(headPath(this.folder), "utf8") : "" };
  }

  truncate = nodeFiles.truncate;
  rename(from: string, to: string): void {
    nodeFiles.rename(from, to);
  }

  close = nodeFiles.close;

  private did(what: string, fd: number): void {
    const name = this.paths.get(fd)?.split("/").at(-1) ?? "";
    if (this.fails === "fsync" && what === "fsync" && name === "journal.jsonl")
      this.lost = { from: this.kept.bytes, to: readFileSync(journalPath(this.folder)).length };
    if (this.fails === what) throw Object.assign(new Error("EIO"), { code: "EIO" });
    this.log.push(`${what} ${name}`);
  }
}

function change(journal: Journal, name: string): void {
  const intent = journal.append("intent", intentOf("freeze", name));
  assert.ok(intent.ok);
  const action = `c-${intent.value}`;
  const result = journal.append("result", { action, ok: true, raw: "1", code: "", says: "", putBack: false });
  assert.ok(result.ok);
}

test("an intent is synced before append returns, its result and the head are not; the seal makes up for both", (t) => {
  const disk = new Disk(t);
  const journal = disk.begin();
  change(journal, "/a");
  assert.deepEqual(disk.log, ["write journal.jsonl", "fsync journal.jsonl", "write journal.jsonl"]);
  assert.equal(disk.due.length, 1, "one seal for both");
  disk.seal();
  assert.deepEqual(disk.log.slice(3), ["fsync journal.jsonl", "write head.new", "fsync head.new"]);
  assert.equal(disk.damage(), "");
});

test("after a power cut at any moment the journal verifies, and of what was acknowledged only results, and what came after the last sync, are missing", (t) => {
  const step = fc.constantFrom("change", "change", "note", "seal", "stop");
  const property = fc.property(fc.array(step, { maxLength: 40 }), (steps) => {
    const disk = new Disk(t);
    let journal = disk.begin();
    for (const each of steps) {
      if (each === "change") change(journal, "/a");
      if (each === "note") journal.append("note", { says: "n" });
      if (each === "seal") disk.seal();
      if (each === "stop") {
        journal.close();
        journal = disk.begin();
      }
    }
    const last = readFileSync(journalPath(disk.folder), "utf8").trimEnd().split("\n");
    disk.cutPower();
    assert.equal(disk.damage(), "");
    const kept = readFileSync(journalPath(disk.folder), "utf8").trimEnd().split("\n");
    for (const lost of last.slice(kept.length)) assert.match(lost, /"type":"result"/);
    disk.begin();
    assert.equal(disk.damage(), "");
  });
  fc.assert(property, { seed: 4, numRuns: 60 });
});

test("a head that is closed lets nothing follow it; one that is open so many records, and no more", (t) => {
  const disk = new Disk(t);
  const journal = disk.begin();
  const opened = readFileSync(headPath(disk.folder), "utf8");
  assert.match(opened, / open\n$/);
  for (let at = 0; at < MAX_UNSEALED / 2; at++) change(journal, "/a");
  const heads = readFileSync(headPath(disk.folder), "utf8");
  assert.notEqual(heads, opened, "sealed without the call, where too much waits");
  assert.equal(disk.damage(), "");
  journal.close();
  const closed = readFileSync(headPath(disk.folder), "utf8");
  assert.doesNotMatch(closed, /open/);
  for (const [head, says] of [
    [opened, /the head names record 1, but \d+ records follow/],
    [heads.replace(" open", ""), /signature of the head does not hold|the head names/],
    [closed.replace("\n", " open\n"), /signature of the head does not hold/],
  ] as const) {
    writeFileSync(headPath(disk.folder), head);
    assert.match(disk.damage(), says);
  }
});

test("where a sync failed, what it was for is written again before anything follows, as the kernel may have dropped it", (t) => {
  const disk = new Disk(t);
  const journal = disk.begin();
  change(journal, "/a");
  disk.fails = "fsync";
  disk.seal();
  assert.equal(journal.append("intent", intentOf("freeze", "/b")).ok, false);
  disk.fails = undefined;
  change(journal, "/b");
  disk.seal();
  assert.equal(disk.damage(), "");
  disk.cutPower();
  assert.equal(disk.damage(), "");
});

test("where the head cannot be written, records stop before there are more than it may lack", (t) => {
  const disk = new Disk(t);
  const journal = disk.begin();
  disk.rename = () => {
    throw Object.assign(new Error("ENOSPC"), { code: "ENOSPC" });
  };
  let written = 0;
  while (journal.append("intent", intentOf("freeze", "/a")).ok && written < 100) written++;
  assert.equal(written, MAX_UNSEALED / 2);
  assert.equal(disk.damage(), "");
  delete (disk as Partial<Disk>).rename;
  assert.ok(journal.append("intent", intentOf("freeze", "/a")).ok);
});

test("starts that fail one after the other on a failing disk leave no more than the head may lack: the next one that works goes on", (t) => {
  const disk = new Disk(t);
  disk.begin().close();
  const { truncate } = disk;
  for (let start = 0; start < 4; start++) {
    disk.fails = "fsync";
    disk.truncate = () => {
      throw Object.assign(new Error("EIO"), { code: "EIO" });
    };
    assert.throws(() => disk.begin(), /EIO/);
  }
  disk.fails = undefined;
  disk.truncate = truncate;
  disk.begin();
  assert.equal(disk.damage(), "");
});
