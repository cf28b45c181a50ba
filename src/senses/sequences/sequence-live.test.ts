import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { appendFileSync, copyFileSync, chmodSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test, type TestContext } from "node:test";
import { setTimeout as sleep } from "node:timers/promises";
import type { SequenceEvent } from "../../core/event.ts";
import type { ProfileOrder, ProfileState } from "../../core/sequence-profile.ts";
import { probeBpfFeatures } from "../../kernel/bpf-features.ts";
import { RecordDecoder } from "../decode.ts";
import { type KernelSenses, startKernelSenses } from "../kernel-senses.ts";
import { staticProgram } from "../static-program.fixture.ts";
import { CallBitmap, callCode, newCallWindow } from "../../swarm/sequences/call-bitmap.ts";
import { profileFileOf } from "./profile-file.ts";
import { STEPPER } from "./stepper.fixture.ts";

/** Records come up to 8 ms late on a busy machine; longer where it is emulated. */
const PATIENCE_MS = 5000;
const LETTERS = [110, 102, 104, 107, 108, 186, 95, 39];

interface Live {
  readonly program: string;
  readonly senses: KernelSenses;
  readonly events: SequenceEvent[];
  order(mode: ProfileOrder["mode"], more?: Partial<ProfileOrder>): void;
  state(): ProfileState | undefined;
  run(...words: readonly string[]): void;
  until(told: (events: readonly SequenceEvent[]) => boolean, what: string): Promise<void>;
}

/** kmalloc_nolock, from which newer kernels take the storage of a task, gives nothing on a processor without it (mm/slub.c). */
function hasWideExchange(): boolean {
  return /^flags\s*:.*\bcx16\b/m.test(readFileSync("/proc/cpuinfo", "utf8"));
}

/** A copy of the program in a folder of its own, so that nobody else's profile is touched. */
async function live(t: TestContext, look: (live: Live) => Promise<void>): Promise<void> {
  const feature = probeBpfFeatures().find((one) => one.name === "ebpf.tp_btf");
  if (feature?.available !== true) return t.skip(`needs ebpf.tp_btf (${feature?.found})`);
  const built = staticProgram(STEPPER);
  if (built === undefined) return t.skip("needs a C compiler and a static libc");
  if (process.arch !== "x64") return t.skip("the program's calls are x86-64's");
  const folder = mkdtempSync(join(tmpdir(), "swarms-stepper-"));
  const program = join(folder, "stepper");
  copyFileSync(built, program);
  chmodSync(program, 0o755);
  const events: SequenceEvent[] = [];
  /** Told only where they changed. */
  let bits = "";
  const decoder = new RecordDecoder();
  const started = startKernelSenses({
    wants: ["sequence"],
    runq: false,
    onRecords: (records) =>
      void decoder.decode(records, (event) => {
        const file = profileFileOf(program);
        if (event.kind === "sequence" && event.exe.ino === file?.ino && event.exe.dev === file.dev) events.push(event);
      }),
    onTrouble: (code, says) => assert.fail(`${code}: ${says}`),
  });
  if (!started.ok) assert.fail(started.says);
  const senses = started.value;
  try {
    spawnSync(program, ["1:abcd"], { timeout: 20_000 });
    if (senses.profiles().unplaced > 0 && !hasWideExchange())
      return t.skip(
        "needs cmpxchg16b: this kernel has no memory for a thread's state without it, and counts what it misses",
      );
    await look({
      program,
      senses,
      events,
      order: (mode, more) => {
        const file = profileFileOf(program);
        assert.ok(file);
        senses.followProfiles([{ file, mode, limit: 6554, share: 0, windows: 8, ...more }]);
      },
      state: () => {
        const [state] = senses.profiles().states;
        bits = state?.bits ?? bits;
        return state && { ...state, bits };
      },
      run: (...words) => {
        const { status, signal } = spawnSync(program, words, { timeout: 20_000 });
        assert.deepEqual([status, signal], [0, null]);
      },
      until: async (told, what) => {
        for (const end = Date.now() + PATIENCE_MS; !told(events); await sleep(5))
          if (Date.now() > end) assert.fail(`${what}: ${JSON.stringify(events)}`);
      },
    });
  } finally {
    await senses.close();
    rmSync(folder, { recursive: true });
  }
}

const departed = (events: readonly SequenceEvent[]): readonly SequenceEvent[] =>
  events.filter(({ told }) => told === "departed");
const learned = (events: readonly SequenceEvent[]): readonly SequenceEvent[] =>
  events.filter(({ told }) => told === "learned");

