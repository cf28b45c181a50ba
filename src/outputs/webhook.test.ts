import assert from "node:assert/strict";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test, type TestContext } from "node:test";
import { FakeClock } from "../core/clock.ts";
import { type OutputConfig, outputSchema } from "../core/config-outputs.ts";
import { seededRandom } from "../core/random.ts";
import type { PostAnswer, PostJob } from "../core/wire/sender.ts";
import type { OutputLine } from "./line.ts";
import { waitMs } from "./retry.ts";
import { WebhookCarrier } from "./webhook.ts";

const TAKEN: PostAnswer = { result: "taken", says: "" };
const LATER: PostAnswer = { result: "later", says: "HTTP 503" };
const line = (id: string, text = id): OutputLine => ({ id, priority: "warning", text });

/** A server that answers as the test says. */
function world(t: TestContext, change: Partial<OutputConfig> = {}) {
  const folder = mkdtempSync(join(tmpdir(), "swarms-webhook-"));
  t.after(() => rmSync(folder, { recursive: true, force: true, maxRetries: 10 }));
  const clock = new FakeClock();
  const posts: { job: PostJob; end: (answer: PostAnswer) => void }[] = [];
  const config = { ...outputSchema.parse({ name: "siem", to: "webhook", url: "http://siem.test/" }), ...change };
  const open = (): WebhookCarrier =>
    new WebhookCarrier(config, {
      folder,
      version: "1",
      random: seededRandom(1),
      nowMs: () => clock.monoMs(),
      wallMs: () => clock.wallMs(),
      post: (job, end) => void posts.push({ job, end }),
      readFile: (path) => readFileSync(path, "utf8"),
    });
  const answer = (told: PostAnswer): string => {
    const { job, end } = posts.shift() ?? assert.fail("nothing was posted");
    end(told);
    return job.id;
  };
  return { folder, clock, posts, open, answer };
}

test("one after the other, in order; a failure waits ever longer and loses nothing", (t) => {
  const { clock, posts, open, answer } = world(t);
  const carrier = open();
  for (const id of ["a", "b", "c"]) carrier.carry(line(id));
  assert.equal(posts.length, 1, "one at a time");
  assert.equal(answer(LATER), "a");
  assert.equal(posts.length, 0, "not at once");
  const waits: number[] = [];
  for (let tries = 0; tries < 12; tries++) {
    let waited = 0;
    while (posts.length === 0) {
      clock.advance(250);
      waited += 250;
      carrier.turn();
    }
    waits.push(waited);
    assert.equal(answer(LATER), "a");
  }
  assert.ok((waits[0] ?? 0) <= 1500 && (waits.at(-1) ?? 0) >= 225_000 && Math.max(...waits) <= 375_250, waits.join());
  assert.deepEqual([carrier.status().retries, carrier.status().trouble], [13, "HTTP 503"]);
  clock.advance(400_000);
  carrier.turn();
  assert.deepEqual([answer(TAKEN), answer(TAKEN), answer(TAKEN)], ["a", "b", "c"]);
  const { delivered, waiting, waitingBytes, dropped, dead, trouble } = carrier.status();
  assert.deepEqual([delivered, waiting, waitingBytes, dropped, dead, trouble], [3, 0, 0, 0, 0, undefined]);
});

test("a server that asks for patience gets it; an answer that never comes is no answer", (t) => {
  const { clock, posts, open, answer } = world(t);
  const carrier = open();
  carrier.carry(line("a"));
  answer({ ...LATER, afterMs: 60_000 });
  clock.advance(59_000);
  carrier.turn();
  assert.equal(posts.length, 0);
  clock.advance(2000);
  carrier.turn();
  assert.equal(posts.length, 1);
  const lost = posts.shift();
  clock.advance(15_001);
  carrier.turn();
  assert.match(carrier.status().trouble ?? "", /did not answer/);
  clock.advance(10_000);
  carrier.turn();
  lost?.end(TAKEN);
  assert.equal(carrier.status().delivered, 0, "an answer to a try that was given up is nobody's");
  assert.equal(answer(TAKEN), "a");
});

test("what waited is there after a restart in between, with what was under way", (t) => {
  const { posts, open, answer } = world(t);
  const before = open();
  before.carry(line("a"));
  before.carry(line("b"));
  assert.equal(answer(TAKEN), "a");
  assert.equal(posts.shift()?.job.id, "b");
  before.close();
  const after = open();
  assert.equal(after.status().waiting, 1);
  assert.equal(answer(TAKEN), "b", "posted again: at least once");
  assert.equal(after.status().waiting, 0);
});

test("what the server will never take is put aside with the reason, and does not hold up the rest", (t) => {
  const { folder, clock, open, answer } = world(t, { giveUpHours: 1 });
  const carrier = open();
  for (const id of ["bad", "good", "late"]) carrier.carry(line(id));
  assert.equal(answer({ result: "refused", says: "HTTP 400" }), "bad");
  assert.equal(answer(TAKEN), "good");
  assert.equal(answer(LATER), "late");
  clock.advance(3_700_000);
  carrier.turn();
  const { dead, delivered, waiting } = carrier.status();
  assert.deepEqual([dead, delivered, waiting], [2, 1, 0]);
  const aside = readFileSync(join(folder, "siem", "dead.jsonl"), "utf8")
    .trim()
    .split("\n");
  assert.deepEqual(
    aside.map((each) => (JSON.parse(each) as { id: string; why: string }).why),
    ["HTTP 400", "not delivered for 1 hours"],
  );
});

test("a full queue drops what is new, counts it and says so", (t) => {
  const { open } = world(t, { queueMegabytes: 0.01 });
  const carrier = open();
  for (let count = 0; count < 30; count++) carrier.carry(line(String(count), "x".repeat(1000)));
  const { waiting, waitingBytes, dropped, trouble } = carrier.status();
  assert.ok(waiting > 5 && dropped > 15 && waiting + dropped === 30, JSON.stringify(carrier.status()));
  assert.ok(waitingBytes <= 10_000);
  assert.match(trouble ?? "", /the queue is full/);
});

test("a token that cannot be read keeps everything waiting, and goes along once it can", (t) => {
  const { folder, posts, open } = world(t, { tokenFile: "/nowhere/token" });
  const carrier = open();
  carrier.carry(line("a"));
  assert.deepEqual([posts.length, carrier.status().waiting], [0, 1]);
  assert.match(carrier.status().trouble ?? "", /ENOENT.*\/nowhere\/token/);
  carrier.close();
  const path = join(folder, "token");
  writeFileSync(path, "secret\n");
  const { posts: others, open: openOther } = world(t, { tokenFile: path });
  openOther().carry(line("a"));
  assert.equal(others[0]?.job.token, "secret");
});

test("waits double from a second to five minutes, spread by a quarter", () => {
  const random = seededRandom(2);
  for (let failures = 1; failures < 40; failures++) {
    const plain = Math.min(300_000, 1000 * 2 ** (failures - 1));
    const wait = waitMs(failures, random);
    assert.ok(wait >= 0.75 * plain && wait <= 1.25 * plain);
  }
  assert.equal(
    waitMs(1, () => 0.5, 5000),
    5000,
  );
});
