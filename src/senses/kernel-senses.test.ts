import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { copyFileSync, mkdtempSync, readFileSync, rmSync, statSync } from "node:fs";
import { createServer, connect, type AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { setTimeout as sleep } from "node:timers/promises";
import { readProcessStat } from "../kernel/procfs.ts";
import { missing, seen, started } from "./kernel-senses.fixture.ts";

/** As the kernel has it (major << 20 | minor), from what stat(2) returns. */
function kernelDevice(device: number): number {
  const dev = BigInt(device);
  const major = ((dev >> 8n) & 0xfffn) | ((dev >> 32n) & 0xffff_f000n);
  const minor = (dev & 0xffn) | ((dev >> 12n) & 0xffff_ff00n);
  return Number((major << 20n) | minor);
}

test("a process is seen from fork to exit, as the process it is", async (t) => {
  if (missing(t)) return;
  const dir = mkdtempSync(join(tmpdir(), "swarms-test-"));
  const { senses, events } = started();
  try {
    const program = join(dir, "sleeper");
    copyFileSync("/bin/sleep", program);
    // Before the exec: since 6.13 the kernel marks a change time that somebody has asked for, in the field itself.
    const file = statSync(program);
    const child = spawn(program, ["30"], { stdio: "ignore" });
    const stat = readProcessStat(child.pid ?? 0);
    const self = readProcessStat(process.pid);
    assert.ok(stat && self);
    const [me, it] = [self, stat].map(({ pid, startTicks }) => ({ pid, startTicks, key: `p:${pid}@${startTicks}` }));
    assert.ok(me && it);
    const fork = await seen(events, "fork", (event) => event.child.pid === it.pid);
    assert.deepEqual([fork.process, fork.child], [me, it]);
    const exec = await seen(events, "exec", (event) => event.process.pid === it.pid);
    assert.deepEqual(
      { process: exec.process, parent: exec.parent, path: exec.path, comm: exec.comm, uid: exec.uid, exe: exec.exe },
      {
        process: it,
        parent: me,
        path: program,
        comm: "sleeper",
        uid: process.getuid?.(),
        exe: { dev: kernelDevice(file.dev), ino: file.ino },
      },
    );
    assert.deepEqual([exec.ctimeMs, exec.mtimeMs], [Math.floor(file.ctimeMs), Math.floor(file.mtimeMs)]);
    child.kill("SIGKILL");
    await once(child, "exit");
    const exit = await seen(events, "exit", (event) => event.process.pid === it.pid);
    assert.deepEqual([exit.process, exit.status], [it, 9]);
    assert.ok(fork.atNs <= exec.atNs && exec.atNs <= exit.atNs);
  } finally {
    await senses.close();
    rmSync(dir, { recursive: true });
  }
});

test("threads are neither forks nor exits, and a process with threads ends once, with its code", async (t) => {
  if (missing(t)) return;
  const { senses, events } = started();
  try {
    // Node itself runs about ten threads.
    const child = spawn(process.execPath, ["-e", "setTimeout(() => process.exit(7), 50)"], { stdio: "ignore" });
    await once(child, "exit");
    const exit = await seen(events, "exit", (event) => event.process.pid === child.pid);
    assert.equal(exit.status, 7 << 8);
    await sleep(50);
    assert.equal(events.filter((event) => event.kind === "exit" && event.process.pid === child.pid).length, 1);
    assert.deepEqual(
      events.filter((event) => event.kind === "fork" && event.process.pid === child.pid),
      [],
    );
  } finally {
    await senses.close();
  }
});

test("connections are seen with their destination; those of other families are not", async (t) => {
  if (missing(t)) return;
  const { senses, events } = started({ wants: ["connect"] });
  const server = createServer((socket) => socket.destroy()).listen(0, "127.0.0.1");
  try {
    await once(server, "listening");
    const { port } = server.address() as AddressInfo;
    connect(port, "127.0.0.1").on("error", () => undefined);
    const made = await seen(events, "connect", (event) => event.to.port === port);
    assert.deepEqual([made.process.pid, made.family, made.to.address], [process.pid, "ipv4", "127.0.0.1"]);
    connect(port, "::1").on("error", () => undefined);
    await seen(events, "connect", (event) => event.family === "ipv6" && event.to.port === port);
    connect("\0swarms-test-nobody").on("error", () => undefined);
    connect(port, "127.0.0.2").on("error", () => undefined);
    await seen(events, "connect", (event) => event.to.address === "127.0.0.2");
    const mine = events.filter((event) => event.kind === "connect" && event.process.pid === process.pid);
    assert.equal(mine.length, 3);
    assert.equal(made.protocol, 6);
  } finally {
    server.close();
    await senses.close();
  }
});

test("what is wanted can change while it runs: the rest costs nothing any more", async (t) => {
  if (missing(t)) return;
  const always = ["on_exec", "on_fork", "on_exit"];
  const { senses, events } = started({ wants: [] });
  const name = async (named: string): Promise<void> => {
    const child = spawn("sh", ["-c", `printf ${named} > /proc/self/comm`], { stdio: "ignore" });
    await once(child, "exit");
  };
  try {
    assert.deepEqual(senses.attached(), always);
    senses.want(["name", "connect", "exec"]);
    assert.deepEqual(senses.attached(), [...always, "on_rename", "on_connect4", "on_connect6"]);
    await name("liar");
    const renamed = await seen(events, "name", (event) => event.name === "liar");
    assert.equal(renamed.comm, "sh");
    senses.want([]);
    assert.deepEqual(senses.attached(), always);
    const made = senses.counts().name;
    await name("again");
    assert.equal(senses.counts().name, made);
    assert.deepEqual([senses.losses(), senses.lost().name], [{ ring: 0, damaged: 0, shed: 0 }, 0]);
    senses.want(["name"]);
    await name("third");
    await seen(events, "name", (event) => event.name === "third");
  } finally {
    await senses.close();
  }
});

test("without a cgroup2 file system connections are missed and said so, and the rest goes on", async (t) => {
  if (missing(t)) return;
  const troubles: string[] = [];
  const { senses } = started({
    layout: { v2: undefined, cpu: undefined, memory: undefined, freezer: undefined, shape: "none" },
    onTrouble: (code, says) => troubles.push(`${code} ${says}`),
  });
  try {
    assert.deepEqual(senses.attached(), ["on_exec", "on_fork", "on_exit"]);
    assert.equal(troubles.length, 2);
    assert.match(troubles[0] ?? "", /^SW-BPF-LOAD connect events: no cgroup2/);
  } finally {
    await senses.close();
  }
});

test("an event carries the cgroups that procfs shows", async (t) => {
  if (missing(t)) return;
  const { senses, events } = started({ wants: ["exec"] });
  try {
    const child = spawn("sleep", ["5"], { stdio: "ignore" });
    const exec = await seen(events, "exec", (event) => event.process.pid === child.pid);
    child.kill("SIGKILL");
    const own = readFileSync("/proc/self/cgroup", "utf8");
    if (/^0::\/$/m.test(own)) assert.equal(exec.cgroupId, 1);
    else assert.ok(exec.cgroupId > 1);
    assert.ok(exec.cpuCgroupId >= 1);
    assert.equal(exec.cgroup, /^0::(.*)$/m.exec(own)?.[1]);
  } finally {
    await senses.close();
  }
});
