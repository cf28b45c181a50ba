import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import type { SeenProcess } from "../event.ts";
import { decodeFromWarden } from "./codec.ts";
import { FrameReader, MAX_FRAME } from "./frame.ts";
import { encodeList } from "./list-frames.ts";

test("whatever the length of its rows, a list comes over in its order, in frames that are taken", () => {
  const sizes = fc.array(fc.constantFrom(1, 300, 3_000, 20_000), { maxLength: 1_500 });
  fc.assert(
    fc.property(sizes, (lengths) => {
      const rows = lengths.map((length, pid) => row(pid, length));
      assert.deepEqual(taken(encodeList("seen", rows)), rows);
    }),
    { seed: 5, numRuns: 20 },
  );
});

test("500 of the longest rows are parted, and rows of the usual length are not", () => {
  const longest = Array.from({ length: 500 }, (_, pid) => row(pid, 20_000));
  const frames = encodeList("seen", longest);
  assert.ok(frames.length >= 10 && frames.every((frame) => frame.length - 4 <= MAX_FRAME));
  assert.equal(taken(frames).length, 500);
  assert.equal(
    encodeList(
      "seen",
      longest.map(({ process }) => row(process.pid, 1_000)),
    ).length,
    1,
  );
});

/** What the other side is told, as one list. */
function taken(frames: readonly Uint8Array[]): unknown[] {
  const reader = new FrameReader();
  return frames.flatMap((bytes) => {
    const read = reader.push(bytes);
    assert.ok(read.ok, read.ok ? "" : read.says);
    return read.value.flatMap((frame) => {
      const message = decodeFromWarden(frame);
      assert.ok(message.ok && message.value.name === "seen");
      return [...message.value.body];
    });
  });
}

function row(pid: number, length: number): SeenProcess {
  const process = { pid, startTicks: 1 };
  return { process, parent: process, comm: "", uid: 0, path: "x".repeat(length), exe: { dev: 0, ino: 0 }, cgroup: "" };
}
