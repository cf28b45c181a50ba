import assert from "node:assert/strict";
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test, type TestContext } from "node:test";
import { fileURLToPath } from "node:url";
import type { OutputStatus } from "../core/output-record.ts";
import { firstChild, readConfinement } from "../kernel/confinement.ts";
import { CLAIMS, type LookedAt } from "./claims.ts";

const DRIVER = fileURLToPath(new URL("./tell-driver.fixture.ts", import.meta.url));
const FLAGS = ["--disable-warning=ExperimentalWarning"];

/** A server that does as it is told: takes, refuses, or says nothing. */
class Server {
  mode: "take" | "refuse" | "hang" = "take";
  readonly taken: string[] = [];
  asked = 0;
  readonly http = createServer((request, response) => this.answer(request, response));

  private answer(request: IncomingMessage, response: ServerResponse): void {
    this.asked++;
    let body = "";
    request.setEncoding("utf8").on("data", (text: string) => (body += text));
    request.on("end", () => {
      if (this.mode === "hang") return;
      if (this.mode === "take")
        this.taken.push((JSON.parse(body) as { output_fields: { "swarms.id": string } }).output_fields["swarms.id"]);
      response.writeHead(this.mode === "take" ? 200 : 503).end();
    });
  }
}

interface Said {
  readonly pid: number;
  readonly status: readonly OutputStatus[];
}

class Desk {
  said: Said | undefined;
  readonly told = new Set<string>();
  readonly child: ChildProcess;

  constructor(state: string, config: unknown) {
    this.child = spawn(process.execPath, [...FLAGS, DRIVER, state, JSON.stringify(config)], {
      stdio: ["pipe", "pipe", "inherit"],
    });
    let rest = "";
    this.child.stdout?.setEncoding("utf8").on("data", (text: string) => {
      const lines = (rest + text).split("\n");
      rest = lines.pop() ?? "";
      for (const line of lines)
        if (line.startsWith("told ")) this.told.add(line.slice(5));
        else this.said = JSON.parse(line) as Said;
    });
  }

  async tell(...ids: readonly string[]): Promise<void> {
    for (const id of ids) this.child.stdin?.write(`${id}\n`);
    await until(() => ids.every((id) => this.told.has(id)), "the desk has written them down");
  }

  async end(signal: NodeJS.Signals): Promise<void> {
    if (this.child.exitCode !== null || this.child.signalCode !== null) return;
    this.child.kill(signal);
    await once(this.child, "exit");
  }
}

/** As `doctor --security` sees a sender and, in place of the warden, who runs these tests. */
function lookAt(sender: number): LookedAt {
  const files = { journal: undefined, key: undefined, control: undefined, config: undefined, hive: undefined };
  const others = { hive: undefined, sentinel: undefined, unprivilegedBpfDisabled: undefined, files };
  return { ...others, sender: readConfinement(sender), warden: readConfinement(process.pid) };
}

