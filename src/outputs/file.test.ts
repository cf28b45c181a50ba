import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import {
  closeSync,
  constants,
  mkdtempSync,
  openSync,
  readFileSync,
  readSync,
  renameSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test, type TestContext } from "node:test";
import { FileCarrier } from "./file.ts";
import type { OutputLine } from "./line.ts";

function folder(t: TestContext): string {
  const path = mkdtempSync(join(tmpdir(), "swarms-outputs-"));
  t.after(() => rmSync(path, { recursive: true, force: true, maxRetries: 10 }));
  return path;
}

const line = (id: string): OutputLine => ({ id, priority: "warning", text: JSON.stringify({ id }) });
const idsIn = (path: string): string[] =>
  readFileSync(path, "utf8")
    .split("\n")
    .filter((text) => text !== "")
    .map((text) => (JSON.parse(text) as { id: string }).id);

test("lines are appended to what is there, in a file for the owner and group alone", (t) => {
  const path = join(folder(t), "out.json");
  const before = process.umask(0o077);
  t.after(() => process.umask(before));
  const carrier = new FileCarrier({ name: "f", to: "file", path, nowMs: () => 0 });
  carrier.carry(line("a"));
  carrier.close();
  assert.equal(statSync(path).mode & 0o777, 0o640);
  const again = new FileCarrier({ name: "f", to: "file", path, nowMs: () => 0 });
  again.carry(line("b"));
  assert.deepEqual(idsIn(path), ["a", "b"]);
  assert.equal(again.status().delivered, 1);
  again.close();
});

test("a file that was rotated away keeps its lines, the next go to a new one: by renaming, by SIGHUP, by truncation", (t) => {
  const dir = folder(t);
  const path = join(dir, "out.json");
  let nowMs = 0;
  const carrier = new FileCarrier({ name: "f", to: "file", path, nowMs: () => nowMs });
  carrier.carry(line("a"));
  renameSync(path, `${path}.1`);
  // Not looked at yet: a line between the renaming and the look goes to the old file, and is not lost.
  carrier.carry(line("b"));
  nowMs = 2000;
  carrier.carry(line("c"));
  renameSync(path, `${path}.2`);
  carrier.reopen();
  carrier.carry(line("d"));
  assert.deepEqual([idsIn(`${path}.1`), idsIn(`${path}.2`), idsIn(path)], [["a", "b"], ["c"], ["d"]]);
  writeFileSync(path, "");
  carrier.carry(line("e"));
  assert.deepEqual(idsIn(path), ["e"], "no hole where the file was cut");
  carrier.close();
});

test("a folder that is not there, and a link in place of the file, are told; lines wait and come when it is", (t) => {
  const dir = folder(t);
  const path = join(dir, "later", "out.json");
  const carrier = new FileCarrier({ name: "f", to: "file", path, nowMs: () => 0 });
  carrier.carry(line("a"));
  assert.match(carrier.status().trouble ?? "", /the folder is not there/);
  assert.equal(carrier.status().waiting, 1);
  spawnSync("mkdir", [join(dir, "later")]);
  carrier.turn();
  assert.deepEqual(idsIn(path), ["a"]);
  assert.deepEqual([carrier.status().waiting, carrier.status().trouble], [0, undefined]);
  carrier.close();
  symlinkSync("/dev/null", join(dir, "link"));
  const linked = new FileCarrier({ name: "l", to: "file", path: join(dir, "link"), nowMs: () => 0 });
  linked.carry(line("a"));
  assert.match(linked.status().trouble ?? "", /symbolic link/);
});

test("a pipe that nobody empties holds nobody up: lines wait in memory, whole, and beyond the bound they are counted", (t) => {
  const path = join(folder(t), "pipe");
  assert.equal(spawnSync("mkfifo", [path]).status, 0);
  const carrier = new FileCarrier({ name: "p", to: "stdout", path, nowMs: () => 0 });
  carrier.carry(line("early"));
  assert.match(carrier.status().trouble ?? "", /nobody reads/);
  const reader = openSync(path, constants.O_RDONLY | constants.O_NONBLOCK);
  t.after(() => closeSync(reader));
  const big = "x".repeat(3000);
  for (let count = 0; count < 600; count++)
    carrier.carry({ ...line(`n${count}`), text: JSON.stringify({ id: `n${count}`, big }) });
  const { delivered, waiting, dropped } = carrier.status();
  assert.ok(delivered > 5 && waiting === 512 && dropped > 0, JSON.stringify(carrier.status()));
  assert.equal(delivered + waiting + dropped, 601);
  const parts: Buffer[] = [];
  const part = Buffer.alloc(1 << 16);
  for (let turns = 0; turns < 10_000 && carrier.status().waiting > 0; turns++) {
    const got = readSync(reader, part);
    parts.push(Buffer.from(part.subarray(0, got)));
    carrier.turn();
  }
  for (let got = 1; got > 0;) {
    try {
      got = readSync(reader, part);
      parts.push(Buffer.from(part.subarray(0, got)));
    } catch {
      got = 0;
    }
  }
  const whole = Buffer.concat(parts).toString().trim().split("\n");
  assert.equal(whole.length, 601 - dropped);
  for (const text of whole) JSON.parse(text);
  carrier.close();
});

test("a full disk: a line that fits in part is finished later, none is lost or cut", (t) => {
  if (process.getuid?.() !== 0) return t.skip("needs root");
  const dir = folder(t);
  const script = `mount -t tmpfs -o size=64k,mode=755 none ${dir} && exec "$@"`;
  const program = `
    import { FileCarrier } from ${JSON.stringify(new URL("./file.ts", import.meta.url).href)};
    import { readFileSync, rmSync, writeFileSync } from "node:fs";
    const path = ${JSON.stringify(join(dir, "out.json"))};
    const fill = ${JSON.stringify(join(dir, "fill"))};
    writeFileSync(fill, Buffer.alloc(40 * 1024));
    const carrier = new FileCarrier({ name: "f", to: "file", path, nowMs: () => 0 });
    const text = (n) => JSON.stringify({ id: String(n), pad: "y".repeat(3001) });
    for (let n = 0; n < 20; n++) carrier.carry({ id: String(n), priority: "warning", text: text(n) });
    const full = carrier.status();
    rmSync(fill);
    carrier.turn();
    const lines = readFileSync(path, "utf8").trim().split("\\n").map((each) => JSON.parse(each).id);
    console.log(JSON.stringify({ full, after: carrier.status(), lines }));
  `;
  const args = ["--mount", "--propagation", "private", "sh", "-c", script, "sh", process.execPath];
  const ran = spawnSync("unshare", [...args, "--input-type=module-typescript", "-e", program], {
    encoding: "utf8",
    timeout: 30_000,
  });
  assert.equal(ran.status, 0, ran.stderr);
  const { full, after, lines } = JSON.parse(ran.stdout) as {
    full: { waiting: number; trouble: string };
    after: { waiting: number };
    lines: string[];
  };
  assert.ok(full.waiting > 5, JSON.stringify(full));
  assert.match(full.trouble, /disk is full|only a part/);
  assert.equal(after.waiting, 0);
  assert.deepEqual(
    lines,
    Array.from({ length: 20 }, (_, n) => String(n)),
  );
});
