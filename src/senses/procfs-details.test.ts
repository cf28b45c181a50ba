import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { chmodSync, copyFileSync, mkdtempSync, realpathSync, rmSync, unlinkSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import type { ExecDetails, SeenProcess } from "../core/event.ts";
import { type FakeProcess, HostTree } from "./host-tree.fixture.ts";
import { snapshotProcesses } from "./snapshot.ts";

const STATUS = [
  "Name:\tsudo",
  "Uid:\t1000\t0\t1\t2",
  "Gid:\t100\t10\t11\t12",
  "CapInh:\t0000000000000400",
  "CapPrm:\t000001ffffffffff",
  "CapEff:\t0000000000000001",
  "",
].join("\n");

test("what an exec event would have told is read from procfs", (t) => {
  const seen = look(t, {
    status: STATUS,
    exe: "/bin/sh",
    cwd: "/srv/x\x07",
    cmdline: "sh\0-c\0e\x1b[2J\0\0",
    sid: 4,
    tty: 0x8803,
    loginUid: 501,
  });
  assert.equal(seen.uid, 1000);
  assert.deepEqual(seen.details, {
    exePath: "/bin/sh",
    argv: ["sh", "-c", "e\\x1b[2J", ""],
    argvCut: false,
    cwd: "/srv/x\\x07",
    tty: 0x8803,
    sid: 4,
    credentials: {
      uid: 1000,
      euid: 0,
      suid: 1,
      gid: 100,
      egid: 10,
      loginUid: 501,
      caps: { effective: 1, permitted: 0x1ffffffffff, inheritable: 0x400 },
    },
    traits: { upperLayer: false, memfd: false, deleted: false },
    interpreter: "",
  } satisfies ExecDetails);
});

test("over-long arguments and folders are cut where an exec event cuts them", (t) => {
  const cmdline = `a\0${"é".repeat(600)}\0b\0`;
  const { details } = look(t, { status: STATUS, cmdline, cwd: `/${"x".repeat(200)}/${"y".repeat(100)}/z` });
  assert.deepEqual(details?.argv, ["a", "é".repeat(511)]);
  assert.equal(details?.argvCut, true);
  assert.equal(details?.cwd, `.../${"y".repeat(100)}/z`);
  const whole = look(t, { status: STATUS, cmdline: `${"x".repeat(1023)}\0` }).details;
  assert.deepEqual([whole?.argv[0]?.length, whole?.argvCut, whole?.cwd, whole?.exePath], [1023, false, "", ""]);
});

test("a file without a name, and one that had none on disk, are told from one that is only called so", (t) => {
  const of = (exe: string): unknown[] => {
    const { details, path } = look(t, { status: STATUS, exe });
    return [details?.exePath, path, details?.traits.memfd, details?.traits.deleted];
  };
  assert.deepEqual(of("/gone/x (deleted)"), ["/gone/x", "/gone/x", false, true]);
  assert.deepEqual(of("/memfd:x\n (deleted)"), ["/memfd:x\\x0a", "/memfd:x\\x0a", true, true]);
  assert.deepEqual(of("/gone/memfd:x (deleted)").slice(2), [false, true]);
  assert.deepEqual(of("/memfd:x").slice(2), [false, false]);
});

test("kernel threads and what may not be read have no details", (t) => {
  assert.equal(look(t, { status: STATUS, kernelThread: true }).details, undefined);
  assert.equal(look(t, {}).details, undefined);
  assert.equal(look(t, { status: "Name:\tx\nUid:\tzero\n" }).details, undefined);
  // A name that ends a line for a pattern poses as nothing.
  assert.equal(look(t, { status: STATUS.replace("sudo", "\u2028Uid:\t0\t0\t0") }).details?.credentials.uid, 1000);
});

test("a running process is seen with the arguments, folder, user, session and file that it has", async (t) => {
  if (process.geteuid?.() !== 0) return t.skip("needs root");
  const dir = realpathSync(mkdtempSync(join(tmpdir(), "swarms-details-")));
  const program = join(dir, "program");
  // For whoever runs it.
  chmodSync(dir, 0o755);
  copyFileSync("/bin/sleep", program);
  const child = spawn(program, ["30"], {
    argv0: "liar\x1b[2J",
    cwd: "/proc",
    uid: 65_534,
    gid: 65_533,
    detached: true,
    stdio: "ignore",
  });
  try {
    await once(child, "spawn");
    const before = seenOf(child.pid);
    unlinkSync(program);
    const after = seenOf(child.pid);
    assert.deepEqual([before.uid, before.path, before.details?.exePath], [65_534, program, program]);
    assert.deepEqual(before.details?.argv, ["liar\\x1b[2J", "30"]);
    assert.deepEqual([before.details?.cwd, before.details?.sid], ["/proc", child.pid]);
    const { uid, euid, suid, gid, egid, caps } = before.details?.credentials ?? {};
    assert.deepEqual([uid, euid, suid, gid, egid, caps?.effective], [65_534, 65_534, 65_534, 65_533, 65_533, 0]);
    assert.deepEqual([before.details?.traits.deleted, after.details?.traits.deleted], [false, true]);
    assert.deepEqual([after.path, after.details?.exePath, after.exe], [program, program, before.exe]);
    // Its own: with a session and capabilities that are not those.
    const self = seenOf(process.pid).details;
    assert.equal(self?.cwd, process.cwd());
    assert.deepEqual(self?.argv.slice(0, 1), [process.argv0]);
    assert.ok((self?.credentials.caps.effective ?? 0) > 0);
  } finally {
    child.kill("SIGKILL");
    rmSync(dir, { recursive: true });
  }
});

function seenOf(pid: number | undefined): SeenProcess {
  const seen = snapshotProcesses().find((each) => each.process.pid === pid);
  assert.ok(seen);
  return seen;
}

function look(t: { after(clean: () => void): void }, fake: Omit<FakeProcess, "pid">): SeenProcess {
  const tree = new HostTree("v2");
  t.after(() => tree.remove());
  tree.process({ pid: 7, ...fake });
  const [seen] = snapshotProcesses({ procRoot: tree.procRoot });
  assert.ok(seen);
  return seen;
}