test("a program that was learned is silent in its habits and told of when it departs from them", async (t) => {
  await live(t, async ({ events, order, run, state, until }) => {
    order("learn");
    run("50:abcd");
    await until((all) => learned(all).some(({ calls }) => calls.length === 14), "new windows are told while it learns");
    const after = state();
    assert.ok(after !== undefined && after.windows >= 193 && after.fresh > 0);
    assert.equal(after.fresh, learned(events).length, "each new window once");
    order("check");
    run("400:abcd");
    assert.equal(state()?.departures, 0);
    run("20:abcd", "5:hgfe");
    await until((all) => departed(all).length > 0, "a departure");
    const [first] = departed(events);
    assert.ok(first !== undefined && first.mean > 0.1 && first.misses > 0 && first.windows >= first.misses);
    assert.ok((state()?.departures ?? 0) > 0);
    assert.equal(departed(events).length, 1, "once in a second, however many windows");
    assert.equal(first.calls.length, 14);
    assert.ok(first.calls.slice(-7).some((call) => call === LETTERS[7]));
  });
});

test("the kernel's bitmap is the one that TypeScript learns from the same calls", async (t) => {
  await live(t, async ({ order, run, state, events, until }) => {
    order("learn");
    run("3:abcdefgh", "N", "2:aabbccdd");
    await until((all) => learned(all).length > 0 && learned(all).length === state()?.fresh, "all new windows");
    const kernel = new CallBitmap(words(state()?.bits ?? ""));
    // What it learned by itself: every window that was told as new is known to a bitmap with the kernel's words.
    for (const { calls } of learned(events)) {
      const task = newCallWindow();
      const verdicts = calls.slice(-7).map((call) => kernel.step(task, call, false));
      if (calls.length >= 7) assert.equal(verdicts.at(-1), "known");
    }
    const mine = new CallBitmap(new Uint32Array(2048));
    const task = newCallWindow();
    const sequence = `${"abcdefgh".repeat(3)}N${"aabbccdd".repeat(2)}`;
    const all = [...sequence].map((letter) =>
      letter === "N" ? callCode(24, true) : (LETTERS["abcdefgh".indexOf(letter)] ?? 0),
    );
    for (const call of all) mine.step(task, call, true);
    const [ours, theirs] = [mine.snapshot(), kernel.snapshot()];
    assert.ok(
      ours.every((word, at) => (word & ~(theirs[at] ?? 0)) === 0),
      "all windows of the known part are in the kernel's",
    );
  });
});

test("a child goes on where its parent was; another program begins anew; a 32-bit call is another call", async (t) => {
  await live(t, async ({ order, run, state, events, until }) => {
    order("learn");
    run("30:abcd");
    run("10:abcd", "F", "10:abcd");
    run("10:abcd", "X", "10:abcd");
    order("check");
    run("10:abcd", "F", "10:abcd");
    run("10:abcd", "X", "10:abcd");
    assert.equal(state()?.departures, 0);
    run("40:abcd", "F", "30:bNdNaNcN");
    await until((all) => departed(all).length > 0, "the child's departure");
    const windows = departed(events)[0]?.windows ?? 0;
    assert.ok(windows > 150, `the parent's windows count: ${windows}`);
    const narrow = departed(events).some(({ calls }) => calls.includes(callCode(24, true)));
    assert.ok(narrow, "24 of the 32-bit table is no sched_yield");
  });
});

test("off is off, forgotten is forgotten, and other content is another profile", async (t) => {
  await live(t, async ({ program, senses, order, run, state, events, until }) => {
    order("learn");
    run("50:abcd");
    await until((all) => learned(all).length > 0, "learning");
    order("off");
    const before = state();
    run("50:hgfe");
    assert.deepEqual(state()?.windows, before?.windows);
    assert.equal(state()?.fill, before?.fill);
    order("check");
    appendFileSync(program, "\n");
    const count = events.length;
    run("300:hgfe");
    assert.equal(state()?.departures, 0, "the changed file is not the one that was learned");
    assert.equal(departed(events).length, 0);
    // Without a profile: told of once many calls were made.
    run("1200:hgfe");
    await until((all) => all.slice(count).some(({ told }) => told === "unprofiled"), "who has no profile is told of");
    assert.equal(senses.profiles().states.length, 1);
    senses.followProfiles([{ ...orderOf(before), mode: "forget" }]);
    assert.equal(senses.profiles().states.length, 0);
  });
});

function orderOf(state: ProfileState | undefined): ProfileOrder {
  assert.ok(state);
  return { file: state.file, mode: "off", limit: 0, share: 0, windows: 0 };
}

function words(bits: string): Uint32Array {
  const bytes = Buffer.from(bits, "base64");
  return new Uint32Array(bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.byteLength));
}
