import assert from "node:assert/strict";
import { test } from "node:test";
import * as fc from "fast-check";
import { CommandReader, encodeCommand, ReplyReader } from "./resp.ts";

/** The bytes cut at arbitrary places, as a socket may deliver them. */
function pieces(bytes: Buffer, cuts: readonly number[]): Buffer[] {
  const at = [0, ...cuts.map((cut) => cut % (bytes.length + 1)).toSorted((a, b) => a - b), bytes.length];
  return at.slice(1).map((end, i) => bytes.subarray(at[i] ?? 0, end));
}

const cuts = fc.array(fc.nat(), { maxLength: 12 });

test("commands survive encoding and any cutting of the stream", () => {
  const words = fc.array(
    fc.string({ unit: "binary", maxLength: 20 }).filter((word) => word.isWellFormed()),
    {
      minLength: 1,
      maxLength: 5,
    },
  );
  fc.assert(
    fc.property(fc.array(words, { maxLength: 5 }), cuts, (commands, where) => {
      const reader = new CommandReader();
      const stream = Buffer.concat(commands.map((command) => encodeCommand(...command)));
      assert.deepEqual(
        pieces(stream, where).flatMap((piece) => reader.push(piece)),
        commands,
      );
    }),
  );
});

test("replies of every type are counted one by one, however the stream is cut", () => {
  const reply = fc.constantFrom(
    "+OK\r\n",
    "-ERR no\r\n",
    ":42\r\n",
    "$-1\r\n",
    "$5\r\nab\r\nc\r\n",
    "*0\r\n",
    "*2\r\n$1\r\na\r\n:7\r\n",
  );
  fc.assert(
    fc.property(fc.array(reply, { maxLength: 8 }), cuts, (replies, where) => {
      const reader = new ReplyReader();
      const read = pieces(Buffer.from(replies.join("")), where).flatMap((piece) => reader.push(piece));
      assert.deepEqual(
        read.map(({ error }) => error),
        replies.map((text) => text.startsWith("-")),
      );
    }),
  );
});

test("what is not RESP is refused instead of waited for", () => {
  assert.throws(() => new ReplyReader().push(Buffer.from("HTTP/1.1 400\r\n")), /not a RESP reply/);
  assert.throws(() => new ReplyReader().push(Buffer.from("$99999999\r\n")), /not a RESP length/);
  assert.throws(() => new CommandReader().push(Buffer.from("GET /\r\n")), /not a RESP command/);
});
