import assert from "node:assert/strict";
import { test, type TestContext } from "node:test";
import { systemClock } from "../core/clock.ts";
import type { PostAnswer, PostJob } from "../core/wire/sender.ts";
import { SenderKeeper } from "./sender-keeper.ts";

const JOB: PostJob = { url: "http://siem.test/", id: "i-1", text: "{}", timeoutMs: 1000, version: "1" };

/** A sender that does what the test says with the number of the first job (`n`): `say(body)` is a frame of an answer. */
const program = (body: string): string => `
  const socket = new (require("node:net").Socket)({ fd: 3 });
  const say = (told, type = 2) => {
    const text = Buffer.from(typeof told === "string" ? told : JSON.stringify(told)), head = Buffer.alloc(5);
    head.writeUInt32LE(text.length + 1, 0); head[4] = type;
    socket.write(Buffer.concat([head, text]));
  };
  socket.on("error", () => {}); socket.on("close", () => process.exit(0));
  socket.once("data", (bytes) => { const n = JSON.parse(bytes.subarray(5)).number; ${body} });`;

function keeper(t: TestContext, body: string): { post(): Promise<PostAnswer>; said: string[]; keeper: SenderKeeper } {
  const said: string[] = [];
  const made = new SenderKeeper({
    clock: systemClock,
    atLeisure: (work) => work(),
    command: () => ({ command: process.execPath, args: ["-e", program(body)] }),
    log: (says) => void said.push(says),
  });
  t.after(() => made.stop());
  return { said, keeper: made, post: () => new Promise((resolve) => made.post(JOB, resolve)) };
}

test("an answer comes back to who asked; there is no sender before anything is to be sent", async (t) => {
  const { post, keeper: made } = keeper(t, `say({ number: n, result: "later", says: "HTTP 503", afterMs: 5000 })`);
  assert.equal(made.pid, 0);
  assert.deepEqual(await post(), { result: "later", says: "HTTP 503", afterMs: 5000 });
  assert.ok(made.pid > 0);
});

test("a sender that says what it may not is ended, and what it was handed is to be tried again", async (t) => {
  for (const body of [
    `say({ number: n, result: "stolen", says: "" })`,
    `say({ number: n, result: "taken", says: "", more: 1 })`,
    `say("no JSON")`,
    `say({ number: n, result: "taken", says: "" }, 7)`,
    `say({ number: n, result: "later", says: "x".repeat(5000) })`,
    `socket.write(Buffer.alloc(64, 255))`,
  ]) {
    const { post, said } = keeper(t, body);
    const { result, says } = await post();
    assert.equal(result, "later", body);
    assert.match(says, /the sender ended/);
    assert.match(said.join("\n"), /SW-WIRE: the sender said what it may not/);
  }
});

test("an answer to what nobody asked is nobody's; its words are printable", async (t) => {
  const body = `say({ number: n + 7, result: "taken", says: "" }); say({ number: n, result: "later", says: "\\u001b[2Jx" })`;
  const { post } = keeper(t, body);
  assert.deepEqual(await post(), { result: "later", says: "\\x1b[2Jx" });
});

test("one that ends at once is not started again at once: what is handed meanwhile comes back", async (t) => {
  const { post, said } = keeper(t, "process.exit(3)");
  assert.match((await post()).says, /ended \(exit 3\)/);
  assert.match((await post()).says, /no sender just now/);
  assert.match(said.join("\n"), /another may start in 1 s/);
});
