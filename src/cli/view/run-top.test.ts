import assert from "node:assert/strict";
import { EventEmitter } from "node:events";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test, type TestContext } from "node:test";
import type { LayerPort } from "../../api/port.ts";
import { serveApi } from "../../api/server.ts";
import { busyStatus } from "../../api/status.fixture.ts";
import { failed } from "../../core/errors.ts";
import { runTop } from "./run-top.ts";

/** A terminal that remembers what it was told. */
class Terminal extends EventEmitter {
  readonly isTTY = true;
  columns = 80;
  rows = 24;
  text = "";
  write(text: string): boolean {
    this.text += text;
    return true;
  }
}

class Keyboard extends EventEmitter {
  readonly isTTY = true;
  readonly modes: boolean[] = [];
  setRawMode(raw: boolean): void {
    this.modes.push(raw);
  }
  resume(): void {}
  pause(): void {}
  press(keys: string): void {
    this.emit("data", Buffer.from(keys));
  }
}

const layer: LayerPort = {
  status: () => busyStatus,
  incidents: () => [],
  incident: () => undefined,
  explain: async () => failed("SW-NOT-FOUND", ""),
  judge: async () => ({ request: "", ok: true, code: "", says: "" }),
  undo: async () => ({ request: "", ok: true, code: "", says: "" }),
  restore: async () => ({ request: "", ok: true, code: "", says: "" }),
  trails: () => [],
  profiles: () => ({ profiles: [], turnedAway: 0, untold: 0, unplaced: 0, refused: 0 }),
  profile: () => undefined,
  freezeProfile: async (id) => ({ request: "r", ok: true, code: "", says: id }),
  resetProfile: async (id) => ({ request: "r", ok: true, code: "", says: id }),
  confirm: async (id) => ({ request: "r", ok: true, code: "", says: id }),
  memories: () => [],
  forget: async (id) => ({ request: "r", ok: true, code: "", says: id }),
  deleteTrail: async () => ({ request: "", ok: true, code: "", says: "" }),
  changes: () => [],
  processes: () => ({ cursor: 1, whole: true, rows: [], gone: [] }),
  live: { first: () => ({}), next: () => ({}), subscribe: () => () => undefined },
  subscribe: () => () => undefined,
};

function setUp(t: TestContext) {
  const folder = mkdtempSync(join(tmpdir(), "swarms-top-"));
  t.after(() => rmSync(folder, { recursive: true, force: true, maxRetries: 10 }));
  const socketPath = join(folder, "api.sock");
  return { socketPath, terminal: new Terminal(), keyboard: new Keyboard(), env: { LANG: "C.UTF-8" } };
}

async function serve(socketPath: string): Promise<{ close(): Promise<void> }> {
  const served = await serveApi(layer, socketPath);
  assert.ok(served.ok);
  return served.value;
}

async function until(holds: () => boolean): Promise<void> {
  for (let i = 0; i < 500 && !holds(); i++) await new Promise((resolve) => setTimeout(resolve, 10));
  assert.ok(holds());
}

function assertGivenBack({ terminal, keyboard }: { terminal: Terminal; keyboard: Keyboard }): void {
  assert.ok(terminal.text.endsWith("\x1b[?7h\x1b[?25h\x1b[?1049l"));
  assert.deepEqual(keyboard.modes, [true, false]);
  assert.equal(keyboard.listenerCount("data") + terminal.listenerCount("resize"), 0);
}

for (const key of ["q", "\x03"]) {
  test(`${JSON.stringify(key)} leaves the terminal as it was`, async (t) => {
    const { socketPath, terminal, keyboard, env } = setUp(t);
    const served = await serve(socketPath);
    t.after(() => served.close());
    const signals = process.listenerCount("SIGTERM");
    const done = runTop({ socketPath, out: terminal, in: keyboard, env });
    await until(() => terminal.text.includes("redis"));
    keyboard.press("x\x1b[A");
    keyboard.press(key);
    assert.equal(await done, 0);
    assertGivenBack({ terminal, keyboard });
    assert.equal(process.listenerCount("SIGTERM"), signals);
  });
}

test("a signal ends it, and a new size is drawn at once", async (t) => {
  const { socketPath, terminal, keyboard, env } = setUp(t);
  const served = await serve(socketPath);
  t.after(() => served.close());
  const stop = new AbortController();
  const done = runTop({ socketPath, out: terminal, in: keyboard, signal: stop.signal, env });
  await until(() => terminal.text.includes("redis"));
  terminal.text = "";
  terminal.columns = 60;
  terminal.emit("resize");
  assert.match(terminal.text, /redis/);
  stop.abort();
  assert.equal(await done, 0);
  assertGivenBack({ terminal, keyboard });
});

test("where nothing runs the terminal is not touched", async (t) => {
  const { socketPath, terminal, keyboard, env } = setUp(t);
  await assert.rejects(runTop({ socketPath, out: terminal, in: keyboard, env }), { code: "SW-NOT-RUNNING" });
  assert.equal(terminal.text, "");
  assert.deepEqual(keyboard.modes, []);
});

test("attached, it waits for the layer to start; when the layer goes it says so and finds the next one", async (t) => {
  const { socketPath, terminal, keyboard, env } = setUp(t);
  const done = runTop({ socketPath, out: terminal, in: keyboard, attached: true, env });
  await until(() => terminal.text.includes("the layer is starting"));
  const first = await serve(socketPath);
  await until(() => terminal.text.includes("q ends the layer"));
  await first.close();
  await until(() => terminal.text.includes("does not answer"));
  terminal.text = "";
  const second = await serve(socketPath);
  t.after(() => second.close());
  await until(
    () =>
      /redis/.test(terminal.text) && !/does not answer/.test(terminal.text.slice(terminal.text.lastIndexOf("redis"))),
  );
  keyboard.press("q");
  assert.equal(await done, 0);
  assertGivenBack({ terminal, keyboard });
});
