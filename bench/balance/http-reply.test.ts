import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { HttpReplyReader } from "./http-reply.ts";

const answer = (status: number, body: string, chunked: boolean): string => {
  const head = `HTTP/1.1 ${status} X\r\nServer: x\r\n`;
  if (!chunked) return `${head}Content-Length: ${body.length}\r\n\r\n${body}`;
  const chunks = body.match(/.{1,17}/gs) ?? [];
  const coded = chunks.map((chunk) => `${chunk.length.toString(16)}\r\n${chunk}\r\n`).join("");
  return `${head}Transfer-Encoding: chunked\r\n\r\n${coded}0\r\n\r\n`;
};

test("answers are found wherever the stream is cut", () => {
  const one = fc.record({
    ok: fc.boolean(),
    chunked: fc.boolean(),
    body: fc.string({ maxLength: 40, unit: "grapheme-ascii" }),
  });
  fc.assert(
    fc.property(fc.array(one, { maxLength: 6 }), fc.array(fc.nat(60), { maxLength: 20 }), (answers, cuts) => {
      const bytes = Buffer.from(answers.map(({ ok, body, chunked }) => answer(ok ? 200 : 404, body, chunked)).join(""));
      const reader = new HttpReplyReader();
      const found: boolean[] = [];
      let at = 0;
      for (const size of [...cuts, bytes.length]) {
        found.push(...reader.push(bytes.subarray(at, at + size)).map(({ error }) => error));
        at += size;
      }
      assert.deepEqual(
        found,
        answers.map(({ ok }) => !ok),
      );
    }),
  );
});

test("an answer that does not say its length is refused", () => {
  assert.throws(() => new HttpReplyReader().push(Buffer.from("HTTP/1.1 200 OK\r\n\r\n")), /without its length/);
});
