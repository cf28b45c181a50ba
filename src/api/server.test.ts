import assert from "node:assert/strict";
import { createServer } from "node:net";
import { join } from "node:path";
import { test } from "node:test";
import { failed, ok } from "../core/errors.ts";
import { ApiClient } from "./client.ts";
import { folderOf, raw, serve } from "./server.fixture.ts";
import { busyStatus } from "./status.fixture.ts";

test("the client gets what the layer says", async (t) => {
  const { layer, client } = await serve(t);
  assert.deepEqual(await client.status(), ok(busyStatus));
  assert.deepEqual(await client.incidents(7), ok(busyStatus.incidents.latest));
  assert.deepEqual(await client.incident("i-7k2m9q"), ok(busyStatus.incidents.latest[0]));
  const explained = await client.explain("c-0017");
  assert.equal(explained.ok && explained.value.subject, "change");
  assert.deepEqual(await client.undo("c-0017", "ada"), ok({ ok: true, says: "undone" }));
  assert.deepEqual(await client.restore("ada"), ok({ ok: true, says: "2 changes reverted" }));
  assert.deepEqual(layer.asked, ["incidents 7", "undo c-0017 by ada", "restore by ada"]);
});

test("a failure comes back with its code, over HTTP as JSON with what to do", async (t) => {
  const { client, socket } = await serve(t);
  assert.deepEqual(await client.incident("i-none"), failed("SW-NOT-FOUND", "no incident i-none"));
  assert.deepEqual(await client.explain("c-9"), failed("SW-NOT-FOUND", "nothing is called c-9"));
  assert.deepEqual(await client.undo("c-9", "ada"), failed("SW-NOT-FOUND", "no change c-9"));
  assert.deepEqual(await client.explain("c-bug"), failed("SW-INTERNAL", "a defect"));
  const answer = await raw(socket, "GET", "/nothing");
  assert.equal(answer.status, 404);
  assert.deepEqual(Object.keys(JSON.parse(answer.text) as object), ["code", "says", "todo"]);
});

test("bodies and names are bounded", async (t) => {
  const { layer, socket } = await serve(t);
  const large = await raw(socket, "POST", "/restore", JSON.stringify({ by: "x".repeat(5000) }));
  assert.equal(large.status, 400);
  assert.match(large.text, /SW-USAGE/);
  assert.equal((await raw(socket, "POST", `/undo/${"a".repeat(65)}`)).status, 404);
  assert.equal((await raw(socket, "POST", "/undo/..%2fstatus")).status, 404);
  assert.equal((await raw(socket, "POST", "/restore", "not json")).status, 200);
  assert.equal((await raw(socket, "POST", "/restore", '{"by":"a\\u001b[2Jb"}')).status, 200);
  assert.deepEqual(layer.asked, ["restore by the API", "restore by a\\x1b[2Jb"]);
});

test("a layer that listens and keeps silent, or drips, is said to give no answer in time", async (t) => {
  const socket = join(folderOf(t), "api.sock");
  const server = createServer((connection) => {
    connection.on("error", () => undefined);
    connection.write("HTTP/1.1 200 OK\r\ncontent-type: application/json\r\n\r\n");
    const dripping = setInterval(() => connection.write(" "), 20);
    connection.on("close", () => clearInterval(dripping));
  });
  await new Promise<void>((resolve) => void server.listen(socket, resolve));
  t.after(() => server.close());
  assert.deepEqual(
    await new ApiClient(socket, 150).status(),
    failed("SW-NO-ANSWER", `${socket}: no whole answer within 0.15 s`),
  );
});

test("text that the layer sends cannot steer a terminal", async (t) => {
  const { layer, client } = await serve(t);
  layer.document = {
    ...busyStatus,
    version: "1\u001b[2J\u009b2J\u202e",
    missing: ["a\nb"],
    scope: ["täg → ok"],
    host: JSON.parse('{"\\u001b[1m":1}') as object,
  };
  const status = await client.status();
  assert.ok(status.ok);
  assert.equal(status.value.version, "1?[2J?2J?");
  assert.deepEqual(status.value.missing, ["a?b"]);
  assert.deepEqual(status.value.scope, ["täg → ok"]);
  assert.deepEqual(Object.keys(status.value.host), ["?[1m"]);
});
