import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { chmodSync, closeSync, mkdtempSync, rmSync, writeSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test, type TestContext } from "node:test";
import { FakeClock } from "../core/clock.ts";
import type { HiveMessage } from "../core/wire/from-hive.ts";
import type { HiveProcess } from "./hive-channel.ts";
import { type HiveDoor, openHiveDoor } from "./hive-door.ts";

const UID = 61_150;
const OTHER = 61_151;

async function doorIn(t: TestContext): Promise<{ door: HiveDoor; folder: string; clock: FakeClock }> {
  const folder = mkdtempSync(join(tmpdir(), "swarms-door-"));
  chmodSync(folder, 0o755);
  const clock = new FakeClock();
  const opened = await openHiveDoor({ folder, uid: UID, clock, procRoot: "/proc" });
  assert.ok(opened.ok, opened.ok ? "" : opened.says);
  t.after(() => {
    opened.value.close();
    rmSync(folder, { recursive: true, force: true, maxRetries: 10 });
  });
  return { door: opened.value, folder, clock };
}

/** Somebody with this user id who knocks, says "alive" and prints what it is told; ends with 3 where it is turned away. */
function knock(t: TestContext, folder: string, uid: number, more = "") {
  const code = `
    const { connect } = require("node:net");
    process.setgid(${uid}); process.setuid(${uid});
    const socket = connect("${folder}/channel.sock");
    const frame = (type, text) => {
      const body = Buffer.from(text), head = Buffer.alloc(5);
      head.writeUInt32LE(body.length + 1, 0); head[4] = type;
      return Buffer.concat([head, body]);
    };
    socket.on("error", () => {});
    socket.on("close", () => process.exit(3));
    socket.on("data", (data) => console.log(data.toString()));
    socket.write(frame(65, '{"seq":7}'));
    setTimeout(() => process.exit(9), 20000);
    ${more}`;
  const child = spawn(process.execPath, ["-e", code], { stdio: ["ignore", "pipe", "inherit"] });
  t.after(() => child.kill("SIGKILL"));
  return child;
}

interface Heard {
  readonly hive: Promise<HiveProcess>;
  readonly message: Promise<HiveMessage>;
  readonly end: Promise<string>;
}

function expect(door: HiveDoor): Heard {
  const [hive, message, end] = [
    Promise.withResolvers<HiveProcess>(),
    Promise.withResolvers<HiveMessage>(),
    Promise.withResolvers<string>(),
  ];
  door.next({ onMessage: message.resolve, onEnd: end.resolve, onLine: () => undefined }, hive.resolve);
  return { hive: hive.promise, message: message.promise, end: end.promise };
}

const unable = (): string | undefined => (process.getuid?.() === 0 ? undefined : "needs root");

test("who has the hive's user id comes in: messages both ways, events by a second connection, ended by its pid", async (t) => {
  const reason = unable();
  if (reason !== undefined) return t.skip(reason);
  const { door, folder } = await doorIn(t);
  const heard = expect(door);
  const events = `socket.once("data", () => connect("${folder}/events.sock").on("data", (data) => console.log("event " + data)));`;
  const child = knock(t, folder, UID, events);
  const hive = await heard.hive;
  assert.equal(hive.pid, child.pid);
  assert.deepEqual(await heard.message, { name: "alive", body: { seq: 7 } });
  const fd = Promise.withResolvers<number>();
  hive.withEvents(fd.resolve);
  hive.send(Buffer.from("hello"));
  assert.equal(String(await once(child.stdout, "data")), "hello\n");
  const writing = await fd.promise;
  t.after(() => closeSync(writing));
  writeSync(writing, "first");
  assert.equal(String(await once(child.stdout, "data")), "event first\n");
  hive.kill("was tried");
  assert.equal(await heard.end, "was tried");
  if (child.signalCode === null) await once(child, "exit");
  assert.equal(child.signalCode, "SIGKILL");
  assert.throws(() => writeSync(writing, "more"), { code: "EPIPE" });
});

test("root and strangers are turned away, and so is a second hive; after the end the next comes in", async (t) => {
  const reason = unable();
  if (reason !== undefined) return t.skip(reason);
  const { door, folder } = await doorIn(t);
  const turnedAway = async (uid: number): Promise<number> => Number((await once(knock(t, folder, uid), "exit"))[0]);
  assert.equal(await turnedAway(UID), 3, "nobody is expected");
  const heard = expect(door);
  assert.deepEqual([await turnedAway(0), await turnedAway(OTHER)], [3, 3]);
  const first = knock(t, folder, UID);
  await heard.hive;
  assert.equal(await turnedAway(UID), 3, "one at a time");
  first.kill("SIGKILL");
  assert.equal(await heard.end, "closed its channel");
  const again = expect(door);
  const next = knock(t, folder, UID);
  assert.equal((await again.hive).pid, next.pid);
});

test("a stranger's connection for events is not the hive's, and a hive that hangs is ended", async (t) => {
  const reason = unable();
  if (reason !== undefined) return t.skip(reason);
  const { door, folder, clock } = await doorIn(t);
  const heard = expect(door);
  const child = knock(t, folder, UID);
  const hive = await heard.hive;
  let given = 0;
  hive.withEvents((fd) => {
    given++;
    closeSync(fd);
  });
  const thief = `
    process.setuid(${UID});
    require("node:net").connect("${folder}/events.sock").on("data", () => process.exit(1)).on("close", () => process.exit(3));`;
  const stranger = spawn(process.execPath, ["-e", thief], { stdio: "ignore" });
  assert.equal((await once(stranger, "exit"))[0], 3);
  assert.equal(given, 0, "the same user, but another process");
  await heard.message;
  // It has just come: it may be silent for longer than later.
  clock.advance(5500);
  hive.check();
  assert.match(await heard.end, /^hung/);
  if (child.signalCode === null) await once(child, "exit");
  assert.equal(child.signalCode, "SIGKILL");
});
