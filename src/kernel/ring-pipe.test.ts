import assert from "node:assert/strict";
import { closeSync, readSync } from "node:fs";
import { test, type TestContext } from "node:test";
import * as fc from "fast-check";
import { openPipe, type PipeEnds } from "./pipe.ts";
import { HandedOver } from "./ring-handed-over.ts";
import { PipeSink } from "./ring-pipe.ts";
import { Producer, recordsOf } from "./ring-producer.fixture.ts";

function pipe(bytes = 4096): PipeEnds {
  const ends = openPipe(bytes);
  assert.ok(ends.ok);
  return ends.value;
}

/** Up to `most` bytes; none where none are there. */
function readSome(fd: number, most: number): Uint8Array {
  const bytes = new Uint8Array(most);
  try {
    return bytes.subarray(0, readSync(fd, bytes));
  } catch (error) {
    assert.equal((error as NodeJS.ErrnoException).code, "EAGAIN");
    return bytes.subarray(0, 0);
  }
}

function opened(t: TestContext): { sink: PipeSink; ring: Producer; readFd: number; closeReader(): void } {
  const { readFd, writeFd } = pipe();
  const sink = new PipeSink();
  sink.use(writeFd);
  let closed = false;
  const closeReader = (): void => {
    if (!closed) closeSync(readFd);
    closed = true;
  };
  t.after(() => {
    sink.close();
    closeReader();
  });
  return { sink, ring: new Producer(65_536), readFd, closeReader };
}

test("every record goes through once, in order, however full the pipe is and however little is read at a time", () => {
  const step = fc.oneof(
    fc.record({ write: fc.integer({ min: 1, max: 5000 }).map((size) => new Uint8Array(size).fill(size)) }),
    fc.record({ read: fc.integer({ min: 1, max: 9000 }) }),
  );
  fc.assert(
    fc.property(fc.array(step, { maxLength: 60, size: "max" }), (steps) => {
      const { readFd, writeFd } = pipe();
      const sink = new PipeSink();
      sink.use(writeFd);
      const ring = new Producer(16_384);
      const [written, read]: [number[][], Uint8Array[]] = [[], []];
      for (const each of steps) {
        if ("read" in each) read.push(readSome(readFd, each.read));
        else if (ring.write(each.write)) written.push([...each.write]);
        sink.move(ring.ring);
      }
      // A hundred pipes' worth: more than the ring can hold.
      for (let turn = 0; turn < 100; turn++) {
        sink.move(ring.ring);
        read.push(readSome(readFd, 65_536));
      }
      sink.close();
      closeSync(readFd);
      const records: number[][] = [];
      recordsOf(Buffer.concat(read), (record) => records.push(record));
      assert.deepEqual(records, written);
      assert.equal(sink.shed, 0);
    }),
    { seed: 5, numRuns: 60, endOnFailure: true },
  );
});

test("a full pipe gives back only whole records, and says that it is full", (t) => {
  const { sink, ring } = opened(t);
  for (let count = 0; count < 10; count++) ring.write(new Uint8Array(992));
  assert.deepEqual(sink.move(ring.ring), { bytes: 4000, records: 4, blocked: true });
  assert.equal(ring.consumed, 4000);
  assert.deepEqual(sink.move(ring.ring), { bytes: 0, records: 0, blocked: true });
});

test("with no pipe, records wait; the next pipe begins with a whole record", (t) => {
  const { sink, ring } = opened(t);
  for (let value = 0; value < 10; value++) ring.write(new Uint8Array(992).fill(value));
  // 96 bytes of the fifth record are in the first pipe.
  sink.move(ring.ring);
  sink.use(-1);
  assert.deepEqual(sink.move(ring.ring), { bytes: 0, records: 0, blocked: true });
  const next = pipe(65_536);
  t.after(() => closeSync(next.readFd));
  sink.use(next.writeFd);
  sink.move(ring.ring);
  const seen: number[] = [];
  recordsOf(readSome(next.readFd, 65_536), ([value]) => seen.push(value ?? -1));
  assert.deepEqual(seen, [4, 5, 6, 7, 8, 9]);
});

test("what an ended reader left in its pipe is counted, record by record", (t) => {
  const { sink, ring, readFd, closeReader } = opened(t);
  for (let count = 0; count < 3; count++) {
    ring.write(new Uint8Array(56));
    sink.move(ring.ring);
  }
  assert.equal(readSome(readFd, 64).length, 64);
  closeReader();
  ring.write(new Uint8Array(56));
  // EPIPE, which must not be the end of the process.
  assert.deepEqual(sink.move(ring.ring), { bytes: 0, records: 0, blocked: true });
  assert.equal(sink.shed, 2);
});

test("unread bytes are matched with the writes that carried them", () => {
  const handed = new HandedOver();
  for (let count = 0; count < 1000; count++) handed.add(100, 2);
  assert.deepEqual([handed.among(0), handed.among(1), handed.among(100), handed.among(250)], [0, 2, 2, 6]);
});
