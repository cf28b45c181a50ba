import assert from "node:assert/strict";
import { spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { copyFileSync, mkdtempSync, readdirSync, readFileSync, readlinkSync, rmSync, statSync } from "node:fs";
import { createServer, connect, type AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test, type TestContext } from "node:test";
import { setTimeout as sleep } from "node:timers/promises";
import { EVENT_CODES, type EventKind, type SensedEvent } from "../core/event.ts";
import { probeBpfFeatures } from "../kernel/bpf-features.ts";
import { openBuiltObject } from "../kernel/bpf-object-built.ts";
import { pageBytes } from "../kernel/mmap.ts";
import { readProcessStat } from "../kernel/procfs.ts";
import { RecordDecoder } from "./decode.ts";
import { COUNTERS, RECORD_BYTES } from "./records.ts";
import { startKernelSenses, type KernelSenses, type KernelSensesOptions } from "./kernel-senses.ts";

function missing(t: TestContext): boolean {
  const lacking = probeBpfFeatures().find(
    (feature) => ["ebpf.ringbuf", "ebpf.tp_btf", "ebpf.cgroup"].includes(feature.name) && !feature.available,
  );
  if (lacking !== undefined) t.skip(`needs ${lacking.name} (${lacking.found})`);
  return lacking !== undefined;
}

function started(options: Partial<KernelSensesOptions> = {}): { senses: KernelSenses; events: SensedEvent[] } {
  const decoder = new RecordDecoder();
  const events: SensedEvent[] = [];
  const senses = startKernelSenses({
    wants: ["connect"],
    runq: false,
    ringBytes: 1 << 20,
    onRecords: (records) => assert.equal(decoder.decode(records, (event) => events.push(event)).damaged, 0),
    onTrouble: (code, says) => assert.fail(`${code}: ${says}`),
    ...options,
  });
  assert.ok(senses.ok, senses.ok ? "" : senses.says);
  return { senses: senses.value, events };
}

/** Waits for an event, at most two seconds. */
async function seen<K extends EventKind>(
  events: readonly SensedEvent[],
  kind: K,
  matches: (event: Extract<SensedEvent, { kind: K }>) => boolean,
): Promise<Extract<SensedEvent, { kind: K }>> {
  for (let tries = 0; tries < 200; tries++) {
    const found = events.find(
      (event): event is Extract<SensedEvent, { kind: K }> =>
        event.kind === kind && matches(event as Extract<SensedEvent, { kind: K }>),
    );
    if (found !== undefined) return found;
    await sleep(10);
  }
  return assert.fail(`no such ${kind} among ${events.length} events`);
}

/** Until every exec that the kernel made was either read or counted as lost: others may run programs at any time. */
async function settled(senses: KernelSenses, events: readonly SensedEvent[]): Promise<void> {
  for (let tries = 0; tries < 100; tries++) {
    await sleep(10);
    if (execs(events) + senses.lost().exec === senses.counts().exec) return;
  }
  assert.fail(`${execs(events)} read, ${senses.lost().exec} lost of ${senses.counts().exec}`);
}

function execs(events: readonly SensedEvent[]): number {
  return events.filter(({ kind }) => kind === "exec").length;
}

/** Descriptors of this process that belong to eBPF, and its threads that read a ring. */
function leftovers(): { descriptors: number; threads: number } {
  const descriptors = readdirSync("/proc/self/fd").filter((fd) => {
    try {
      return /bpf|epoll/.test(readlinkSync(`/proc/self/fd/${fd}`));
    } catch {
      return false;
    }
  });
  return { descriptors: descriptors.length, threads: readdirSync("/proc/self/task").length };
}

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

test("closing is quick and leaves neither link nor thread, also when the owner throws", async (t) => {
  if (missing(t)) return;
  const before = leftovers();
  const owner = async (): Promise<void> => {
    const { senses } = started({ runq: true });
    try {
      assert.ok(leftovers().descriptors > before.descriptors);
      await sleep(20);
      throw new Error("the owner fails");
    } finally {
      const from = performance.now();
      await senses.close();
      await senses.close();
      assert.ok(performance.now() - from < 1000);
      assert.deepEqual([senses.attached(), senses.runq()], [[], undefined]);
    }
  };
  await assert.rejects(owner, /the owner fails/);
  // The kernel takes a moment to let go of a thread that has ended.
  for (let look = 0; look < 50 && leftovers().threads > before.threads; look++) await sleep(20);
  assert.deepEqual(leftovers(), before);
});

test("a process that dies of an error does not hang on its reader", (t) => {
  if (missing(t)) return;
  const module = new URL("./kernel-senses.ts", import.meta.url).href;
  const script = `
    const { startKernelSenses } = await import(${JSON.stringify(module)});
    const senses = startKernelSenses({ wants: ["fork"], runq: false, onRecords() {}, onTrouble() {} });
    if (!senses.ok) process.exit(3);
    setTimeout(() => { throw new Error("bug"); }, 50);`;
  const { status, stderr } = spawnSync(process.execPath, ["--input-type=module", "-e", script], {
    encoding: "utf8",
    timeout: 10_000,
  });
  assert.equal(status, 1);
  assert.match(stderr, /Error: bug/);
});

test("a ring that is full is counted by the kernel, and every record is either there or lost", async (t) => {
  if (missing(t)) return;
  const object = openBuiltObject("events");
  assert.ok(object.ok);
  try {
    object.value.want(["on_exec"]);
    assert.ok(object.value.setMaxEntries("ring", pageBytes()).ok && object.value.load().ok);
    const counters = object.value.map(".bss").map("read");
    assert.ok(counters.ok && object.value.attach("on_exec").ok);
    // Nobody reads.
    const fit = Math.floor(pageBytes() / (RECORD_BYTES.exec + 8));
    spawnSync("sh", ["-c", `for i in $(seq ${fit + 20}); do /bin/true; done`], { timeout: 10_000 });
    object.value.detach();
    const words = new BigUint64Array(counters.value.memory ?? new ArrayBuffer(0));
    const at = (offset: number): number => Number(words[offset / 8 + EVENT_CODES.exec]);
    assert.ok(at(COUNTERS.lost) >= 20);
    assert.ok(at(COUNTERS.made) - at(COUNTERS.lost) <= fit);
    assert.ok(at(COUNTERS.made) > at(COUNTERS.lost));
    counters.value.unmap();
  } finally {
    object.value.close();
  }
  const { senses, events } = started({ wants: ["exec"], ringBytes: pageBytes() });
  try {
    spawnSync("sh", ["-c", "for i in $(seq 60); do /bin/true & done; wait"], { timeout: 10_000 });
    await settled(senses, events);
    assert.ok(senses.counts().exec >= 60);
  } finally {
    await senses.close();
  }
});

test("an owner that is busy for a while loses nothing that fits the ring", async (t) => {
  if (missing(t)) return;
  const { senses, events } = started({ wants: ["exec"] });
  try {
    spawnSync("sh", ["-c", "for i in $(seq 300); do /bin/true; done"], { timeout: 10_000 });
    await settled(senses, events);
    assert.ok(execs(events) >= 300);
    assert.deepEqual(senses.losses(), { ring: 0, shed: 0, damaged: 0 });
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
