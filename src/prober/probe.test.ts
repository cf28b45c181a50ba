import assert from "node:assert/strict";
import { once } from "node:events";
import { createServer as createHttp } from "node:http";
import { type AddressInfo, createServer as createTcp } from "node:net";
import { test } from "node:test";
import { seededRandom } from "../core/random.ts";
import type { ProberJob, ProberNumbers } from "../core/wire/prober.ts";
import { openLoop, type ProbeClock } from "./open-loop.ts";
import { startProbe } from "./probe.ts";
import { AnswerWindow } from "./window.ts";

/** Timers that go off when a test says what time it is. */
class Hand implements ProbeClock {
  private now = 0;
  private timers: { atMs: number; call(): void }[] = [];

  nowMs(): number {
    return this.now;
  }

  after(ms: number, call: () => void): () => void {
    const timer = { atMs: this.now + ms, call };
    this.timers.push(timer);
    return () => (this.timers = this.timers.filter((other) => other !== timer));
  }

  /** `lateMs`: this process gets no CPU for so long. */
  run(forMs: number, lateMs = 0): void {
    const end = this.now + forMs;
    for (;;) {
      const next = this.timers.toSorted((a, b) => a.atMs - b.atMs)[0];
      if (next === undefined || next.atMs > end) break;
      this.timers = this.timers.filter((other) => other !== next);
      this.now = Math.max(this.now, next.atMs + lateMs);
      next.call();
    }
    this.now = Math.max(this.now, end);
  }
}

test("requests are due at the mean rate, as a Poisson process, however late the process itself is", () => {
  for (const lateMs of [0, 40]) {
    const clock = new Hand();
    const due: number[] = [];
    openLoop(50, { clock, random: seededRandom(1) }, (dueMs) => due.push(dueMs));
    clock.run(60_000, lateMs);
    assert.ok(Math.abs(due.length - 3000) < 200, `${due.length} in a minute`);
    const gaps = due.slice(1).map((each, index) => each - (due[index] ?? 0));
    const short = gaps.filter((gap) => gap < 20 * Math.LN2).length / gaps.length;
    assert.ok(Math.abs(short - 0.5) < 0.05, `${short} of the gaps below the median of an exponential one`);
  }
});

test("a pause of the host is not made up for by a burst", () => {
  const clock = new Hand();
  let sent = 0;
  openLoop(100, { clock, random: seededRandom(2) }, () => sent++);
  clock.run(1000);
  const before = sent;
  clock.run(60_000, 60_000);
  assert.ok(sent - before < 20, `${sent - before} at once`);
});

test("a service that stands still for a second shows it, although nothing was asked twice", () => {
  const window = new AnswerWindow({ perSecond: 50, quantile: 0.99 }, 5000);
  for (let dueMs = 0; dueMs < 1000; dueMs += 20) window.sent(dueMs)(dueMs + 2);
  assert.equal(window.read(1000).value, 2);
  const waiting = Array.from({ length: 50 }, (_, index) => window.sent(1000 + index * 20));
  // Seen while it lasts, by those that wait.
  assert.ok((window.read(2000).value ?? 0) >= 900);
  for (const ended of waiting) ended(2000);
  const after = window.read(2000);
  assert.ok((after.p99Ms ?? 0) >= 900 && (after.p50Ms ?? 0) >= 2, JSON.stringify(after));
});

test("lost answers count as the longest wait; where nothing answers at all there is no number", () => {
  const window = new AnswerWindow({ perSecond: 50, quantile: 0.9 }, 5000);
  for (let dueMs = 0; dueMs < 1000; dueMs += 20) window.sent(dueMs)(dueMs % 80 === 0 ? undefined : dueMs + 1);
  const { value, failures } = window.read(1000);
  assert.deepEqual([value, failures], [5000, 0.26]);
  const dead = new AnswerWindow({ perSecond: 50, quantile: 0.9 }, 5000);
  dead.sent(0)(undefined);
  assert.deepEqual(dead.read(10), { samples: 1, failures: 1 });
  assert.deepEqual(dead.read(60_000), { samples: 0, failures: 0 }, "what is old is forgotten");
});

/** The numbers that come within a second and a half of the real clock. */
async function numbersOf(job: ProberJob): Promise<ProberNumbers | undefined> {
  let latest: ProberNumbers | undefined;
  const clock: ProbeClock = {
    nowMs: () => performance.now(),
    after: (ms, call) => {
      const timer = setTimeout(call, ms);
      return () => clearTimeout(timer);
    },
  };
  const stop = startProbe(job, { clock, random: seededRandom(3), report: (numbers) => (latest = numbers) });
  await new Promise((resolve) => setTimeout(resolve, 1300));
  stop();
  return latest;
}

test("a web server's answers, its page of numbers, and a port that answers are measured", async () => {
  let served = 0;
  const web = createHttp((request, response) => {
    if (request.url === "/metrics") return void response.end(`served_total ${served}\n`);
    served++;
    setTimeout(() => response.end("hello"), 30);
  });
  const echo = createTcp((socket) => socket.on("data", () => socket.end("+PONG\r\n")).on("error", () => undefined));
  try {
    for (const server of [web, echo]) await once(server.listen(0, "127.0.0.1"), "listening");
    const at = (server: { address(): unknown }): string => `127.0.0.1:${(server.address() as AddressInfo).port}`;
    const quantile = 0.5;
    const [http, tcp, metric, nobody] = await Promise.all([
      numbersOf({
        workload: "a",
        kind: "http",
        spec: { url: `http://${at(web)}/`, perSecond: 40, targetMs: 1, quantile },
      }),
      numbersOf({
        workload: "b",
        kind: "tcp",
        spec: { address: at(echo), send: "PING\r\n", perSecond: 40, targetMs: 1, quantile },
      }),
      numbersOf({
        workload: "c",
        kind: "metric",
        spec: {
          url: `http://${at(web)}/metrics`,
          name: "served_total",
          labels: {},
          as: "rate",
          quantile,
          target: 1,
          direction: "above",
          everySeconds: 0.25,
        },
      }),
      numbersOf({ workload: "d", kind: "tcp", spec: { address: "127.0.0.1:1", perSecond: 40, targetMs: 1, quantile } }),
    ]);
    assert.ok((http?.value ?? 0) >= 30 && (http?.samples ?? 0) > 10, JSON.stringify(http));
    assert.ok((tcp?.value ?? 0) > 0 && tcp?.failures === 0, JSON.stringify(tcp));
    assert.ok((metric?.value ?? 0) > 5, JSON.stringify(metric));
    assert.deepEqual([nobody?.value, nobody?.failures], [undefined, 1]);
  } finally {
    web.close();
    web.closeAllConnections();
    echo.close();
  }
});
