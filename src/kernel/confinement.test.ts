import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdirSync, mkdtempSync, readFileSync, readlinkSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test, type TestContext } from "node:test";
import { firstChild, readConfinement } from "./confinement.ts";

test("a process's own name cannot pose as what the kernel says of it", async (t) => {
  const program = `
    const { writeFileSync } = require("node:fs");
    writeFileSync("/proc/self/comm", ${JSON.stringify("\rCapBnd:\t0\r")});
    console.log(1); setTimeout(() => {}, 20000);`;
  const child = spawn(process.execPath, ["-e", program], { stdio: ["ignore", "pipe", "inherit"] });
  t.after(() => child.kill("SIGKILL"));
  await once(child.stdout, "data");
  const [seen, own] = [readConfinement(child.pid ?? 0), readConfinement(process.pid)];
  assert.ok(seen && own);
  assert.equal(seen.bounding, own.bounding);
  assert.ok(own.root !== "" && seen.root === own.root, "the same root");
  assert.deepEqual(seen.namespaces, own.namespaces);
  assert.equal(seen.namespaces.net, readlinkSync("/proc/self/ns/net"));
});

function fixture(t: TestContext, status: string): string {
  const root = mkdtempSync(join(tmpdir(), "swarms-confinement-"));
  t.after(() => rmSync(root, { recursive: true, force: true, maxRetries: 10 }));
  mkdirSync(join(root, "7/ns"), { recursive: true });
  for (const name of ["mnt", "pid", "net"]) symlinkSync(`${name}:[1]`, join(root, "7/ns", name));
  writeFileSync(join(root, "7/status"), status);
  return root;
}

const WHOLE = "Name:\tx\nUid:\t5\t5\t5\t5\nCapEff:\t00ff\nCapBnd:\t0000\nNoNewPrivs:\t1\n";

test("what is not told is never taken for harmless", (t) => {
  const whole = readConfinement(7, fixture(t, WHOLE));
  assert.deepEqual([whole?.uid, whole?.effective, whole?.bounding, whole?.noNewPrivileges], [5, 255n, 0n, true]);
  for (const field of ["Uid", "CapEff", "CapBnd", "NoNewPrivs"])
    assert.equal(readConfinement(7, fixture(t, WHOLE.replace(field, "Other"))), undefined, field);
  assert.equal(readConfinement(8, fixture(t, WHOLE)), undefined);
  assert.equal(whole?.filtered, false);
  assert.equal(readConfinement(7, fixture(t, `${WHOLE}Seccomp:\t2\n`))?.filtered, true);
  assert.deepEqual(whole?.limits, {});
  assert.equal(whole?.othersHidden, false);
});

test("other processes are hidden where the last mount on /proc says so", (t) => {
  const plain = "22 1 0:21 / /proc rw,relatime - proc proc rw";
  const hidden = "90 22 0:50 / /proc rw,nosuid - proc proc rw,hidepid=invisible";
  for (const [mounts, is] of [
    [[plain, hidden], true],
    [[hidden, plain], false],
    [["22 1 0:21 / /procs rw - proc proc rw,hidepid=2"], false],
    [["22 1 0:21 / /proc rw,hidepid=2 - tmpfs x rw"], false],
  ] as const) {
    const root = fixture(t, WHOLE);
    writeFileSync(join(root, "7/mountinfo"), `${mounts.join("\n")}\n`);
    assert.equal(readConfinement(7, root)?.othersHidden, is, mounts.join(" | "));
  }
});

test("hard limits are those that the kernel shows", () => {
  const { limits } = readConfinement(process.pid) ?? {};
  const shown = readFileSync("/proc/self/limits", "utf8").split("\n").slice(1).filter(Boolean);
  assert.equal(Object.keys(limits ?? {}).length, shown.length);
  const files = shown
    .find((line) => line.startsWith("Max open files"))
    ?.trim()
    .split(/\s{2,}/)[2];
  assert.equal(limits?.["Max open files"], files === "unlimited" ? Infinity : Number(files));
});

test("the first child is found, and none where there is none", async (t) => {
  const child = spawn("sh", ["-c", "sleep 20 & echo $!; wait"], { stdio: ["ignore", "pipe", "inherit"] });
  const [said] = (await once(child.stdout, "data")) as [Buffer];
  const inner = Number(String(said));
  t.after(() => {
    process.kill(inner, "SIGKILL");
    child.kill("SIGKILL");
  });
  assert.equal(firstChild(child.pid ?? 0), inner);
  assert.equal(firstChild(inner), undefined);
});
