import assert from "node:assert/strict";
import { Duplex } from "node:stream";
import { test } from "node:test";
import { FakeClock } from "../core/clock.ts";
import { encodeFrame } from "../core/wire/frame.ts";
import { MESSAGE } from "../core/wire/messages.ts";
import { HiveChannel } from "./hive-channel.ts";

/** A channel whose other end is in the test's hands. */
function channel(): {
  clock: FakeClock;
  faults: string[];
  heard: string[];
  hive: HiveChannel;
  say(bytes: Uint8Array): void;
} {
  const clock = new FakeClock();
  const [faults, heard]: [string[], string[]] = [[], []];
  const duplex = new Duplex({ read: () => undefined, write: (_, __, done) => done() });
  const hive = new HiveChannel({
    channel: duplex,
    clock,
    onMessage: ({ name }) => heard.push(name),
    onFault: (why) => faults.push(why),
  });
  return { clock, faults, heard, hive, say: (bytes) => void duplex.emit("data", Buffer.from(bytes)) };
}

const alive = encodeFrame(MESSAGE.alive, Buffer.from('{"seq":1}'));
const longest = encodeFrame(MESSAGE.alive, Buffer.alloc(1 << 19, " "));

test("a frame that comes a byte at a time is no sign of life: the hive that sends it hangs", () => {
  const { clock, faults, heard, hive, say } = channel();
  say(alive);
  for (const byte of longest.subarray(0, 60)) {
    clock.advance(100);
    say(Uint8Array.of(byte));
    hive.check();
  }
  assert.deepEqual([heard, faults.length > 0], [["alive"], true]);
  assert.match(faults[0] ?? "", /^hung/);
});

test("a hive that has just come may be silent for longer than one that has settled", () => {
  const { clock, faults, hive, say } = channel();
  const silentFor = (ms: number): number => {
    say(alive);
    clock.advance(ms);
    hive.check();
    return faults.length;
  };
  assert.equal(silentFor(5000), 0);
  assert.equal(silentFor(2000), 0);
  assert.equal(silentFor(2001), 1);
});

test("frames out of order: what only the warden says, and half a frame inside another, ends it with nothing delivered", () => {
  for (const bytes of [
    encodeFrame(MESSAGE.hello, Buffer.from("{}")),
    encodeFrame(MESSAGE.decision, Buffer.from("{}")),
    Buffer.concat([alive.subarray(0, 8), alive]),
    encodeFrame(MESSAGE.alive, new Uint8Array()),
    encodeFrame(255, Buffer.from("{}")),
  ]) {
    const { faults, heard, say } = channel();
    say(bytes);
    say(alive);
    assert.match(faults[0] ?? "", /^spoke nonsense/);
    assert.deepEqual(heard, []);
  }
});

test("what follows a fault is not delivered, however right it is", () => {
  const { faults, heard, say } = channel();
  say(Buffer.concat([alive, encodeFrame(1, Buffer.from("{}")), alive]));
  assert.deepEqual([heard, faults.length > 0], [["alive"], true]);
});
