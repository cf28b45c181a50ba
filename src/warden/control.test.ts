import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { chmodSync, mkdtempSync, rmSync, statSync } from "node:fs";
import { connect } from "node:net";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { test, type TestContext } from "node:test";
import { CONTROL_ANSWER, CONTROL_REQUEST, type ControlAnswer, type ControlRequest } from "../core/wire/control.ts";
import { encodeFrame, FrameReader } from "../core/wire/frame.ts";
import { type Asker, openControl } from "./control.ts";

const IS_ROOT = process.getuid?.() === 0;

async function setUp(
  t: TestContext,
  answer: (request: ControlRequest, asker: Asker) => ControlAnswer,
): Promise<string> {
  const folder = mkdtempSync(join(tmpdir(), "swarms-control-"));
  const path = join(folder, "control.sock");
  const control = await openControl(path, answer);
  assert.ok(control.ok, control.ok ? "" : control.says);
  t.after(() => {
    control.value.close();
    rmSync(folder, { recursive: true, force: true, maxRetries: 10 });
  });
  return path;
}

/** Bytes sent as they are; gives the answer, or undefined where the connection is closed without one. */
function send(path: string, ...chunks: Uint8Array[]): Promise<ControlAnswer | undefined> {
  return new Promise((resolve) => {
    const socket = connect(path);
    const reader = new FrameReader();
    let answer: ControlAnswer | undefined;
    socket.on("error", () => undefined);
    socket.on("close", () => resolve(answer));
    socket.on("data", (chunk: Buffer) => {
      const frames = reader.push(chunk);
      const [frame] = frames.ok ? frames.value : [];
      if (frame?.type === CONTROL_ANSWER) answer = JSON.parse(Buffer.from(frame.payload).toString()) as ControlAnswer;
    });
    for (const chunk of chunks) socket.write(chunk);
  });
}

function frameOf(value: unknown): Uint8Array {
  return encodeFrame(CONTROL_REQUEST, new TextEncoder().encode(JSON.stringify(value)));
}

test("one request has one answer, and the asker is named by the kernel, not by the request", async (t) => {
  if (!IS_ROOT) return t.skip("needs root");
  const askers: Asker[] = [];
  const path = await setUp(t, (request, asker) => {
    askers.push(asker);
    return { ok: true, says: request.ask };
  });
  assert.deepEqual(await send(path, frameOf({ ask: "undo", id: "c-1" })), { ok: true, says: "undo" });
  assert.match(askers[0]?.name ?? "", /uid 0/);
  assert.equal(statSync(path).mode & 0o777, 0o600);
});

test("a request in pieces is one request; nonsense, other types and floods get no answer and reach nobody", async (t) => {
  if (!IS_ROOT) return t.skip("needs root");
  let reached = 0;
  const path = await setUp(t, () => ({ ok: true, says: String(++reached) }));
  const whole = frameOf({ ask: "restore" });
  assert.deepEqual(await send(path, whole.subarray(0, 3), whole.subarray(3)), { ok: true, says: "1" });
  for (const bytes of [
    new TextEncoder().encode("GET / HTTP/1.1\r\n\r\n"),
    encodeFrame(1, new TextEncoder().encode("{}")),
    encodeFrame(CONTROL_REQUEST, Uint8Array.of(0xff, 0xfe)),
    frameOf({ ask: "undo", id: "x".repeat(5000) }),
  ]) {
    assert.equal(await send(path, bytes), undefined);
  }
  for (const request of [{ ask: "kill" }, { ask: "undo" }, { ask: "restore", by: "alice" }, 7, null]) {
    const answer = await send(path, frameOf(request));
    assert.ok(answer === undefined || !answer.ok, JSON.stringify(request));
  }
  assert.equal(reached, 1);
});

test("who is not root gets no answer, even where the mode of the socket was opened for him", async (t) => {
  if (!IS_ROOT) return t.skip("needs root");
  let reached = 0;
  const path = await setUp(t, () => ({ ok: true, says: String(++reached) }));
  chmodSync(dirname(path), 0o755);
  chmodSync(path, 0o666);
  const ask = async (uid: number): Promise<string> => {
    const code = `
      process.setgid(${uid}); process.setuid(${uid});
      const socket = require("node:net").connect(${JSON.stringify(path)});
      socket.write(Buffer.from("${Buffer.from(frameOf({ ask: "restore" })).toString("hex")}", "hex"));
      let answer = "";
      socket.on("data", (data) => (answer += data)).on("error", () => {});
      socket.on("close", () => console.log(answer === "" ? "none" : "answered"));`;
    const child = spawn(process.execPath, ["-e", code], { stdio: ["ignore", "pipe", "inherit"] });
    t.after(() => child.kill("SIGKILL"));
    return String((await once(child.stdout, "data"))[0]).trim();
  };
  assert.deepEqual([await ask(65_534), await ask(61_000), reached], ["none", "none", 0]);
  assert.deepEqual([await ask(0), reached], ["answered", 1]);
});
