import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { dirname, join } from "node:path";
import { test } from "node:test";
import { fileURLToPath } from "node:url";
import { statePaths } from "../core/state-paths.ts";
import { layerIn, stateOf, swarms } from "./command-line.fixture.ts";
import { startDashboard } from "./run-dashboard.ts";

const MAIN = join(dirname(fileURLToPath(import.meta.url)), "main.ts");

/** A browser's way in: the link, then the cookie. */
async function reads(link: string, path: string): Promise<Response> {
  const entered = await fetch(link);
  const cookie = entered.headers.get("set-cookie")?.split(";")[0] ?? "";
  return fetch(new URL(path, link), { headers: { cookie } });
}

test("where nothing runs there is no page, exit 69; a port is a number, exit 64", async (t) => {
  const state = stateOf(t);
  assert.equal((await swarms(["dashboard", "--state", state])).code, 69);
  assert.equal((await swarms(["dashboard", "--state", state, "--port", "seven"])).code, 64);
});

test("the link that is printed opens the page, which asks the layer; Ctrl-C ends it with 0", async (t) => {
  const { state } = await layerIn(t);
  const child = spawn(process.execPath, [
    "--disable-warning=ExperimentalWarning",
    MAIN,
    "dashboard",
    "--state",
    state,
    "--port",
    "0",
  ]);
  t.after(() => child.kill("SIGKILL"));
  const text = await new Promise<string>((resolve) => child.stdout.setEncoding("utf8").once("data", resolve));
  const [link = ""] = /http:\S+/.exec(text) ?? [];
  assert.match(text, /^dashboard: http:\/\/127\.0\.0\.1:\d+\/\?token=[\w-]{43}\n/);
  assert.match(text, /ssh -L/);
  assert.equal((await fetch(new URL("/", link))).status, 401);
  assert.match(await (await reads(link, "/")).text(), /<title>Swarms<\/title>/);
  assert.equal(((await (await reads(link, "/api/incidents")).json()) as unknown[]).length, 1);
  child.kill("SIGINT");
  assert.equal(await new Promise((resolve) => child.once("exit", resolve)), 0);
});

test("the one of a running layer can read and ask, with its permissions, and ends when whoever started it is gone", async (t) => {
  const { state } = await layerIn(t);
  const argv1 = process.argv[1];
  process.argv[1] = MAIN;
  t.after(() => (process.argv[1] = argv1 ?? ""));
  const logged: string[] = [];
  const page = startDashboard(statePaths(state), (says) => logged.push(says));
  t.after(() => page.stop());
  const link = await page.link;
  assert.ok(link !== undefined, logged.join("\n"));
  assert.match(await (await reads(link, "/main.ts")).text(), /follow\(store\)/);
  const explained = (await (await reads(link, "/api/explain/c-0017")).json()) as { id: string };
  assert.equal(explained.id, "c-0017");
  page.stop();
  await page.ended;
  await assert.rejects(fetch(link));
});
