import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync, mkdirSync, mkdtempSync, rmSync } from "node:fs";
import { connect } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type TestContext, test } from "node:test";
import { setTimeout as sleep } from "node:timers/promises";
import { startApp } from "./app.ts";
import { startClient } from "./client.ts";
import type { WindowResult } from "./client-window.ts";
import { Crew, probeTools } from "./crew.ts";
import { LatencyHistogram } from "./latency-histogram.ts";
import { openLoopbackSite } from "./loopback-site.ts";
import { PAYLOAD_SOURCE, payloadArgs, payloadStartMs, payloadSteps } from "./payload.ts";
import { programArgv } from "./program.ts";
import { startService } from "./service.ts";
import { readWork } from "./work-counter.ts";

function place(t: TestContext): { folder: string; crew: Crew } {
  const folder = mkdtempSync(join(tmpdir(), "swarms-parts-"));
  const crew = new Crew(probeTools());
  t.after(async () => {
    await crew.endAll();
    rmSync(folder, { recursive: true });
  });
  return { folder, crew };
}

async function until(holds: () => boolean, withinMs = 10_000): Promise<void> {
  const deadline = performance.now() + withinMs;
  while (!holds()) {
    assert.ok(performance.now() < deadline, "did not happen in time");
    await sleep(20);
  }
}

const PLAN = { ratePerSecond: 400, seed: 3, connectionsPerSocket: 2, fill: [["RPUSH", "k", "3", "1", "2"]] };

test("every request of a window is sent at its time, answered and counted, on the lab's own server", async (t) => {
  const { folder, crew } = place(t);
  const service = await startService(crew, folder, { shards: 2 }, false);
  assert.ok(service.ok);
  const client = await startClient(crew, {
    ...PLAN,
    sockets: service.value.sockets,
    query: ["SORT", "k", "LIMIT", "0", "2"],
  });
  assert.ok(client.ok);
  for (const expected of [1, 2]) {
    assert.ok((await client.value.openWindow()).ok);
    await sleep(300);
    const window = await client.value.closeWindow();
    assert.ok(window.ok);
    const { sent, answered, errors, served, latency, lag, seconds }: WindowResult = window.value;
    assert.equal(window.value.window, expected);
    assert.equal(answered, sent);
    assert.equal(errors, 0);
    assert.ok(served >= answered);
    assert.ok(
      sent > 0.5 * PLAN.ratePerSecond * seconds && sent < 1.5 * PLAN.ratePerSecond * seconds,
      `${sent} in ${seconds} s`,
    );
    assert.equal(LatencyHistogram.from(latency).count, sent);
    assert.equal(LatencyHistogram.from(lag).count, sent);
  }
});

test("answers that are errors are counted as errors", async (t) => {
  const { folder, crew } = place(t);
  const service = await startService(crew, folder, { shards: 1 }, false);
  assert.ok(service.ok);
  const client = await startClient(crew, { ...PLAN, sockets: service.value.sockets, query: ["NONSENSE"] });
  assert.ok(client.ok);
  await client.value.openWindow();
  await sleep(150);
  const window = await client.value.closeWindow();
  assert.ok(window.ok && window.value.sent > 0);
  assert.equal(window.value.errors, window.value.sent);
});

test("a service that goes away is a failure of the window, in words", async (t) => {
  const { folder, crew } = place(t);
  const service = await startService(crew, folder, { shards: 1 }, false);
  assert.ok(service.ok);
  const ownCrew = new Crew(probeTools());
  t.after(() => ownCrew.endAll());
  const client = await startClient(ownCrew, { ...PLAN, sockets: service.value.sockets, query: ["PING"] });
  assert.ok(client.ok);
  await client.value.openWindow();
  const closed = client.value.closeWindow();
  await crew.endAll();
  const lost = (await closed).ok ? await client.value.openWindow() : await closed;
  assert.equal(lost.ok, false);
  assert.match(lost.ok ? "" : lost.says, /^the client/);
});

test("the lab's own server sorts, and ends a connection that does not speak its protocol", async (t) => {
  const { folder, crew } = place(t);
  const service = await startService(crew, folder, { shards: 1 }, false);
  assert.ok(service.ok);
  const ask = async (text: string): Promise<string> => {
    const socket = connect(service.value.sockets[0] ?? "");
    socket.end(text);
    let answer = "";
    for await (const chunk of socket as AsyncIterable<Buffer>) answer += chunk.toString();
    return answer;
  };
  assert.equal(await ask("*4\r\n$5\r\nRPUSH\r\n$1\r\na\r\n$2\r\n10\r\n$1\r\n9\r\n"), ":2\r\n");
  assert.equal(await ask("*5\r\n$4\r\nSORT\r\n$1\r\na\r\n$5\r\nLIMIT\r\n$1\r\n0\r\n$1\r\n1\r\n"), "*1\r\n$1\r\n9\r\n");
  assert.equal(await ask("GET / HTTP/1.1\r\n\r\n"), "-ERR protocol\r\n");
});

test("a hog counts its work, and ends when the lab that started it is gone", async (t) => {
  const { folder } = place(t);
  const counter = join(folder, "count");
  assert.equal(readWork(counter), 0);
  const shell = spawn("sh", ["-c", '"$@" & echo $!; wait', "sh", ...programArgv("hog", counter)], {
    stdio: ["ignore", "pipe", "inherit"],
  });
  const [line] = (await once(shell.stdout, "data")) as [Buffer];
  const hog = Number(line);
  t.after(() => existsSync(`/proc/${hog}`) && process.kill(hog, "SIGKILL"));
  await until(() => readWork(counter) > 0);
  const before = readWork(counter);
  await until(() => readWork(counter) > before);
  shell.kill("SIGKILL");
  await until(() => !existsSync(`/proc/${hog}`));
});

test("the app serves, then drops a payload that connects, counts and could be stopped at any step", async (t) => {
  if (!existsSync(PAYLOAD_SOURCE)) return t.skip(`needs ${PAYLOAD_SOURCE}`);
  const { folder, crew } = place(t);
  const seen = { download: 0, connect: 0 };
  const site = await openLoopbackSite({ download: () => seen.download++, connect: () => seen.connect++ });
  t.after(() => site.close());
  const app = await startApp(crew, []);
  assert.ok(app.ok);
  assert.ok((await app.value.serve(2, site.usualUrl)).ok);
  assert.deepEqual(seen, { download: 0, connect: 0 });
  const drop = join(folder, "drop");
  mkdirSync(drop);
  const files = { started: join(drop, "started"), steps: join(drop, "steps") };
  assert.equal(payloadStartMs(files), undefined);
  const beganMs = Date.now();
  app.value.drop({ url: site.payloadUrl, file: join(drop, "update"), args: payloadArgs(files, site.farPort) });
  await until(() => payloadSteps(files) >= 3);
  assert.deepEqual(seen, { download: 1, connect: 1 });
  const startMs = payloadStartMs(files) ?? 0;
  assert.ok(startMs >= beganMs && startMs <= Date.now());
  // Its far end gone, the payload has nothing left to do: it ends by itself.
  await site.close();
  const last = payloadSteps(files);
  await sleep(100);
  assert.ok(payloadSteps(files) <= last + 1);
});
