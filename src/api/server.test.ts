import assert from "node:assert/strict";
import { chmodSync, existsSync, lstatSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { createServer, connect } from "node:net";
import { request } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test, type TestContext } from "node:test";
import { failed, ok } from "../core/errors.ts";
import type { StatusDocument } from "../core/status.ts";
import { ApiClient } from "./client.ts";
import { renderMetrics } from "./metrics.ts";
import type { LayerPort } from "./port.ts";
import { serveApi } from "./server.ts";
import { busyStatus, guardAsking } from "./status.fixture.ts";
import { MAX_SUBSCRIBERS } from "./status-stream.ts";

/** A layer that answers from a fixture and remembers what it was asked. */
class FixtureLayer implements LayerPort {
  readonly asked: string[] = [];
  readonly watchers = new Set<() => void>();
  document: StatusDocument = busyStatus;

  status(): StatusDocument {
    return this.document;
  }
  incidents(limit: number): StatusDocument["incidents"]["latest"] {
    this.asked.push(`incidents ${limit}`);
    return busyStatus.incidents.latest;
  }
  incident(id: string): StatusDocument["incidents"]["latest"][number] | undefined {
    return busyStatus.incidents.latest.find((incident) => incident.id === id);
  }
  async explain(id: string): ReturnType<LayerPort["explain"]> {
    if (id === "c-bug") throw new Error("a defect");
    if (id !== "c-0017") return failed("SW-NOT-FOUND", `nothing is called ${id}`);
    return ok({ id, subject: "change", title: "t", lines: [{ label: "what", text: "cpu.idle" }] });
  }
  async judge(id: string, status: "open" | "dismissed", by: string): ReturnType<LayerPort["judge"]> {
    this.asked.push(`${status} ${id} by ${by}`);
    return { request: "r", ok: id !== "i-none", code: "SW-NOT-FOUND", says: `${id} is ${status}` };
  }
  async undo(id: string, by: string): ReturnType<LayerPort["undo"]> {
    this.asked.push(`undo ${id} by ${by}`);
    const found = id === "c-0017";
    return { request: "r", ok: found, code: found ? "" : "SW-NOT-FOUND", says: found ? "undone" : `no change ${id}` };
  }
  async restore(by: string): ReturnType<LayerPort["restore"]> {
    this.asked.push(`restore by ${by}`);
    return { request: "r", ok: true, code: "", says: "2 changes reverted" };
  }
  async confirm(id: string, by: string): ReturnType<LayerPort["confirm"]> {
    this.asked.push(`confirm ${id} by ${by}`);
    return { request: "r", ok: id !== "i-none", code: "SW-NOT-FOUND", says: `${id} is confirmed` };
  }
  memories(): ReturnType<LayerPort["memories"]> {
    return [];
  }
  async forget(id: string): ReturnType<LayerPort["forget"]> {
    this.asked.push(`forget ${id}`);
    return { request: "r", ok: id !== "i-none", code: "SW-NOT-FOUND", says: `${id} is forgotten` };
  }
  trails(): ReturnType<LayerPort["trails"]> {
    return [];
  }
  async deleteTrail(id: string): ReturnType<LayerPort["deleteTrail"]> {
    this.asked.push(`delete trail ${id}`);
    return { request: "", ok: id !== "t-none", code: "SW-NOT-FOUND", says: `${id} is forgotten` };
  }
  profiles(): ReturnType<LayerPort["profiles"]> {
    return { profiles: [], turnedAway: 0, untold: 0, unplaced: 0, refused: 0 };
  }
  profile(id: string): ReturnType<LayerPort["profile"]> {
    const path = "/usr/sbin/nginx";
    const counts = { windows: 1, fill: 0, departures: 0, sinceMs: 0, changedMs: 0 };
    return id === "s-1-2-3" ? { id, path, stage: "checking", ...counts, bits: "" } : undefined;
  }
  async freezeProfile(id: string): ReturnType<LayerPort["freezeProfile"]> {
    this.asked.push(`freeze profile ${id}`);
    return { request: "", ok: id === "s-1-2-3", code: "SW-NOT-FOUND", says: "frozen" };
  }
  async resetProfile(id: string): ReturnType<LayerPort["resetProfile"]> {
    this.asked.push(`reset profile ${id}`);
    return { request: "", ok: id === "s-1-2-3", code: "SW-NOT-FOUND", says: "reset" };
  }
  subscribe(onChange: () => void): () => void {
    this.watchers.add(onChange);
    return () => this.watchers.delete(onChange);
  }
  change(): void {
    for (const watcher of this.watchers) watcher();
  }
}