async function until(holds: () => boolean, what: string, withinMs = 30_000): Promise<void> {
  const end = performance.now() + withinMs;
  while (!holds()) {
    if (performance.now() > end) assert.fail(`not within ${withinMs / 1000} s: ${what}`);
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}

async function world(
  t: TestContext,
  change: object = {},
  plugins: Readonly<Record<string, string>> = {},
): Promise<{ server: Server; open(): Desk }> {
  const state = mkdtempSync(join(tmpdir(), "swarms-tell-"));
  for (const [name, text] of Object.entries(plugins)) {
    mkdirSync(join(state, "root", name), { recursive: true, mode: 0o755 });
    writeFileSync(join(state, "root", name, "output.js"), text, { mode: 0o644 });
  }
  const server = new Server();
  await once(server.http.listen(0, "127.0.0.1"), "listening");
  const url = `http://127.0.0.1:${(server.http.address() as AddressInfo).port}/`;
  const others = Object.keys(plugins).map((plugin) => ({ name: plugin, to: "plugin", plugin, url, timeoutSeconds: 5 }));
  const outputs = [{ name: "siem", to: "webhook", url, timeoutSeconds: 1, ...change }, ...others];
  const config = { outputs, plugins: Object.keys(plugins).map((name) => `/${name}`) };
  const desks: Desk[] = [];
  t.after(async () => {
    for (const desk of desks) await desk.end("SIGKILL");
    server.http.close();
    server.http.closeAllConnections();
    rmSync(state, { recursive: true, force: true, maxRetries: 10 });
  });
  const open = (): Desk => {
    const desk = new Desk(state, config);
    desks.push(desk);
    return desk;
  };
  return { server, open };
}

test("a server that refuses, hangs and comes back is told everything, in order, by a process without privileges", async (t) => {
  if (process.getuid?.() !== 0) return t.skip("needs root");
  const { server, open } = await world(t);
  const desk = open();
  await desk.tell("a");
  await until(() => server.taken.includes("a"), "the first is delivered");
  const seen = lookAt(firstChild(desk.said?.pid ?? 0, "/proc") ?? 0);
  for (const { says, holds } of CLAIMS.filter(({ about }) => about === "sender")) assert.equal(holds(seen), true, says);
  server.mode = "refuse";
  await desk.tell("b", "c");
  await until(() => (desk.said?.status[0]?.trouble ?? "") === "HTTP 503", "the refusal is told");
  server.mode = "hang";
  await until(() => /no answer/.test(desk.said?.status[0]?.trouble ?? ""), "the silence is told");
  server.mode = "take";
  await until(() => server.taken.includes("c"), "everything is delivered");
  assert.deepEqual(server.taken, ["a", "b", "c"]);
  await until(() => desk.said?.status[0]?.delivered === 3, "and counted");
  const { waiting, dropped, dead, retries, trouble } = desk.said?.status[0] ?? assert.fail("no status");
  assert.deepEqual([waiting, dropped, dead, trouble], [0, 0, 0, undefined]);
  assert.ok(retries >= 2);
});

test("kill -9 of the warden's side and of the sender, while the server is away: each is delivered at least once", async (t) => {
  if (process.getuid?.() !== 0) return t.skip("needs root");
  const { server, open } = await world(t);
  server.mode = "hang";
  const first = open();
  const ids = Array.from({ length: 40 }, (_, index) => `n${index}`);
  await first.tell(...ids.slice(0, 20));
  await until(() => server.asked > 0, "the first is under way");
  await first.end("SIGKILL");
  const second = open();
  await second.tell(...ids.slice(20));
  await until(() => (second.said?.pid ?? 0) > 0, "a sender runs");
  const sender = firstChild(second.said?.pid ?? 0, "/proc") ?? assert.fail("the sender has no process");
  process.kill(sender, "SIGKILL");
  await until(() => /the sender ended/.test(second.said?.status[0]?.trouble ?? ""), "its end is told");
  server.mode = "take";
  await until(() => new Set(server.taken).size === ids.length, "everything is delivered", 60_000);
  assert.deepEqual([...new Set(server.taken)], ids, "in order");
  assert.ok(server.taken.length <= ids.length + 2, "what was under way may come twice, nothing else");
});

test("a queue that is full drops what is new and counts it; what waited is delivered in order", async (t) => {
  if (process.getuid?.() !== 0) return t.skip("needs root");
  const { server, open } = await world(t, { queueMegabytes: 1 });
  server.mode = "refuse";
  const desk = open();
  const ids = Array.from({ length: 2000 }, (_, index) => `n${index}`);
  await desk.tell(...ids);
  await until(() => (desk.said?.status[0]?.dropped ?? 0) > 0, "some are dropped");
  const { dropped, waiting, waitingBytes } = desk.said?.status[0] ?? assert.fail("no status");
  assert.ok(waitingBytes <= 1_000_000);
  assert.equal(waiting + dropped, ids.length);
  server.mode = "take";
  await until(() => server.taken.length >= 100, "what waited is delivered", 60_000);
  assert.deepEqual(server.taken.slice(0, 100), ids.slice(0, 100));
});

/** Says, over the network that it has, what it could reach of the host. */
const CURIOUS = `import fs from "node:fs";
export default async function (record, { url, signal }) {
  const attempts = {
    passwd: () => fs.readFileSync("/etc/passwd"),
    state: () => fs.readdirSync("/var"),
    write: () => fs.writeFileSync("/tmp/x", "x"),
    child: () => process.getBuiltinModule("child_process").execSync("true"),
  };
  const could = Object.entries(attempts).flatMap(([name, attempt]) => { try { attempt(); return [name]; } catch { return []; } });
  record.output_fields["swarms.id"] = ["curious", record.output_fields["swarms.id"], process.getuid() === 0, ...could].join(" ");
  const response = await fetch(url, { method: "POST", signal, body: JSON.stringify(record) });
  if (!response.ok) throw new Error("HTTP " + response.status);
}`;

test("a plugin delivers from the sender's room, with nothing of the host but its network; one that hangs holds up no other", async (t) => {
  if (process.getuid?.() !== 0) return t.skip("needs root");
  const { server, open } = await world(t, {}, { curious: CURIOUS, stuck: "export default () => { for (;;); };" });
  const desk = open();
  const status = (name: string): OutputStatus =>
    desk.said?.status.find((each) => each.name === name) ?? assert.fail(`no status of ${name}`);
  const isTold = (id: string): boolean => server.taken.includes(id) && server.taken.includes(`curious ${id} false`);
  await desk.tell("a");
  await until(() => isTold("a"), "the plugin and the server are told while the other hangs");
  await until(() => status("stuck").retries > 0, "the one that hangs was ended", 60_000);
  await desk.tell("b");
  await until(() => isTold("b"), "both are told on");
  await until(() => status("stuck").waiting === 2, "what the one that hangs should deliver waits");
  assert.equal(status("stuck").delivered, 0);
  assert.match(status("stuck").trouble ?? "", /^the sender of plugin stuck ended|^there is no sender just now/);
});
