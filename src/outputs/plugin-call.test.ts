import assert from "node:assert/strict";
import { once } from "node:events";
import { readFileSync } from "node:fs";
import { createServer, type IncomingMessage } from "node:http";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { test, type TestContext } from "node:test";
import type { PostAnswer, PostJob } from "../core/wire/sender.ts";
import { falcoAlert } from "./falco.ts";
import { PluginOutputs } from "./plugin-call.ts";
import { INCIDENT } from "./record.fixture.ts";

const EXAMPLE = readFileSync(join(import.meta.dirname, "../../examples/plugin/pager/output.js"), "utf8");
const JOB: PostJob = { url: "", plugin: "own", id: "i-1", text: '{"a":1}', timeoutMs: 2000, version: "1" };

function delivered(text: string, change: Partial<PostJob> = {}): Promise<PostAnswer> {
  const outputs = new PluginOutputs();
  outputs.take({ name: "own", text });
  return new Promise((resolve) => outputs.deliver({ ...JOB, ...change }, resolve));
}

test("what a plugin gives back is what became of the record", async () => {
  const cases: readonly (readonly [string, PostAnswer["result"], RegExp])[] = [
    ["() => {}", "taken", /^$/],
    ["async () => {}", "taken", /^$/],
    ["() => ({ refused: 'no\\u001b[2J' })", "refused", /^no\\x1b\[2J$/],
    ["() => { throw new Error('busy\\u0007'); }", "later", /^busy\\x07$/],
    ["async () => { throw 7; }", "later", /^7$/],
    ["() => new Promise(() => {})", "later", /^no end in 0\.1 s$/],
    ["3", "later", /exports no function/],
    ["(", "later", /Unexpected/],
    [
      "(record, { id, token, url, signal }) => ({ refused: [record.a, id, token, url, signal.aborted].join() })",
      "refused",
      /^1,i-1,,,false$/,
    ],
  ];
  for (const [body, result, says] of cases) {
    const answer = await delivered(`export default ${body};`, { timeoutMs: body.includes("new Promise") ? 100 : 2000 });
    assert.equal(answer.result, result, body);
    assert.match(answer.says, says, body);
  }
});

test("code that is handed over anew is what is called from then on; it lives as long as the process", async () => {
  const outputs = new PluginOutputs();
  const next = (): Promise<PostAnswer> => new Promise((resolve) => outputs.deliver(JOB, resolve));
  outputs.take({ name: "own", text: "let n = 0; export default () => ({ refused: String(++n) });" });
  assert.deepEqual([(await next()).says, (await next()).says], ["1", "2"]);
  outputs.take({ name: "own", text: "export default () => ({ refused: 'new' });" });
  assert.equal((await next()).says, "new");
});

async function pager(
  t: TestContext,
  status: number,
): Promise<{ url: string; seen: [IncomingMessage["headers"], string][] }> {
  const seen: [IncomingMessage["headers"], string][] = [];
  const http = createServer((request, response) => {
    let body = "";
    request.setEncoding("utf8").on("data", (text: string) => (body += text));
    request.on("end", () => {
      seen.push([request.headers, body]);
      response.writeHead(status).end();
    });
  });
  await once(http.listen(0, "127.0.0.1"), "listening");
  t.after(() => {
    http.close();
    http.closeAllConnections();
  });
  return { url: `http://127.0.0.1:${(http.address() as AddressInfo).port}/`, seen };
}

test("the worked example pages for an incident, with its token and what tells a repeat, and for nothing else", async (t) => {
  const text = JSON.stringify(falcoAlert(INCIDENT, { hostname: "web-1", version: "1" }));
  const { url, seen } = await pager(t, 200);
  assert.deepEqual(await delivered(EXAMPLE, { url, text, token: "t0k" }), { result: "taken", says: "" });
  const [headers, body] = seen[0] ?? assert.fail("nothing came");
  assert.deepEqual([headers["authorization"], headers["x-once"]], ["Bearer t0k", "i-1"]);
  assert.match(body, /^(WAKE|NOTE) web-1: \S/);
  const other = JSON.stringify({ ...(JSON.parse(text) as object), rule: "Swarms action applied" });
  assert.equal((await delivered(EXAMPLE, { url, text: other })).result, "taken");
  assert.equal(seen.length, 1);
  assert.equal((await delivered(EXAMPLE, { text })).result, "refused");
});

test("the worked example tries again while the pager is away, and puts aside what it does not take", async (t) => {
  const text = JSON.stringify(falcoAlert(INCIDENT, { hostname: "web-1", version: "1" }));
  assert.deepEqual(await delivered(EXAMPLE, { text, url: (await pager(t, 503)).url }), {
    result: "later",
    says: "HTTP 503",
  });
  assert.equal((await delivered(EXAMPLE, { text, url: (await pager(t, 400)).url })).result, "refused");
  assert.equal((await delivered(EXAMPLE, { text, url: "http://127.0.0.1:1/" })).result, "later");
});
