import assert from "node:assert/strict";
import { spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { closeSync, copyFileSync, existsSync, mkdtempSync, readSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test, type TestContext } from "node:test";
import { setTimeout as sleep } from "node:timers/promises";
import { errnoOf } from "../core/errors.ts";
import { EVENT_KINDS, type SensedEvent } from "../core/event.ts";
import { probeBpfFeatures } from "../kernel/bpf-features.ts";
import { openPipe } from "../kernel/pipe.ts";
import { RecordDecoder } from "./decode.ts";
import { type KernelSenses, startKernelSenses } from "./kernel-senses.ts";
import { Sequences } from "./sequence.ts";

/** An eighth of it, which only execs and exits may use, holds a hundred of them. */
const RING_BYTES = 1 << 20;
const PIPE_BYTES = 1 << 16;
const KNOWN = 20;
/** Datagram sockets: nothing is sent, and nobody has to listen. A connect is a record of about a hundred bytes. */
const CONNECTS = "i=0; while [ $i -lt 10000 ]; do exec 3<>/dev/udp/127.0.0.1/9; exec 3>&-; i=$((i + 1)); done";

/** The other end of the pipe, which reads only when it is told to. */
class Reader {
  readonly events: SensedEvent[] = [];
  readonly sequences = new Sequences();
  private readonly decoder = new RecordDecoder(this.sequences);
  private readonly fd: number;
  private readonly memory = new Uint8Array(1 << 20);
  private used = 0;

  constructor(fd: number) {
    this.fd = fd;
  }

  /** Everything that is there now; false where that was nothing. */
  take(): boolean {
    let got: number;
    try {
      got = readSync(this.fd, this.memory, this.used, this.memory.length - this.used, null);
    } catch (error) {
      assert.equal(errnoOf(error), "EAGAIN");
      return false;
    }
    this.used += got;
    const bytes = this.memory.subarray(0, this.used);
    const { consumed, damaged } = this.decoder.decode(bytes, (event) => this.events.push(event));
    assert.equal(damaged, 0);
    this.memory.copyWithin(0, consumed, this.used);
    this.used -= consumed;
    return got > 0;
  }

  execs(path: string): SensedEvent[] {
    return this.events.filter((event) => event.kind === "exec" && event.path === path);
  }

  exitOf({ process }: SensedEvent): SensedEvent | undefined {
    return this.events.find(({ kind, process: { pid, startTicks } }) => {
      return kind === "exit" && pid === process.pid && startTicks === process.startTicks;
    });
  }

  /** Reads until the condition holds. */
  until(condition: () => boolean): Promise<void> {
    return until(() => condition() || (this.take() && condition()));
  }
}

/** At most five seconds. */
async function until(condition: () => boolean): Promise<void> {
  for (let look = 0; look < 500; look++) {
    if (condition()) return;
    await sleep(10);
  }
  assert.fail(`never came: ${condition.toString()}`);
}

function missing(t: TestContext): boolean {
  const lacking = probeBpfFeatures().find(
    ({ name, available }) => ["ebpf.ringbuf", "ebpf.tp_btf", "ebpf.cgroup"].includes(name) && !available,
  );
  if (lacking !== undefined) t.skip(`needs ${lacking.name} (${lacking.found})`);
  else if (!existsSync("/bin/bash")) t.skip("needs bash, which connects without another program");
  else return false;
  return true;
}

/** Two processes connect until far more was made than has room anywhere. */
async function flood(senses: KernelSenses): Promise<void> {
  const children = [1, 2].map(() => spawn("/bin/bash", ["-c", CONNECTS], { stdio: "ignore" }));
  const ends = children.map((child) => once(child, "exit"));
  try {
    await until(() => senses.lost().connect >= 1000);
  } finally {
    for (const child of children) child.kill("SIGKILL");
    await Promise.all(ends);
  }
}

test("in a flood that nobody reads no exec and no exit is lost, every loss is reported, and it passes", async (t) => {
  if (missing(t)) return;
  const pipe = openPipe(PIPE_BYTES);
  assert.ok(pipe.ok);
  const folder = mkdtempSync(join(tmpdir(), "swarms-flood-"));
  const known = join(folder, "known");
  copyFileSync("/bin/true", known);
  const started = startKernelSenses({
    wants: ["connect"],
    runq: false,
    ringBytes: RING_BYTES,
    onTrouble: (code, says) => assert.fail(`${code}: ${says}`),
  });
  assert.ok(started.ok, started.ok ? "" : started.says);
  const senses = started.value;
  try {
    senses.pipeTo(pipe.value.writeFd);
    const reader = new Reader(pipe.value.readFd);
    await flood(senses);
    await until(() => senses.fill() > 0.8);
    for (let turn = 0; turn < KNOWN; turn++) assert.equal(spawnSync(known, { timeout: 5000 }).status, 0);
    const { exec, exit } = senses.lost();
    assert.deepEqual([exec, exit], [0, 0]);

    await reader.until(() => reader.execs(known).length >= KNOWN);
    assert.equal(reader.execs(known).length, KNOWN);
    await reader.until(() => reader.execs(known).every((event) => reader.exitOf(event) !== undefined));
    assert.ok(reader.execs(known).every((event) => reader.exitOf(event) !== undefined));

    // Quiet again: what happens now is told at once, and closes the last gap in the numbers of each kind.
    spawnSync("/bin/bash", ["-c", "exec 3<>/dev/udp/127.0.0.1/9"], { timeout: 5000 });
    spawnSync(known, { timeout: 5000 });
    await reader.until(() => reader.execs(known).length > KNOWN);
    assert.equal(reader.execs(known).length, KNOWN + 1);
    const lost = senses.lost();
    for (const kind of EVENT_KINDS) assert.equal(reader.sequences.of(kind).gaps, lost[kind], `${kind} lost`);
    await until(() => senses.fill() < 0.1);
  } finally {
    await senses.close();
    closeSync(pipe.value.readFd);
    rmSync(folder, { recursive: true, force: true, maxRetries: 10 });
  }
});
