import assert from "node:assert/strict";
import { once } from "node:events";
import { mkdtempSync, rmSync } from "node:fs";
import { connect, createServer, type Server } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { acceptsConnections } from "./workload-serves.ts";

async function listening(where: string | number): Promise<Server> {
  const server = createServer();
  server.listen(where);
  await once(server, "listening");
  return server;
}

test("a process that listens is told, on TCP and on a unix socket, and one that does not any more", async () => {
  const dir = mkdtempSync(join(tmpdir(), "swarms-serves-"));
  try {
    assert.equal(acceptsConnections([process.pid], "/proc"), false);
    for (const where of [0, join(dir, "socket")]) {
      const server = await listening(where);
      assert.equal(acceptsConnections([process.pid], "/proc"), true, String(where));
      server.close();
      await once(server, "close");
      assert.equal(acceptsConnections([process.pid], "/proc"), false);
    }
  } finally {
    rmSync(dir, { recursive: true });
  }
});

test("a client of somebody else's socket does not count", async () => {
  const server = await listening(0);
  const address = server.address();
  assert.ok(typeof address === "object" && address !== null);
  const client = connect(address.port, "127.0.0.1");
  const [accepted] = (await once(server, "connection")) as [{ destroy(): void }];
  server.close();
  // Its descriptor goes at once, "close" is told only when the last connection has ended.
  await new Promise((resolve) => setImmediate(resolve));
  assert.equal(acceptsConnections([process.pid], "/proc"), false);
  client.destroy();
  accepted.destroy();
});

test("nothing is claimed of what cannot be looked into", () => {
  assert.equal(acceptsConnections([2 ** 22 + 1], "/proc"), undefined);
  assert.equal(acceptsConnections([], "/proc"), undefined);
});
