import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { constants } from "node:os";
import { test } from "node:test";
import { setTimeout as sleep } from "node:timers/promises";
import { firstChild } from "../kernel/confinement.ts";
import { readProcessStat } from "../kernel/procfs.ts";
import { HIVE_ROOM } from "./hive-room.ts";
import { HAS_FFI, inRoom, NOBODY, rawCalls, said, unable } from "./room.fixture.ts";
import { roomLimits } from "./room-limits.ts";
import { relaunched, roomCommand } from "./room.ts";

test("from the hive's room the kernel refuses what no hive asks for, and ends who asks for the worst", (t) => {
  const reason = unable() ?? (process.arch === "x64" ? undefined : "call numbers of x86-64");
  if (reason !== undefined) return t.skip(reason);
  const { EPERM, ENOSYS } = constants.errno;
  const table = {
    getpid: [39, "done"],
    "a unix socket": [41, 1, 1, "done"],
    "an internet socket": [41, 2, 1, EPERM],
    netlink: [41, 16, 3, EPERM],
    fork: [57, EPERM],
    "clone with a new user namespace": [56, 0x10000000, EPERM],
    clone3: [435, ENOSYS],
    memfd_create: [319, EPERM],
    io_uring_setup: [425, EPERM],
    personality: [135, EPERM],
    setuid: [105, EPERM],
    "a signal to its own group": [62, 0, 9, EPERM],
    seccomp: [317, EPERM],
    inotify_init1: [294, EPERM],
    "to bind a mount": [428, "ended"],
    unshare: [272, 0x10000000, "ended"],
    bpf: [321, "ended"],
    ptrace: [101, "ended"],
    chroot: [161, "ended"],
  } as const;
  const rows = Object.entries(table).map(([name, row]) => ({
    name,
    call: row.slice(0, -1) as number[],
    is: row.at(-1),
  }));
  const refused = rows.filter(({ is }) => is !== "ended");
  const answers = said(
    rawCalls(
      t,
      refused.map(({ call }) => call),
    ),
  ).split("\n");
  assert.deepEqual(
    refused.map(({ name }, index) => `${name}: ${answers[index]}`),
    refused.map(({ name, is }) => `${name}: ${is}`),
  );
  for (const { name, call } of rows.filter(({ is }) => is === "ended")) {
    const ended = rawCalls(t, [call]);
    assert.equal(ended.signal, "SIGSYS", `${name}: ${ended.stdout}${ended.stderr}`);
  }
});

test("what the hive does works under filter and limits: threads, its database, files, a full heap, a unix socket", (t) => {
  const reason = unable();
  if (reason !== undefined) return t.skip(reason);
  const code = `
    (async () => {
      const done = [];
      const { Worker } = require("node:worker_threads");
      await new Promise((ok, no) => new Worker("1", { eval: true }).on("exit", ok).on("error", no));
      done.push("worker");
      const { DatabaseSync } = require("node:sqlite");
      const db = new DatabaseSync("/state/test.db");
      db.exec("PRAGMA journal_mode = WAL; CREATE TABLE t (x); BEGIN");
      const insert = db.prepare("INSERT INTO t VALUES (?)");
      for (let i = 0; i < 20000; i++) insert.run("row " + i);
      db.exec("COMMIT; VACUUM"); db.close();
      done.push("database");
      const fs = require("node:fs/promises");
      await fs.writeFile("/state/a", "x"); await fs.rename("/state/a", "/state/b"); await fs.rm("/state/b");
      done.push("files");
      let kept = [];
      for (let round = 0; round < 25; round++) { kept = kept.slice(-20); kept.push(Array.from({ length: 300000 }, (_, i) => [i])); }
      done.push("heap");
      const net = require("node:net");
      const server = net.createServer((socket) => socket.end("hello"));
      await new Promise((ok) => server.listen("/state/s", ok));
      await new Promise((ok) => net.connect("/state/s").on("data", ok));
      server.close();
      done.push("socket");
      await new Promise((ok, no) => require("node:zlib").gzip(Buffer.alloc(1e6), (error) => (error ? no(error) : ok())));
      require("node:crypto").randomBytes(32);
      done.push("pool");
      console.log(done.join(" "));
    })().catch((error) => { console.error(error); process.exit(1); });`;
  assert.equal(said(inRoom(t, code, { brokenOut: true })), "worker database files heap socket pool");
});