function folderOf(t: TestContext): string {
  const folder = mkdtempSync(join(tmpdir(), "swarms-api-"));
  t.after(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

async function serve(t: TestContext, socket = join(folderOf(t), "api.sock")) {
  const layer = new FixtureLayer();
  const served = await serveApi(layer, socket);
  assert.ok(served.ok, served.ok ? "" : served.says);
  t.after(() => served.value.close());
  return { layer, socket, client: new ApiClient(socket), close: () => served.value.close() };
}

/** One exchange as any HTTP client would make it. */
function raw(
  socketPath: string,
  method: string,
  path: string,
  body?: string,
): Promise<{ status: number; text: string }> {
  return new Promise((resolve, reject) => {
    const asked = request({ socketPath, method, path }, (response) => {
      let text = "";
      response.setEncoding("utf8");
      response.on("data", (part: string) => (text += part));
      response.on("end", () => resolve({ status: response.statusCode ?? 0, text }));
    });
    asked.on("error", reject);
    asked.end(body);
  });
}

async function until(holds: () => boolean): Promise<void> {
  for (let i = 0; i < 500 && !holds(); i++) await new Promise((resolve) => setTimeout(resolve, 10));
  assert.ok(holds());
}

test("the client gets what the layer says", async (t) => {
  const { layer, client } = await serve(t);
  assert.deepEqual(await client.status(), ok(busyStatus));
  assert.deepEqual(await client.incidents(7), ok(busyStatus.incidents.latest));
  assert.deepEqual(await client.incident("i-7k2m9q"), ok(busyStatus.incidents.latest[0]));
  const explained = await client.explain("c-0017");
  assert.equal(explained.ok && explained.value.subject, "change");
  assert.deepEqual(await client.undo("c-0017", "ada"), ok({ ok: true, says: "undone" }));
  assert.deepEqual(await client.restore("ada"), ok({ ok: true, says: "2 changes reverted" }));
  assert.deepEqual(layer.asked, ["incidents 7", "undo c-0017 by ada", "restore by ada"]);
});

test("a failure comes back with its code, over HTTP as JSON with what to do", async (t) => {
  const { client, socket } = await serve(t);
  assert.deepEqual(await client.incident("i-none"), failed("SW-NOT-FOUND", "no incident i-none"));
  assert.deepEqual(await client.explain("c-9"), failed("SW-NOT-FOUND", "nothing is called c-9"));
  assert.deepEqual(await client.undo("c-9", "ada"), failed("SW-NOT-FOUND", "no change c-9"));
  assert.deepEqual(await client.explain("c-bug"), failed("SW-INTERNAL", "a defect"));
  const answer = await raw(socket, "GET", "/nothing");
  assert.equal(answer.status, 404);
  assert.deepEqual(Object.keys(JSON.parse(answer.text) as object), ["code", "says", "todo"]);
});

test("bodies and names are bounded", async (t) => {
  const { layer, socket } = await serve(t);
  const large = await raw(socket, "POST", "/restore", JSON.stringify({ by: "x".repeat(5000) }));
  assert.equal(large.status, 400);
  assert.match(large.text, /SW-USAGE/);
  assert.equal((await raw(socket, "POST", `/undo/${"a".repeat(65)}`)).status, 404);
  assert.equal((await raw(socket, "POST", "/undo/..%2fstatus")).status, 404);
  assert.equal((await raw(socket, "POST", "/restore", "not json")).status, 200);
  assert.equal((await raw(socket, "POST", "/restore", '{"by":"a\\u001b[2Jb"}')).status, 200);
  assert.deepEqual(layer.asked, ["restore by the API", "restore by a\\x1b[2Jb"]);
});

test("the socket is for its owner alone", async (t) => {
  const { socket } = await serve(t);
  assert.equal(lstatSync(socket).mode & 0o777, 0o600);
});

test("a dead socket is replaced, a living one and a file are not", async (t) => {
  const folder = folderOf(t);
  const socket = join(folder, "api.sock");
  const dead = createServer();
  await new Promise<void>((resolve) => dead.listen(join(folder, "dead"), resolve));
  const { renameSync } = await import("node:fs");
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

test("a layer that listens and keeps silent, or drips, is said to give no answer in time", async (t) => {
  const socket = join(folderOf(t), "api.sock");
  const server = createServer((connection) => {
    connection.on("error", () => undefined);
    connection.write("HTTP/1.1 200 OK\r\ncontent-type: application/json\r\n\r\n");
    const dripping = setInterval(() => connection.write(" "), 20);
    connection.on("close", () => clearInterval(dripping));
  });
  await new Promise<void>((resolve) => void server.listen(socket, resolve));
  t.after(() => server.close());
  assert.deepEqual(
    await new ApiClient(socket, 150).status(),
    failed("SW-NO-ANSWER", `${socket}: no whole answer within 0.15 s`),
  );
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

test("text that the layer sends cannot steer a terminal", async (t) => {
  const { layer, client } = await serve(t);
  layer.document = {
    ...busyStatus,
    version: "1\u001b[2J\u009b2J\u202e",
    missing: ["a\nb"],
    scope: ["täg → ok"],
    host: JSON.parse('{"\\u001b[1m":1}') as object,
  };
  const status = await client.status();
  assert.ok(status.ok);
  assert.equal(status.value.version, "1?[2J?2J?");
  assert.deepEqual(status.value.missing, ["a?b"]);
  assert.deepEqual(status.value.scope, ["täg → ok"]);
  assert.deepEqual(Object.keys(status.value.host), ["?[1m"]);
});

test("a viewer sees the state at once, then changes, many of them as one", async (t) => {
  const { layer, client } = await serve(t);
  const seen: number[] = [];
  const stop = new AbortController();
  const watching = client.watch((status) => seen.push(status.atMs), stop.signal);
  await until(() => seen.length === 1);
  for (let i = 1; i <= 50; i++) {
    layer.document = { ...busyStatus, atMs: i };
    layer.change();
  }
  await until(() => seen.at(-1) === 50);
  assert.ok(seen.length <= 3, `${seen.length} frames`);
  stop.abort();
  assert.equal((await watching).ok, false);
  await until(() => layer.watchers.size === 0);
});

test("viewers are counted, and one too many is told so", async (t) => {
  const { layer, socket, client } = await serve(t);
  const stop = new AbortController();
  let frames = 0;
  const watching = Array.from({ length: MAX_SUBSCRIBERS }, () =>
    new ApiClient(socket).watch(() => frames++, stop.signal),
  );
  await until(() => frames === MAX_SUBSCRIBERS);
  assert.equal(layer.watchers.size, 1);
  const extra = await client.watch(() => {}, stop.signal);
  assert.equal(!extra.ok && extra.code, "SW-API-BUSY");
  stop.abort();
  await Promise.all(watching);
  await until(() => layer.watchers.size === 0);
});

test("a viewer that does not read loses frames and holds nothing up", async (t) => {
  const { layer, socket, client } = await serve(t);
  layer.document = { ...busyStatus, missing: ["x".repeat(1_000_000)] };
  const stuck = connect(socket);
  t.after(() => stuck.destroy());
  stuck.write("GET /stream HTTP/1.1\r\nHost: x\r\n\r\n");
  stuck.pause();
  await until(() => layer.watchers.size === 1);
  for (let i = 0; i < 5; i++) {
    layer.change();
    assert.equal((await client.status()).ok, true);
  }
  stuck.destroy();
  await until(() => layer.watchers.size === 0);
});

test("what the guard counted and raised is in the metrics, where there is a guard", () => {
  const text = renderMetrics({ ...busyStatus, guard: guardAsking });
  for (const line of [
    'swarms_guard_decisions_total{outcome="applied"} 3',
    'swarms_guard_refusals_total{code="SW-GUARD-BUDGET"} 7',
    'swarms_guard_alarms{alarm="budget"} 7',
    "swarms_guard_waiting 1",
  ])
    assert.ok(text.split("\n").includes(line), line);
  assert.doesNotMatch(renderMetrics(busyStatus), /swarms_guard/);
});

test("the metrics are Prometheus text in base units", async (t) => {
  const { socket } = await serve(t);
  const { text } = await raw(socket, "GET", "/metrics");
  const lines = text.split("\n");
  for (const line of [
    'swarms_events_total{kind="exec"} 141200',
    'swarms_events_lost_total{where="ring"} 12',
    'swarms_events_lost_by_kind_total{kind="open.write"} 10',
    'swarms_events_merged_total{kind="open.write"} 51000',
    'swarms_events_watched{kind="bind"} 1',
    "swarms_ring_fill_ratio 0.04",
    'swarms_sensor_memory_bytes{sensor="runq"} 2101248',
    'swarms_sensor_cpu_cores{sensor="events"} 0.0021',
    'swarms_sensor_program_missed_total{sensor="runq",program="on_switch"} 3',
    'swarms_sensor_program_runs_per_second{sensor="runq",program="on_switch"} 61300',
    'swarms_workloads{kind="batch"} 2',
    'swarms_intentions{kind="freeze",outcome="observed",code=""} 3',
    'swarms_leases{kind="cpu.idle"} 1',
    "swarms_incidents_open 1",
    "swarms_host_pressure_cpu_some_ratio 0.423",
    "# TYPE swarms_events_total counter",
  ]) {
    assert.ok(lines.includes(line), line);
  }
  assert.match(
    text,
    /^swarms_workload_runq_delay_p99_seconds\{workload="\/shop\.slice\/redis\.service",kind="latency"\} 0\.0038/m,
  );
  for (const line of lines)
    assert.match(line, /^($|# (HELP|TYPE) |[a-z_0-9]+(\{([a-z_]+="[^"\\]*",?)*\})? [-0-9.e+]+$)/);
  const names = lines.flatMap((line) => (line.startsWith("# TYPE") ? [line.split(" ")[2]] : []));
  assert.equal(new Set(names).size, names.length);
});
