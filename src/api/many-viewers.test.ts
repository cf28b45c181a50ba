import assert from "node:assert/strict";
import { createServer } from "node:http";
import { connect, type Socket } from "node:net";
import { test, type TestContext } from "node:test";
import { getRequestListener } from "@hono/node-server";
import { Hono } from "hono";
import { FrameStream } from "./frame-stream.ts";
import { openStream } from "./routes.ts";
import { until } from "./server.fixture.ts";

const VIEWERS = 200;
/** Larger than what sockets take in without being read (tcp(7): 6 MB at most), after some frames. */
const FRAME_BYTES = 400_000;
const FRAMES = 60;

async function streamOver(t: TestContext) {
  let changed = (): void => undefined;
  let frames = 0;
  const filling = "x".repeat(FRAME_BYTES);
  const frame = (): unknown => ({ number: ++frames, filling });
  const stream = new FrameStream(
    { first: frame, next: frame, subscribe: (on) => ((changed = on), () => undefined) },
    1,
  );
  const app = new Hono().get("/live", (c) => openStream(c, stream));
  const listener = getRequestListener(app.fetch, { overrideGlobalObjects: false });
  const server = createServer((request, response) => void listener(request, response)).listen(0, "127.0.0.1");
  t.after(() => {
    stream.close();
    server.close();
    server.closeAllConnections();
  });
  await until(() => server.listening);
  const address = server.address();
  return { stream, port: typeof address === "object" && address !== null ? address.port : 0, change: () => changed() };
}

function viewer(t: TestContext, port: number, onBytes?: (bytes: number) => void): Socket {
  const socket = connect(port, "127.0.0.1");
  t.after(() => socket.destroy());
  socket.on("error", () => undefined);
  socket.write("GET /live HTTP/1.1\r\nHost: x\r\n\r\n");
  if (onBytes === undefined) socket.pause();
  else socket.on("data", (chunk: Buffer) => onBytes(chunk.length));
  return socket;
}

test("of 200 viewers half do not read: they lose frames, the others do not, and the server holds no more for it", async (t) => {
  const { stream, port, change } = await streamOver(t);
  const read = Array.from({ length: VIEWERS / 2 }, () => 0);
  for (let at = 0; at < VIEWERS; at++)
    viewer(t, port, at % 2 === 0 ? (bytes) => (read[at / 2] = (read[at / 2] ?? 0) + bytes) : undefined);
  await until(() => stream.size === VIEWERS);
  const held: number[] = [];
  for (let frame = 1; frame <= FRAMES; frame++) {
    change();
    // The next when those who read have this one.
    await until(() => read.every((bytes) => bytes > frame * FRAME_BYTES));
    const { external, heapUsed } = process.memoryUsage();
    held.push(external + heapUsed);
  }
  const lost = stream.missed;
  assert.ok(lost > 0 && lost <= (VIEWERS / 2) * FRAMES, `${lost} frames lost by those who do not read`);
  assert.equal(stream.size, VIEWERS, "nobody was cut off");
  // One frame is shared by all who wait for it: a hundred that are stuck hold some, and not sixty each (2.4 GB).
  const most = Math.max(...held);
  assert.ok(most < 600e6, `${Math.round(most / 1e6)} MB held`);
});
