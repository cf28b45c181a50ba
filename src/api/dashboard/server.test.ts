import assert from "node:assert/strict";
import { createServer } from "node:net";
import { test } from "node:test";
import { busyStatus } from "../status.fixture.ts";
import { until } from "../server.fixture.ts";
import { CONTENT_SECURITY_POLICY } from "./headers.ts";
import { enter, FixturePeople, get, own, servePage } from "./page.fixture.ts";
import { serveDashboard } from "./server.ts";

const READS = ["/", "/main.ts", "/styles/tokens.css", "/api/live", "/api/processes", "/api/incidents", "/nothing"];
const CHANGES = ["/api/undo/c-0017", "/api/approve/a-12", "/api/restore", "/api/forget-trail/t-1"];

test("without the session nothing is answered, neither page nor API, and nothing is done", async (t) => {
  const { page, people, layer } = await servePage(t);
  for (const path of READS) assert.equal((await get(page, path)).status, 401, path);
  for (const path of ["/?token=", "/?token=x", `/main.ts${new URL(page.link).search}`])
    assert.equal((await get(page, path)).status, 401, path);
  for (const path of CHANGES)
    assert.equal((await get(page, path, { method: "POST", headers: own(page, "swarms-1=x") })).status, 401, path);
  assert.deepEqual([...people.asked, ...layer.asked], []);
});

test("the link gives a cookie that no script reads, and leads on to an address without the token", async (t) => {
  const { page } = await servePage(t);
  const { pathname, search } = new URL(page.link);
  const entered = await get(page, pathname + search);
  assert.equal(entered.status, 200);
  assert.match(String(entered.headers["set-cookie"]), /HttpOnly; SameSite=Strict/);
  assert.match(entered.text, /http-equiv="refresh" content="0;url=\/"/);
  assert.ok(!entered.text.includes(search.slice(7)));
  const cookie = await enter(page);
  const [root, script] = [
    await get(page, "/", { headers: { cookie } }),
    await get(page, "/main.ts", { headers: { cookie } }),
  ];
  assert.deepEqual([root.status, script.status], [200, 200]);
  assert.match(String(script.headers["content-type"]), /^text\/javascript/);
});

test("under another name, or asked by another page, nothing is answered even with the session", async (t) => {
  const { page, people } = await servePage(t);
  const cookie = await enter(page);
  for (const path of READS)
    assert.equal((await get(page, path, { headers: { cookie, host: "evil.example" } })).status, 403, path);
  const { pathname, search } = new URL(page.link);
  assert.equal((await get(page, pathname + search, { headers: { host: "evil.example" } })).status, 403);
  for (const path of CHANGES) {
    const headers = { ...own(page, cookie), origin: "http://evil.example" };
    assert.equal((await get(page, path, { method: "POST", headers })).status, 403, path);
    assert.equal((await get(page, path, { method: "POST", headers: { cookie } })).status, 403, path);
  }
  assert.deepEqual(people.asked, []);
});

test("every answer forbids what is foreign, refusals among them", async (t) => {
  const { page } = await servePage(t);
  const cookie = await enter(page);
  const answers = [
    await get(page, "/"),
    await get(page, "/", { headers: { cookie } }),
    await get(page, "/none", { headers: { cookie } }),
    await get(page, "/favicon.ico", { headers: { cookie } }),
    await get(page, "/api/incidents", { headers: { cookie } }),
    await get(page, "/api/none", { headers: { cookie } }),
    await get(page, "/", { headers: { host: "evil.example" } }),
  ];
  assert.deepEqual(
    answers.map(({ status }) => status),
    [401, 200, 404, 200, 200, 404, 403],
  );
  for (const { headers } of answers) {
    assert.equal(headers["content-security-policy"], CONTENT_SECURITY_POLICY);
    assert.equal(headers["x-content-type-options"], "nosniff");
    assert.equal(headers["cache-control"], "no-store");
    assert.equal(headers["referrer-policy"], "no-referrer");
  }
  for (const part of [
    "default-src 'none'",
    "script-src 'self'",
    "frame-ancestors 'none'",
    "base-uri 'none'",
    "form-action 'none'",
  ])
    assert.ok(CONTENT_SECURITY_POLICY.includes(part), part);
  assert.ok(!CONTENT_SECURITY_POLICY.includes("unsafe"));
});

test("decisions go to people, what was learned to the layer, each by name; anything else is not there", async (t) => {
  const { page, people, layer } = await servePage(t);
  const headers = own(page, await enter(page));
  const post = async (path: string) => (await get(page, path, { method: "POST", headers, body: "{}" })).status;
  for (const path of ["undo/c-0017", "approve/a-12", "dismiss/i-7k2m9q", "restore"])
    assert.equal(await post(`/api/${path}`), 200);
  assert.deepEqual(people.asked, ["undo c-0017", "approve a-12", "dismiss i-7k2m9q", "restore"]);
  for (const path of ["confirm/i-1", "reopen/i-1", "forget-memory/i-1", "forget-trail/t-1", "reset-profile/s-1-2-3"])
    assert.equal(await post(`/api/${path}`), 200, path);
  assert.deepEqual(layer.asked, [
    "confirm i-1 by ada",
    "open i-1 by ada",
    "forget i-1",
    "delete trail t-1",
    "reset profile s-1-2-3",
  ]);
  for (const path of ["undo/..%2Fstatus", `undo/${"a".repeat(65)}`, "delete/x", "status"])
    assert.equal(await post(`/api/${path}`), 404, path);
  assert.equal(await post("/api/forget-trail/t-none"), 404);
});

test("what the layer sends is inert before a browser has it", async (t) => {
  const { page, layer } = await servePage(t);
  layer.rows = [{ key: "p:1@1", parent: "", comm: "\u202egnp.exe\u001b[2J", path: "<img src=x>", cgroup: "", uid: 0 }];
  const { text } = await get(page, "/api/processes", { headers: { cookie: await enter(page) } });
  assert.match(text, /"comm":"\?gnp.exe\?\[2J"/);
  assert.match(text, /<img src=x>/, "markup is a text like any other");
});

test("where the layer is gone the page is told so, and goes on when it is back", async (t) => {
  const { page, stopLayer } = await servePage(t);
  const headers = { cookie: await enter(page) };
  const opened = await fetch(`http://127.0.0.1:${page.port}/api/live`, { headers });
  const reader = opened.body?.pipeThrough(new TextDecoderStream()).getReader();
  let text = "";
  const reading = (async () => {
    for (let part = await reader?.read(); part?.done === false; part = await reader?.read()) text += part.value;
  })();
  await until(() => text.includes(`"version":"${busyStatus.version}"`));
  await stopLayer();
  await until(() => text.includes('"trouble":{"code":"SW-NOT-RUNNING"'));
  await reader?.cancel();
  await reading;
});

test("it listens on loopback alone, and a port that is asked for and taken is said", async (t) => {
  const { page } = await servePage(t);
  assert.equal(new URL(page.link).hostname, "127.0.0.1");
  const taken = createServer().listen(0, "127.0.0.1");
  t.after(() => taken.close());
  await until(() => taken.listening);
  const address = taken.address();
  const port = typeof address === "object" && address !== null ? address.port : 0;
  const { layer: _layer, ...rest } = await servePage(t);
  assert.ok(rest.page.port !== port);
  const { client } = await import("../server.fixture.ts").then(({ serve }) => serve(t));
  const refused = await serveDashboard({ client, people: new FixturePeople(), port });
  assert.equal(!refused.ok && refused.code, "SW-PORT-TAKEN");
});
