import assert from "node:assert/strict";
import { closeSync, readdirSync, writeSync } from "node:fs";
import { setTimeout as sleep } from "node:timers/promises";
import { test, type TestContext } from "node:test";
import { FakeClock } from "../core/clock.ts";
import type { HiveMessage } from "../core/wire/from-hive.ts";
import type { HiveProcess } from "./hive-channel.ts";
import { startHive } from "./hive-process.ts";

interface Run {
  readonly hive: HiveProcess;
  readonly clock: FakeClock;
  readonly messages: HiveMessage[];
  readonly lines: string[];
  readonly end: Promise<string>;
  heard(): Promise<HiveMessage>;
}

/** Starts a program in the hive's place; `out` is its end of the channel. */
function run(t: TestContext, program: string): Run {
  const clock = new FakeClock();
  const messages: HiveMessage[] = [];
  const lines: string[] = [];
  const end = Promise.withResolvers<string>();
  const first = Promise.withResolvers<HiveMessage>();
  const code = `
    const out = new (require("node:net").Socket)({ fd: 3 });
    const frame = (type, text) => {
      const body = Buffer.from(text), head = Buffer.alloc(5);
      head.writeUInt32LE(body.length + 1, 0); head[4] = type;
      return Buffer.concat([head, body]);
    };
    out.on("error", () => {});
    out.on("close", () => process.exit(0));
    out.resume();
    ${program}`;
  const hive = startHive({ command: process.execPath, args: ["-e", code] }, clock, {
    onMessage: (message) => {
      messages.push(message);
      first.resolve(message);
    },
    onLine: (line) => lines.push(line),
    onEnd: end.resolve,
  });
  t.after(() => hive.kill());
  return { hive, clock, messages, lines, end: end.promise, heard: () => first.promise };
}

const ALIVE = `out.write(frame(65, '{"seq":1}'));`;

test("a valid message comes through", async (t) => {
  const { heard } = run(t, ALIVE);
  assert.deepEqual(await heard(), { name: "alive", body: { seq: 1 } });
});

test("nonsense ends it: a length beyond the bounds, an unknown type, a body outside its schema", async (t) => {
  for (const program of [
    `out.write(Buffer.from([255, 255, 255, 255, 1]));`,
    `out.write(frame(1, '{}'));`,
    `out.write(frame(66, '{"id":"x","kind":"rm -rf"}'));`,
    `out.write(frame(65, 'not JSON'));`,
  ]) {
    const { end, messages } = run(t, program);
    assert.match(await end, /^spoke nonsense/);
    assert.deepEqual(messages, []);
  }
});

test("a flood ends it, and nothing is delivered after the limit", async (t) => {
  const { end, messages } = run(t, `for (let i = 0; i < 5000; i++) out.write(frame(65, '{"seq":' + i + '}'));`);
  assert.equal(await end, "flooded the warden");
  assert.equal(messages.length, 1000);
});

test("few but large messages are a flood too", async (t) => {
  const { end, messages } = run(
    t,
    `for (let i = 0; i < 20; i++) out.write(frame(65, " ".repeat(900_000) + '{"seq":1}'));`,
  );
  assert.equal(await end, "flooded the warden");
  assert.ok(messages.length < 10, String(messages.length));
});

test("silence ends it, both before its first word and after", async (t) => {
  const mute = run(t, `setTimeout(() => {}, 60000);`);
  mute.clock.advance(19_000);
  mute.hive.check();
  mute.clock.advance(2000);
  mute.hive.check();
  assert.match(await mute.end, /^hung/);
  const speaks = run(t, ALIVE);
  await speaks.heard();
  // It has just come, and has so long to settle.
  speaks.clock.advance(5500);
  speaks.hive.check();
  assert.match(await speaks.end, /^hung/);
});

test("its own end is told with the reason, and so is a program that cannot be started", async (t) => {
  assert.equal(await run(t, `process.exit(7);`).end, "ended by itself (exit 7)");
  const clock = new FakeClock();
  const ended = Promise.withResolvers<string>();
  const ignore = { onMessage: () => undefined, onLine: () => undefined };
  startHive({ command: "/nonexistent/hive", args: [] }, clock, { ...ignore, onEnd: ended.resolve });
  assert.match(await ended.promise, /^could not be started/);
});

test("what it writes to standard error arrives as lines", async (t) => {
  const { end, lines } = run(t, `process.stderr.write("one\\ntwo\\n", () => process.exit(0));`);
  await end;
  assert.deepEqual(lines, ["one", "two"]);
});

test("what is written to its pipe arrives on descriptor 4, and the pipe ends with the hive", async (t) => {
  const { hive, end, lines } = run(
    t,
    `new (require("node:net").Socket)({ fd: 4 }).on("data", (data) => process.stderr.write(data + "\\n", () => process.exit(0)));`,
  );
  const fds: number[] = [];
  for (const _ of [1, 2]) hive.withEvents((fd) => fds.push(fd));
  const [fd = -1, again] = fds;
  t.after(() => closeSync(fd));
  assert.equal(again, -1, "it is given away once");
  writeSync(fd, "some events");
  await end;
  assert.deepEqual(lines, ["some events"]);
  assert.throws(() => writeSync(fd, "more"), { code: "EPIPE" });
});

test("a hive that never reads its messages is ended before they fill the warden's memory", async (t) => {
  const { hive, heard, end } = run(t, `out.pause(); ${ALIVE}`);
  await heard();
  for (let megabytes = 0; megabytes < 40; megabytes++) hive.send(new Uint8Array(1 << 20));
  assert.equal(await end, "does not read what it is sent");
});

test("hives that come and go leave no descriptor open, whether their pipe was used or not", async (t) => {
  const count = (): number => readdirSync("/proc/self/fd").length;
  assert.equal(await run(t, `process.exit(1);`).end, "ended by itself (exit 1)");
  await sleep(20);
  const before = count();
  for (let round = 0; round < 3; round++) {
    const { hive, end } = run(t, `process.exit(1);`);
    if (round === 1) hive.withEvents(closeSync);
    await end;
  }
  await sleep(20);
  assert.equal(count(), before);
});
