import assert from "node:assert/strict";
import { once } from "node:events";
import { mkdtempSync, rmSync } from "node:fs";
import { connect, createServer, type Socket } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { mock, test, type TestContext } from "node:test";
import { FakeClock } from "../core/clock.ts";
import type { HiveEvents, HiveProcess } from "./hive-channel.ts";
import { HiveKeeper } from "./hive-keeper.ts";

interface Started {
  readonly events: HiveEvents;
  readonly hive: HiveProcess & { readonly killed: string[] };
}

async function socketPair(path: string): Promise<[Socket, Socket]> {
  const server = createServer().listen(path);
  await once(server, "listening");
  const far = connect(path);
  const [near] = (await once(server, "connection")) as [Socket];
  server.close();
  return [near, far];
}

function setUp(t: TestContext, fault: () => string | undefined, check = (): void => undefined) {
  mock.timers.enable({ apis: ["setInterval", "setTimeout"] });
  t.after(() => mock.timers.reset());
  const clock = new FakeClock();
  const started: Started[] = [];
  const lost: string[] = [];
  let cancelled = 0;
  const keeper = new HiveKeeper({
    clock,
    start: (events, onHive) => {
      const killed: string[] = [];
      const kill = (why = "was ended"): void => {
        killed.push(why);
        events.onEnd(why);
      };
      const hive = { pid: 1, killed, send: () => {}, withEvents: () => {}, check, kill };
      started.push({ events, hive });
      onHive(hive);
      return () => void cancelled++;
    },
    onStart: () => undefined,
    onMessage: () => undefined,
    fault,
    onLost: (why, againMs) => lost.push(`${why}, ${againMs}`),
    onLine: () => undefined,
  });
  const pass = (ms: number): void => {
    for (let left = ms; left > 0; left -= 250) {
      clock.advance(250);
      mock.timers.tick(250);
    }
  };
  return { keeper, started, lost, pass, cancelled: () => cancelled };
}

test("a hive beyond its bounds is ended within a second, and the next comes after a pause that grows", (t) => {
  let fault: string | undefined;
  const { started, lost, pass } = setUp(t, () => fault);
  pass(3000);
  assert.equal(started.length, 1);
  fault = "used 900 MB of memory";
  pass(1250);
  assert.deepEqual(started[0]?.hive.killed, ["used 900 MB of memory"]);
  assert.deepEqual(lost, ["used 900 MB of memory, 1000"]);
  fault = undefined;
  pass(1000);
  assert.equal(started.length, 2);
  started[1]?.events.onEnd("ended by itself");
  assert.equal(lost[1], "ended by itself, 2000");
});

test("what a hive has said is read before its silence is judged, however late the keeper comes", async (t) => {
  const folder = mkdtempSync(join(tmpdir(), "swarms-keeper-"));
  const order: string[] = [];
  const [near, far] = await socketPair(join(folder, "channel.sock"));
  t.after(() => {
    near.destroy();
    far.destroy();
    rmSync(folder, { recursive: true, force: true, maxRetries: 10 });
  });
  near.on("data", () => order.push("heard"));
  // Timers of the keeper's come where the loop's do, after sockets were read and before they are again.
  await new Promise((resolve) => setTimeout(resolve, 1));
  const judged = Promise.withResolvers<void>();
  const { pass } = setUp(
    t,
    () => undefined,
    () => {
      order.push("judged");
      judged.resolve();
    },
  );
  // In the kernel when this returns, and in nobody's ear while timers run.
  far.write("alive");
  pass(500);
  await judged.promise;
  assert.deepEqual(order.slice(0, 2), ["heard", "judged"]);
});

test("while no hive has come, nobody is faulted; a stop waits for none any longer", async (t) => {
  mock.timers.enable({ apis: ["setInterval", "setTimeout"] });
  t.after(() => mock.timers.reset());
  let [asked, cancelled] = [0, 0];
  const keeper = new HiveKeeper({
    clock: new FakeClock(),
    start: () => () => void cancelled++,
    onStart: () => assert.fail("none came"),
    onMessage: () => undefined,
    fault: () => void asked++ as undefined,
    onLost: () => assert.fail("none was there"),
    onLine: () => undefined,
  });
  mock.timers.tick(10_000);
  await keeper.stop(new Uint8Array());
  assert.deepEqual([asked, cancelled], [0, 1]);
});
