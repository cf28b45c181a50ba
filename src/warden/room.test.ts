import assert from "node:assert/strict";
import { chownSync, existsSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { findAccount } from "./account.ts";
import { HIVE_ROOM } from "./hive-room.ts";
import { inRoom, NOBODY, said, unable } from "./room.fixture.ts";
import { roomCommand } from "./room.ts";

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
  t.after(() => rmSync(dir, { recursive: true, force: true, maxRetries: 10 }));
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