test("in a room with the host's network connections can be made, and nothing else is different", (t) => {
  const reason = unable() ?? (process.arch === "x64" ? undefined : "call numbers of x86-64");
  if (reason !== undefined) return t.skip(reason);
  const { EPERM } = constants.errno;
  const calls = [[41, 2, 1], [41, 10, 1], [41, 16, 3], [41, 17, 3], [57]];
  assert.deepEqual(said(rawCalls(t, calls, { ...HAS_FFI, network: "host" })).split("\n"), [
    "done",
    "done",
    ...[EPERM, EPERM, EPERM].map(String),
  ]);
});

test("the kernel holds the room to its limits: size of a file, memory, threads, cores", (t) => {
  const reason = unable();
  if (reason !== undefined) return t.skip(reason);
  const code = `
    const fs = require("node:fs");
    const fd = fs.openSync("/state/large", "w");
    let refused = "";
    try { fs.ftruncateSync(fd, 400 * 2 ** 20); } catch (error) { refused = error.code; }
    fs.unlinkSync("/state/large");
    console.log(refused + "\\n" + fs.readFileSync("/proc/self/limits", "utf8"));`;
  const [refused, ...limits] = said(inRoom(t, code, { brokenOut: true })).split("\n");
  assert.equal(refused, "EFBIG");
  const hard = (name: string): string | undefined => limits.find((line) => line.startsWith(name))?.split(/\s{2,}/)[2];
  const { fileBytes, dataBytes, addressBytes, files } = roomLimits(NOBODY);
  assert.deepEqual(
    ["Max file size", "Max data size", "Max address space", "Max open files", "Max core file size"].map(hard),
    [fileBytes, dataBytes, addressBytes, files, 0].map(String),
  );
  assert.equal(roomLimits({ name: "own" }).processes, 64, "a user id of its own can be counted");
  assert.equal(roomLimits(NOBODY).processes, undefined, "one that others have cannot");
});

test("who is in a room ends with what was started, whether it wants to or not", async (t) => {
  const reason = unable();
  if (reason !== undefined) return t.skip(reason);
  const made = roomCommand(HIVE_ROOM, { node: process.execPath, account: NOBODY });
  assert.ok(made.ok);
  const stubborn = `process.on("SIGTERM", () => {}); console.log("here"); setInterval(() => {}, 1000);`;
  const { command, args } = relaunched(made.value, () => ({ args: ["-e", stubborn] }));
  const child = spawn(command, args, { stdio: ["ignore", "pipe", "inherit"] });
  t.after(() => child.kill("SIGKILL"));
  await once(child.stdout, "data");
  const inside = firstChild(child.pid ?? 0) ?? 0;
  const { startTicks } = readProcessStat(inside) ?? {};
  assert.ok(startTicks !== undefined);
  child.kill("SIGKILL");
  await once(child, "exit");
  const lives = (): boolean => {
    const now = readProcessStat(inside);
    return now?.startTicks === startTicks && now.state !== "Z";
  };
  for (let tries = 0; lives() && tries < 100; tries++) await sleep(20);
  if (!lives()) return;
  process.kill(inside, "SIGKILL");
  assert.fail("it lives on");
});

test("a room's memory ends where its limit is, not where the host's is", (t) => {
  const reason = unable();
  if (reason !== undefined) return t.skip(reason);
  const code = `const all = []; for (;;) all.push(Buffer.alloc(64 * 2 ** 20));`;
  const ended = inRoom(t, code, { brokenOut: true });
  assert.notEqual(ended.status, 0);
  assert.match(ended.stderr, /Array buffer allocation failed|out of memory/i);
});
