import assert from "node:assert/strict";
import { test, type TestContext } from "node:test";
import { FakeClock, systemClock } from "../core/clock.ts";
import type { PostAnswer } from "../core/wire/sender.ts";
import { SenderKeeper } from "./sender-keeper.ts";
import { JOB, program } from "./sender-program.fixture.ts";

function keeper(
  t: TestContext,
  body: string,
  more: Partial<ConstructorParameters<typeof SenderKeeper>[0]> = {},
): { post(): Promise<PostAnswer>; said: string[]; keeper: SenderKeeper } {
  const said: string[] = [];
  const made = new SenderKeeper({
    clock: systemClock,
    atLeisure: (work) => work(),
    command: () => ({ command: process.execPath, args: ["-e", program(body)] }),
    log: (says) => void said.push(says),
    ...more,
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

test("the code of a plugin goes before what it is called with, once for each sender; without code it is tried again", async (t) => {
  const seen = `const frames = []; let rest = bytes;
    const take = (more) => { rest = Buffer.concat([rest, more]); while (rest.length > 4 && rest.length >= 4 + rest.readUInt32LE(0)) {
      const body = JSON.parse(rest.subarray(5, 4 + rest.readUInt32LE(0))); frames.push([rest[4], body.name ?? body.plugin].join(""));
      rest = rest.subarray(4 + rest.readUInt32LE(0));
      if (body.number) say({ number: body.number, result: "later", says: frames.join(" ") }); } };
    take(Buffer.alloc(0)); socket.on("data", take);`;
  const { keeper: made } = keeper(t, seen, { plugin: (name) => (name === "pager" ? "export default 1" : undefined) });
  const post = (plugin: string): Promise<PostAnswer> =>
    new Promise((resolve) => made.post({ ...JOB, plugin }, resolve));
  assert.match((await post("other")).says, /plugin other is not loaded/);
  assert.equal((await post("pager")).says, "3pager 1pager");
  assert.equal((await post("pager")).says, "3pager 1pager 1pager");
});

test("a sender that a plugin holds for ever is ended once its time is over, and another may start", async (t) => {
  const clock = new FakeClock();
  const { keeper: made } = keeper(t, "for (;;);", { clock });
  const answer = new Promise<PostAnswer>((resolve) => made.post(JOB, resolve));
  const { pid } = made;
  clock.advance(JOB.timeoutMs + 3999);
  made.turn();
  assert.equal(made.pid, pid);
  clock.advance(1);
  made.turn();
  assert.deepEqual([(await answer).result, made.pid], ["later", 0]);
});
