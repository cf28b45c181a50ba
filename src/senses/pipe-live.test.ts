import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { closeSync, readdirSync, readlinkSync, readSync } from "node:fs";
import { test, type TestContext } from "node:test";
import { setTimeout as sleep } from "node:timers/promises";
import { ALWAYS_WANTED } from "../core/event-kinds.ts";
import type { SensedEvent } from "../core/event.ts";
import { probeBpfFeatures } from "../kernel/bpf-features.ts";
import { openPipe } from "../kernel/pipe.ts";
import { RecordDecoder } from "./decode.ts";
import { type KernelSenses, startKernelSenses } from "./kernel-senses.ts";
import { Sequences } from "./sequence.ts";

const RING_BYTES = 64 << 10;

function missing(t: TestContext): boolean {
  if (process.getuid?.() !== 0) {
    t.skip("needs root");
    return true;
  }
  const wanted = ["ebpf.ringbuf", "ebpf.tp_btf"];
  const lacking = probeBpfFeatures().find((feature) => wanted.includes(feature.name) && !feature.available);
  if (lacking !== undefined) t.skip(`needs ${lacking.name} (${lacking.found})`);
  return lacking !== undefined;
}

/** What they refer to (proc_pid_fd(5)). */
function openDescriptors(): string[] {
  return readdirSync("/proc/self/fd").flatMap((fd) => {
    try {
      return [readlinkSync(`/proc/self/fd/${fd}`)];
    } catch {
      // That of the folder, just read.
      return [];
    }
  });
}

/** In a hive's place: one end of a pipe, read when the test says so. */
class Reader {
  readonly events: SensedEvent[] = [];
  readonly sequences: Sequences;
  /** "pipe:[inode]". */
  readonly pipe: string;
  private readonly fd: number;
  private readonly decoder: RecordDecoder;
  private rest = new Uint8Array(0);

  constructor(senses: KernelSenses, sequences = new Sequences()) {
    const pipe = openPipe(RING_BYTES);
    assert.ok(pipe.ok);
    this.fd = pipe.value.readFd;
    this.pipe = readlinkSync(`/proc/self/fd/${this.fd}`);
    this.sequences = sequences;
    this.decoder = new RecordDecoder(sequences);
    senses.pipeTo(pipe.value.writeFd);
  }

  /** Everything there is, until nothing comes for a while. */
  async readAll(quietTurns = 10): Promise<void> {
    for (let quiet = 0; quiet < quietTurns; quiet++) {
      if (this.read() > 0) quiet = 0;
      else await sleep(5);
    }
  }

  /** How often the program was run, so far as records say; more are waited for, a few seconds at most. */
  async ran(path: string, atLeast: number): Promise<number> {
    for (let tries = 0; ; tries++) {
      await this.readAll();
      const { length } = this.events.filter((event) => event.kind === "exec" && event.path === path);
      if (length >= atLeast || tries >= 40) return length;
    }
  }

  private read(): number {
    const chunk = new Uint8Array(RING_BYTES);
    try {
      const count = readSync(this.fd, chunk);
      const bytes = Buffer.concat([this.rest, chunk.subarray(0, count)]);
      const { consumed, damaged } = this.decoder.decode(bytes, (event) => this.events.push(event));
      assert.equal(damaged, 0);
      this.rest = bytes.subarray(consumed);
      return count;
    } catch (error) {
      assert.equal((error as NodeJS.ErrnoException).code, "EAGAIN");
      return 0;
    }
  }

  close(): void {
    closeSync(this.fd);
  }
}

function start(t: TestContext): KernelSenses {
  const started = startKernelSenses({
    wants: [],
    runq: false,
    ringBytes: RING_BYTES,
    onTrouble: (code, says) => assert.fail(`${code}: ${says}`),
  });
  assert.ok(started.ok, started.ok ? "" : started.says);
  t.after(() => started.value.close());
  return started.value;
}

function runs(path: string, times: number): void {
  spawnSync("/bin/sh", ["-c", `i=0; while [ $i -lt ${times} ]; do ${path}; i=$((i+1)); done`], { timeout: 20_000 });
}

/**
 * Every record that was made is either read, or counted as lost or left unread, by the sequence numbers too. Others run
 * programs at any time, so it is looked at until it is so: a record that is missing never comes.
 */
async function balances(senses: KernelSenses, reader: Reader): Promise<void> {
  let says = "";
  for (let tries = 0; tries < 300; tries++) {
    const [made, lost, { shed }] = [senses.counts(), senses.lost(), senses.losses()];
    await reader.readAll(3);
    const { received, gaps } = reader.sequences.total();
    const [allMade, allLost] = [made, lost].map((all) => ALWAYS_WANTED.reduce((sum, kind) => sum + all[kind], 0));
    says = `${received} read, ${allLost} lost, ${shed} left unread of ${allMade}; ${gaps} missing by number`;
    // What was lost after the last that came leaves no gap.
    if (received + (allLost ?? 0) + shed === allMade && gaps <= (allLost ?? 0) + shed) return;
  }
  assert.fail(says);
}

test("live: what the kernel made comes out of the pipe, none missing by number", async (t) => {
  if (missing(t)) return;
  const senses = start(t);
  const reader = new Reader(senses);
  t.after(() => reader.close());
  runs("/bin/true", 40);
  assert.ok((await reader.ran("/bin/true", 40)) >= 40);
  await balances(senses, reader);
  assert.equal(reader.sequences.total().gaps, 0);
});

test("live: a reader that hangs costs forks before it costs execs and exits, and every one of them is counted", async (t) => {
  if (missing(t)) return;
  const senses = start(t);
  const reader = new Reader(senses);
  t.after(() => reader.close());
  runs("/bin/true", 400);
  await sleep(50);
  assert.ok(senses.fill() > 0.8, "the ring is full");
  assert.equal(senses.losses().shed, 0);
  const lost = senses.lost();
  assert.ok(lost.fork > 0, "more was made than there is room for");
  await reader.readAll();
  // From seven eighths on: the exec is told, its fork is not. Sums would count what other programs of this host do.
  const forked = new Set(reader.events.flatMap((event) => (event.kind === "fork" ? [event.child.pid] : [])));
  const execs = reader.events.filter((event) => event.kind === "exec" && event.path === "/bin/true");
  const alone = execs.filter(({ process }) => !forked.has(process.pid)).length;
  assert.ok(alone >= 5, `${alone} of ${execs.length} programs were told without their fork`);
  await balances(senses, reader);
  const before = senses.lost();
  runs("/bin/true", 5);
  await reader.readAll();
  assert.deepEqual(senses.lost(), before, "it goes on by itself");
  await balances(senses, reader);
});

test("live: between two readers events wait in the ring, the second begins with a whole record, and no descriptor stays open", async (t) => {
  if (missing(t)) return;
  const senses = start(t);
  const sequences = new Sequences();
  const first = new Reader(senses, sequences);
  runs("/bin/true", 20);
  await first.readAll();
  first.close();
  runs("/bin/true", 20);
  const second = new Reader(senses, sequences);
  t.after(() => second.close());
  assert.ok((await second.ran("/bin/true", 20)) >= 20);
  await balances(senses, second);
  assert.ok(openDescriptors().includes(second.pipe));
  assert.ok(!openDescriptors().includes(first.pipe), "both ends of the first pipe are closed");
});
