import assert from "node:assert/strict";
import { once } from "node:events";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { test, type TestContext } from "node:test";
import type { PostAnswer, PostJob } from "../core/wire/sender.ts";
import { post } from "./post.ts";

type Answer = (request: IncomingMessage, response: ServerResponse, body: string) => void;

async function server(t: TestContext, answer: Answer): Promise<{ url: string; close(): void }> {
  const http = createServer((request, response) => {
    let body = "";
    request.setEncoding("utf8").on("data", (text: string) => (body += text));
    request.on("end", () => answer(request, response, body));
  });
  await once(http.listen(0, "127.0.0.1"), "listening");
  const close = (): void => {
    http.close();
    http.closeAllConnections();
  };
  t.after(close);
  return { url: `http://127.0.0.1:${(http.address() as AddressInfo).port}/in`, close };
}

const job = (url: string, change: Partial<PostJob> = {}): PostJob => ({
  url,
  id: "i-1:o2",
  text: '{"a":1}',
  timeoutMs: 500,
  version: "9",
  ...change,
});
const posted = (asked: PostJob): Promise<PostAnswer> => new Promise((resolve) => post(asked, resolve));

test("the body, the id by which a repeat is known, and the token arrive", async (t) => {
  let seen: { headers: IncomingMessage["headers"]; body: string } | undefined;
  const { url } = await server(t, (request, response, body) => {
    seen = { headers: request.headers, body };
    response.writeHead(204).end();
  });
  assert.deepEqual(await posted(job(url, { token: "s3cret" })), { result: "taken", says: "" });
  assert.equal(seen?.body, '{"a":1}');
  assert.equal(seen?.headers["idempotency-key"], '"i-1:o2"');
  assert.equal(seen?.headers["authorization"], "Bearer s3cret");
  assert.equal(seen?.headers["content-type"], "application/json");
});

test("what a status means: taken, never, or later with the patience that was asked for; redirects lead nowhere", async (t) => {
  const { url } = await server(t, (request, response) => {
    const code = Number(request.headers["idempotency-key"]?.toString().replaceAll('"', ""));
    response.writeHead(code, { "retry-after": "7", location: "http://127.0.0.1:1/" }).end("x".repeat(1000));
  });
  const results = await Promise.all([200, 201, 400, 413, 422].map((code) => posted(job(url, { id: String(code) }))));
  assert.deepEqual(
    results.map(({ result }) => result),
    ["taken", "taken", "refused", "refused", "refused"],
  );
  for (const code of [301, 401, 403, 404, 408, 429, 500, 503])
    assert.deepEqual(await posted(job(url, { id: String(code) })), {
      result: "later",
      says: `HTTP ${code}`,
      afterMs: 7000,
    });
});

test("nobody there, a server that hangs, one that breaks off, one that never ends: each is an answer, in time", async (t) => {
  const gone = await server(t, () => undefined);
  gone.close();
  assert.match((await posted(job(gone.url))).says, /ECONNREFUSED/);
  const hangs = await server(t, () => undefined);
  assert.deepEqual(await posted(job(hangs.url)), { result: "later", says: "no answer in 0.5 s" });
  const breaks = await server(t, (request) => request.socket.destroy());
  assert.equal((await posted(job(breaks.url))).result, "later");
  const half = await server(t, (request, response) => {
    response.writeHead(200, { "content-length": "100" }).write("half");
    setTimeout(() => request.socket.destroy(), 20);
  });
  assert.equal((await posted(job(half.url))).result, "later");
  const endless = await server(t, (_, response) => {
    response.writeHead(200);
    const timer = setInterval(() => response.write("x".repeat(10_000)), 5);
    response.on("close", () => clearInterval(timer));
  });
  assert.equal((await posted(job(endless.url))).result, "taken");
  assert.equal((await posted(job("http://127.0.0.1:1/", { token: "line\nbreak" }))).result, "later");
});
