import assert from "node:assert/strict";
import { once } from "node:events";
import { type AddressInfo, createServer } from "node:net";
import { setTimeout as sleep } from "node:timers/promises";
import { test } from "node:test";
import { systemClock } from "../core/clock.ts";
import { configSchema } from "../core/config.ts";
import { proberJobs } from "../senses/objective-readings.ts";
import { ProberKeeper } from "./prober-keeper.ts";
import { proberCommand } from "./prober-room.ts";

const JOBS = proberJobs(
  configSchema.parse({
    workloads: [
      { name: "shop", cgroup: "/shop", kind: "latency", objective: { tcp: { address: "127.0.0.1:1", targetMs: 5 } } },
    ],
  }).workloads,
);

/** A stand-in that says what it is told to, once, in frames of type 2. */
function saying(...bodies: readonly string[]): { command: string; args: string[] } {
  const script = `
    const { writeSync } = require("node:fs");
    for (const body of ${JSON.stringify(bodies)}) {
      const frame = Buffer.alloc(5 + Buffer.byteLength(body));
      frame.writeUInt32LE(frame.length - 4);
      frame[4] = 2;
      frame.write(body, 5);
      writeSync(3, frame);
    }
    setInterval(() => undefined, 1000);`;
  return { command: process.execPath, args: ["-e", script] };
}

async function until(holds: () => boolean): Promise<boolean> {
  for (let tries = 0; tries < 400 && !holds(); tries++) await sleep(25);
  return holds();
}

test("numbers become readings; what is asked for no more is forgotten", async () => {
  const good = '{"workload":"shop","value":10,"samples":100,"p50Ms":2,"p99Ms":10,"failures":0.01}';
  const other = '{"workload":"other","value":1,"samples":1,"failures":0}';
  const keeper = new ProberKeeper({ clock: systemClock, log: () => undefined, command: () => saying(other, good) });
  try {
    keeper.measure(JOBS);
    assert.ok(await until(() => keeper.readingsOf("shop").length > 0));
    assert.deepEqual(Object.fromEntries(keeper.readingsOf("shop")), {
      "objective.target": 5,
      "objective.value": 10,
      "objective.excess": 2,
      "objective.samples": 100,
      "probe.p50": 2e6,
      "probe.p99": 10e6,
      "probe.failures": 0.01,
    });
    assert.deepEqual(keeper.readingsOf("other"), []);
    keeper.measure([]);
    assert.deepEqual([keeper.pid, keeper.readingsOf("shop")], [0, []]);
  } finally {
    keeper.stop();
  }
});

const NONSENSE = {
  "no number": '{"workload":"shop","value":"10","samples":1,"failures":0}',
  "a field that nobody asked for": '{"workload":"shop","samples":1,"failures":0,"propose":"kill.cgroup"}',
  "more than all failed": '{"workload":"shop","samples":1,"failures":2}',
  "no JSON": "{",
};

for (const [what, body] of Object.entries(NONSENSE))
  test(`a prober that says ${what} is ended, and nothing of it is believed`, async () => {
    const log: string[] = [];
    const keeper = new ProberKeeper({
      clock: systemClock,
      log: (says) => log.push(says),
      command: () => saying(body),
    });
    try {
      keeper.measure(JOBS);
      assert.ok(await until(() => log.some((says) => says.includes("another starts in 1 s"))), log.join("\n"));
      assert.match(log[0] ?? "", /^SW-WIRE: the prober said what it may not/);
      assert.deepEqual(keeper.readingsOf("shop"), []);
    } finally {
      keeper.stop();
    }
  });

test("none is started where there is nothing to measure, or no room for it", () => {
  const keeper = new ProberKeeper({ clock: systemClock, log: () => undefined, command: () => undefined });
  keeper.measure([]);
  keeper.measure(JOBS);
  assert.equal(keeper.pid, 0);
  keeper.stop();
});

test("the real one measures from its room", async (t) => {
  if (process.getuid?.() !== 0) return t.skip("needs root");
  const room = proberCommand(0);
  if (!room.ok) return t.skip(room.says);
  const server = createServer((socket) =>
    socket.on("data", () => socket.end("+PONG\r\n")).on("error", () => undefined),
  );
  await once(server.listen(0, "127.0.0.1"), "listening");
  const { port } = server.address() as AddressInfo;
  const tcp = { address: `127.0.0.1:${port}`, send: "PING\r\n", targetMs: 1000, perSecond: 50 };
  const { workloads } = configSchema.parse({
    workloads: [{ name: "shop", cgroup: "/shop", kind: "latency", objective: { tcp } }],
  });
  const log: string[] = [];
  const keeper = new ProberKeeper({ clock: systemClock, log: (says) => log.push(says), command: () => room.value });
  try {
    keeper.measure(proberJobs(workloads));
    const known = (): number => new Map(keeper.readingsOf("shop")).get("objective.value") ?? 0;
    assert.ok(await until(() => known() > 0), log.join("\n"));
    assert.equal(new Map(keeper.readingsOf("shop")).get("probe.failures"), 0);
  } finally {
    keeper.stop();
    server.close();
  }
});
