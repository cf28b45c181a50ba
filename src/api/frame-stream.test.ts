import assert from "node:assert/strict";
import { connect } from "node:net";
import { test } from "node:test";
import { ApiClient } from "./client.ts";
import { MAX_SUBSCRIBERS } from "./frame-stream.ts";
import { serve, until } from "./server.fixture.ts";
import { busyStatus } from "./status.fixture.ts";

test("a viewer sees the state at once, then changes, many of them as one", async (t) => {
  const { layer, client } = await serve(t);
  const seen: number[] = [];
  const stop = new AbortController();
  const watching = client.watch((status) => seen.push(status.atMs), stop.signal);
  await until(() => seen.length === 1);
  for (let i = 1; i <= 50; i++) {
    layer.document = { ...busyStatus, atMs: i };
    layer.change();
  }
  await until(() => seen.at(-1) === 50);
  assert.ok(seen.length <= 3, `${seen.length} frames`);
  stop.abort();
  assert.equal((await watching).ok, false);
  await until(() => layer.watchers.size === 0);
});

test("viewers are counted, and one too many is told so", async (t) => {
  const { layer, socket, client } = await serve(t);
  const stop = new AbortController();
  let frames = 0;
  const watching = Array.from({ length: MAX_SUBSCRIBERS }, () =>
    new ApiClient(socket).watch(() => frames++, stop.signal),
  );
  await until(() => frames === MAX_SUBSCRIBERS);
  assert.equal(layer.watchers.size, 1);
  const extra = await client.watch(() => {}, stop.signal);
  assert.equal(!extra.ok && extra.code, "SW-API-BUSY");
  stop.abort();
  await Promise.all(watching);
  await until(() => layer.watchers.size === 0);
});

test("a viewer that does not read loses frames and holds nothing up", async (t) => {
  const { layer, socket, client } = await serve(t);
  layer.document = { ...busyStatus, missing: ["x".repeat(1_000_000)] };
  const stuck = connect(socket);
  t.after(() => stuck.destroy());
  stuck.write("GET /stream HTTP/1.1\r\nHost: x\r\n\r\n");
  stuck.pause();
  await until(() => layer.watchers.size === 1);
  for (let i = 0; i < 5; i++) {
    layer.change();
    assert.equal((await client.status()).ok, true);
  }
  stuck.destroy();
  await until(() => layer.watchers.size === 0);
});
