import assert from "node:assert/strict";
import { type ChildProcess, spawn } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import type { Duplex } from "node:stream";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test, type TestContext } from "node:test";
import { ApiClient } from "../api/client.ts";
import { defaultConfig } from "../core/config.ts";
import type { SeenProcess } from "../core/event.ts";
import type { GuardInfo } from "../core/guard-info.ts";
import type { LeaseInfo } from "../core/action.ts";
import type { OutputStatus } from "../core/output-record.ts";
import { encodeMessage } from "../core/wire/codec.ts";
import { encodeList } from "../core/wire/list-frames.ts";
import type { Hello } from "../core/wire/messages.ts";

const MAIN = join(import.meta.dirname, "main.ts");
/** A hive is up within a second on an idle host. */
const PATIENCE_MS = 20_000;

const SEEN: readonly SeenProcess[] = Array.from({ length: 300 }, (_, at) => ({
  process: { pid: 1000 + at, startTicks: 10 + at },
  parent: { pid: 1, startTicks: 1 },
  comm: `app-${at}`,
  uid: 0,
  path: "/usr/bin/app",
  exe: { dev: 1, ino: 2 },
  cgroup: "/app.slice",
}));

const LEASE: LeaseInfo = {
  action: "c-1",
  kind: "cpu.idle",
  cgroup: "/batch.slice",
  from: "0",
  to: "1",
  sinceMs: 1,
  untilMs: 2e15,
  agent: "reflex",
  reason: "the service waits",
};

const GUARD: GuardInfo = {
  sinceMs: 1,
  outcomes: { applied: 7, renewed: 0, observed: 0, advised: 0, refused: 0 },
  codes: {},
  alarms: [],
  waiting: [],
};

const OUTPUT: OutputStatus = {
  name: "siem",
  to: "/var/log/siem.jsonl",
  delivered: 0,
  waiting: 3,
  waitingBytes: 900,
  dropped: 0,
  dead: 0,
  retries: 0,
};

interface Hive {
  readonly child: ChildProcess;
  readonly channel: Duplex;
  readonly client: ApiClient;
  readonly hello: Hello;
}

/** The real hive, whose warden is this test. */
function startHive(t: TestContext): Hive {
  const folder = mkdtempSync(join(tmpdir(), "swarms-hive-"));
  const child = spawn(process.execPath, [MAIN], { stdio: ["ignore", "ignore", "inherit", "pipe", "pipe"] });
  t.after(() => {
    child.kill("SIGKILL");
    rmSync(folder, { recursive: true, force: true, maxRetries: 10 });
  });
  const channel = child.stdio[3] as Duplex;
  channel.on("error", () => undefined);
  channel.resume();
  const hello: Hello = {
    version: "test",
    config: defaultConfig,
    folder,
    events: "ebpf",
    missing: [],
    bootWallMs: 0,
    wardenPid: process.pid,
  };
  return { child, channel, client: new ApiClient(join(folder, "api.sock")), hello };
}

test("what the warden tells with its greeting, in one breath, is heard", { timeout: PATIENCE_MS }, async (t) => {
  const { channel, client, hello } = startHive(t);
  const frames = [
    encodeMessage("hello", hello),
    ...encodeList("seen", SEEN),
    encodeMessage("leases", [LEASE]),
    encodeMessage("guard", GUARD),
    encodeMessage("outputs", [OUTPUT]),
  ];
  channel.write(Buffer.concat(frames));
  let status = await client.status();
  while (!status.ok) {
    await new Promise((resolve) => setTimeout(resolve, 50));
    status = await client.status();
  }
  const processes = await client.processes(0);
  assert.equal(processes.ok && processes.value.rows.length, SEEN.length);
  assert.deepEqual(
    status.value.leases.map(({ action }) => action),
    ["c-1"],
  );
  assert.equal(status.value.guard?.outcomes.applied, 7);
  assert.equal(status.value.outputs?.length, 1);
});

test("a word to stop that comes while it starts is followed", { timeout: PATIENCE_MS }, async (t) => {
  const { child, channel, hello } = startHive(t);
  const ended = new Promise((resolve) => child.once("exit", resolve));
  channel.write(Buffer.concat([encodeMessage("hello", hello), encodeMessage("stop", {})]));
  assert.equal(await ended, 0);
});
