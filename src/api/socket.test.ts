import assert from "node:assert/strict";
import { chmodSync, existsSync, lstatSync, mkdirSync, renameSync, symlinkSync, writeFileSync } from "node:fs";
import { createServer } from "node:net";
import { join } from "node:path";
import { test } from "node:test";
import { failed } from "../core/errors.ts";
import { ApiClient } from "./client.ts";
import { FixtureLayer, folderOf, serve } from "./server.fixture.ts";
import { serveApi } from "./server.ts";

test("the socket is for its owner alone", async (t) => {
  const { socket } = await serve(t);
  assert.equal(lstatSync(socket).mode & 0o777, 0o600);
});

test("a dead socket is replaced, a living one and a file are not", async (t) => {
  const folder = folderOf(t);
  const socket = join(folder, "api.sock");
  const dead = createServer();
  await new Promise<void>((resolve) => dead.listen(join(folder, "dead"), resolve));
  renameSync(join(folder, "dead"), socket);
  await new Promise((resolve) => dead.close(resolve));
  assert.ok(lstatSync(socket).isSocket());

  const { client } = await serve(t, socket);
  assert.equal((await client.status()).ok, true);
  const second = await serveApi(new FixtureLayer(), socket);
  assert.equal(!second.ok && second.code, "SW-STATE-BUSY");
  assert.equal((await client.status()).ok, true);

  const file = join(folder, "file");
  writeFileSync(file, "precious");
  const third = await serveApi(new FixtureLayer(), file);
  assert.equal(!third.ok && third.code, "SW-STATE-CREATE");
  assert.ok(lstatSync(file).isFile());
});

test("closing takes the socket away, and a folder that is gone is an error", async (t) => {
  const { socket, close, client } = await serve(t);
  await close();
  assert.equal(existsSync(socket), false);
  assert.deepEqual(await client.status(), failed("SW-NOT-RUNNING", `${socket}: there is no such socket`));
  const nowhere = await serveApi(new FixtureLayer(), join(socket, "no/api.sock"));
  assert.equal(!nowhere.ok && nowhere.code, "SW-STATE-CREATE");
});

test("a path longer than a socket address works, on both sides", async (t) => {
  const folder = join(folderOf(t), "long".repeat(40));
  mkdirSync(folder);
  const { client } = await serve(t, join(folder, "api.sock"));
  assert.equal((await client.status()).ok, true);
});

test("a link to another service's socket is not followed", async (t) => {
  const { socket, layer } = await serve(t);
  const link = join(folderOf(t), "api.sock");
  symlinkSync(socket, link);
  assert.deepEqual(
    await new ApiClient(link).restore("root"),
    failed("SW-NOT-RUNNING", `${link}: what is there is not a socket`),
  );
  assert.deepEqual(layer.asked, []);
});

test("somebody else's socket says that it needs root", async (t) => {
  const { socket, client } = await serve(t);
  chmodSync(socket, 0);
  // Root is kept out by no mode, so it steps down for the question.
  const isRoot = process.geteuid?.() === 0;
  if (isRoot) process.seteuid?.(65534);
  const status = await client.status().finally(() => isRoot && process.seteuid?.(0));
  assert.equal(!status.ok && status.code, "SW-NEEDS-ROOT");
});
