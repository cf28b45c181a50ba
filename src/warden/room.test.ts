import assert from "node:assert/strict";
import { spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { chmodSync, chownSync, existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { constants, tmpdir } from "node:os";
import { join } from "node:path";
import { test, type TestContext } from "node:test";
import { setTimeout as sleep } from "node:timers/promises";
import { firstChild } from "../kernel/confinement.ts";
import { readProcessStat } from "../kernel/procfs.ts";
import { findAccount } from "./account.ts";
import { HIVE_ROOM } from "./hive-room.ts";
import { roomLimits } from "./room-limits.ts";
import { relaunched, roomCommand, type RoomSpec } from "./room.ts";

const NOBODY = { name: "nobody", uid: 65534, gid: 65534 };

/** Where koffi's own binary is: a package of its own. */
const NATIVE = ["@koromix/koffi-linux-x64", "@koromix/koffi-linux-arm64"];

function hasPackage(name: string): boolean {
  try {
    return import.meta.resolve(name) !== "";
  } catch {
    return false;
  }
}

/** Why the room cannot be built here, or undefined. */
function unable(): string | undefined {
  if (process.getuid?.() !== 0) return "needs root";
  const tried = spawnSync("unshare", ["--mount", "--propagation", "private", "true"], { timeout: 5000 });
  return tried.status === 0 ? undefined : "needs unshare(1) with CAP_SYS_ADMIN";
}

interface Inside {
  /** As if Node's permission model had been broken out of. */
  readonly brokenOut?: boolean;
  readonly spec?: RoomSpec;
}

/** Runs JavaScript where the hive would run. */
function inRoom(t: TestContext, code: string, { brokenOut = false, spec = HIVE_ROOM }: Inside = {}) {
  const dir = mkdtempSync(join(tmpdir(), "swarms-test-room-"));
  t.after(() => rmSync(dir, { recursive: true, force: true }));
  // Nobody but root may enter: the state folder must work all the same.
  chmodSync(dir, 0o700);
  const stateFolder = join(dir, "hive");
  mkdirSync(stateFolder, { mode: 0o700 });
  chownSync(stateFolder, NOBODY.uid, NOBODY.gid);
  writeFileSync(join(dir, "secret"), "secret");
  const made = roomCommand(spec, { node: process.execPath, stateFolder, account: NOBODY });
  assert.ok(made.ok);
  const { command, args } = relaunched(made.value, (launch) => ({
    args: [...(brokenOut ? [] : launch.args.slice(0, -1)), "-e", code],
  }));
  return spawnSync(command, args, { encoding: "utf8", timeout: 30_000 });
}

function said(ended: ReturnType<typeof inRoom>): string {
  assert.equal(ended.status, 0, `${ended.signal} ${ended.stderr}`);
  return ended.stdout.trim();
}

test("the hive's room takes everything away but its code and its folder", (t) => {
  const reason = unable();
  if (reason !== undefined) return t.skip(reason);
  const code = `
    const fs = require("node:fs");
    const can = (what) => { try { what(); return true; } catch { return false; } };
    fs.writeFileSync("/state/probe", "x");
    console.log(JSON.stringify({
      uid: process.getuid(), groups: process.getgroups(), cwd: process.cwd(), env: Object.keys(process.env).sort(),
      etc: can(() => fs.readFileSync("/etc/hostname")),
      code: can(() => fs.readFileSync("/code/package.json")),
      kernel: can(() => fs.readdirSync("/code/src/kernel")),
      write: can(() => fs.writeFileSync("/code/x", "x")),
      child: can(() => require("node:child_process").spawnSync("true").error && (() => { throw 1; })()),
      network: can(() => require("node:os").networkInterfaces()),
      pid: process.pid,
      addon: can(() => process.dlopen({ exports: {} }, "/node")),
    }));`;
  const seen = JSON.parse(said(inRoom(t, code))) as Record<string, unknown>;
  assert.deepEqual(seen, {
    uid: 65534,
    groups: [65534],
    cwd: "/",
    env: ["HOME", "LANG", "NODE_DISABLE_COMPILE_CACHE", "PATH"],
    etc: false,
    code: true,
    kernel: false,
    write: false,
    child: false,
    network: false,
    pid: 1,
    addon: false,
  });
  assert.equal(existsSync("/mnt/code"), false, "the mounts are the room's alone");
});

test("in the room the kernel grants no capability and no way to new privileges", (t) => {
  const reason = unable();
  if (reason !== undefined) return t.skip(reason);
  const code = `console.log(require("node:fs").readFileSync("/proc/self/status", "utf8"))`;
  const status = said(inRoom(t, code, { brokenOut: true }));
  const field = (name: string): string | undefined => new RegExp(`^${name}:\\s*(\\S+)`, "m").exec(status)?.[1];
  for (const set of ["CapInh", "CapPrm", "CapEff", "CapBnd", "CapAmb"])
    assert.equal(field(set), "0000000000000000", set);
  assert.equal(field("NoNewPrivs"), "1");
  assert.equal(field("Seccomp"), "2", "filtered");
});

test("a hive that broke out of Node sees no other process and no file of the host, and starts nothing", (t) => {
  const reason = unable();
  if (reason !== undefined) return t.skip(reason);
  const seen = JSON.parse(
    said(
      inRoom(
        t,
        `
    const fs = require("node:fs");
    const { spawnSync } = require("node:child_process");
    const can = (what) => { try { what(); return true; } catch { return false; } };
    console.log(JSON.stringify({
      processes: fs.readdirSync("/proc").filter((name) => /^[0-9]+$/.test(name)).length <= 3,
      root: fs.readdirSync("/").sort(),
      code: can(() => fs.writeFileSync("/code/x", "x")), node: can(() => fs.appendFileSync("/node", "x")),
      interfaces: fs.readFileSync("/proc/net/dev", "utf8").split("\\n").filter((line) => /:/.test(line)).length,
      device: can(() => fs.readFileSync("/dev/mem")),
      run: spawnSync("/state/x").error?.code,
      child: spawnSync("/node", ["-e", "1"]).error?.code,
    }));`,
        { brokenOut: true },
      ),
    ),
  ) as Record<string, unknown>;
  const { root, ...rest } = seen;
  const shown = ["code", "dev", "etc", "lib", "lib64", "node", "proc", "state", "usr"];
  assert.deepEqual(
    (root as string[]).filter((name) => !shown.includes(name)),
    [],
  );
  assert.deepEqual(rest, {
    processes: true,
    interfaces: 1,
    code: false,
    node: false,
    device: false,
    run: "EPERM",
    child: "EPERM",
  });
});

const HAS_FFI: RoomSpec = {
  ...HIVE_ROOM,
  dependencies: [...HIVE_ROOM.dependencies, "koffi", ...NATIVE.filter((name) => hasPackage(name))],
};

/** Raw system calls from the hive's place, as if it had broken out of Node and brought its own machine code. */
function rawCalls(t: TestContext, calls: readonly (readonly number[])[], spec = HAS_FFI) {
  const code = `
    const koffi = require("/code/node_modules/koffi");
    const call = koffi.load("libc.so.6").func("long syscall(long, long, long, long, long)");
    const calls = ${JSON.stringify(calls)};
    for (const [number, a = 0, b = 0, c = 0, d = 0] of calls) {
      const got = Number(call(number, a, b, c, d));
      console.log(got < 0 ? koffi.errno() : "done");
    }`;
  return inRoom(t, code, { brokenOut: true, spec });
}

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

test("a state folder below the usual place moves the room elsewhere", (t) => {
  const reason = unable();
  if (reason !== undefined) return t.skip(reason);
  const made = roomCommand(HIVE_ROOM, { node: process.execPath, stateFolder: "/mnt", account: NOBODY });
  assert.ok(
    made.ok && made.value.args[made.value.args.indexOf("swarms-room") + 1] !== "/mnt",
    "not over what it shows",
  );
});

test("by default the hive has a user id that no account and no process has, and keeps it", (t) => {
  const dir = mkdtempSync(join(tmpdir(), "swarms-test-account-"));
  t.after(() => rmSync(dir, { recursive: true, force: true }));
  const passwd = join(dir, "passwd");
  writeFileSync(passwd, "root:x:0:0::/:/bin/sh\ntaken:x:61000:61000::/:/bin/sh\n");
  const places = { passwd, procRoot: dir };
  assert.deepEqual(findAccount("own", places), { ok: true, value: { name: "own", uid: 61_001, gid: 61_001 } });
  const other = findAccount("own", { ...places, avoid: [61_001] });
  assert.ok(other.ok && other.value.uid === 61_002, "two rooms are not one user");
  if (process.getuid?.() !== 0) return;
  chownSync(dir, 61_007, 61_007);
  assert.deepEqual(findAccount("own", { ...places, folder: dir }), {
    ok: true,
    value: { name: "own", uid: 61_007, gid: 61_007 },
  });
});

test("an account is found by name; root and the unknown are refused", () => {
  assert.deepEqual(findAccount("nobody").ok, true);
  const root = findAccount("root");
  assert.equal(root.ok, false);
  const unknown = findAccount("nosuchaccount");
  assert.ok(!unknown.ok && unknown.code === "SW-CONFIG-VALUE" && unknown.says.includes("nosuchaccount"));
});
