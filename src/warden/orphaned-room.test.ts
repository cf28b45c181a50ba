import assert from "node:assert/strict";
import { spawn, spawnSync } from "node:child_process";
import { randomUUID } from "node:crypto";
import { once } from "node:events";
import { readdirSync, readFileSync } from "node:fs";
import { test, type TestContext } from "node:test";
import { setTimeout as sleep } from "node:timers/promises";
import { HIVE_ROOM } from "./hive-room.ts";
import { NOBODY, unable } from "./room.fixture.ts";
import { relaunched, roomCommand } from "./room.ts";

/** What lives in the room hears of nothing, as a hive in the making does. */
const DEAF = "setInterval(() => {}, 1000)";

/** In the place of a warden: starts a room and says so. Argument: the mark. */
const DRIVER = `
  import { spawn } from "node:child_process";
  import { HIVE_ROOM } from ${JSON.stringify(import.meta.resolve("./hive-room.ts"))};
  import { relaunched, roomCommand } from ${JSON.stringify(import.meta.resolve("./room.ts"))};
  const made = roomCommand(HIVE_ROOM, { node: process.execPath, account: ${JSON.stringify(NOBODY)} });
  const { command, args } = relaunched(made.value, () => ({ args: ["-e", ${JSON.stringify(DEAF)}, process.argv[1]] }));
  spawn(command, args, { stdio: "ignore", detached: true });
  console.log("started");
  setInterval(() => {}, 1000);`;

/** Processes whose command line has the mark, by pid: all that are on the way into the room, for each is told what comes after it. */
function marked(mark: string): readonly { readonly pid: number; readonly line: string }[] {
  return readdirSync("/proc").flatMap((name) => {
    if (!/^\d+$/.test(name)) return [];
    try {
      const line = readFileSync(`/proc/${name}/cmdline`, "latin1");
      return line.includes(mark) ? [{ pid: Number(name), line }] : [];
    } catch {
      return [];
    }
  });
}

async function until(holds: () => boolean): Promise<boolean> {
  for (let tries = 0; tries < 300; tries++) {
    if (holds()) return true;
    await sleep(50);
  }
  return false;
}

/** The driver, once it has started a room. */
async function started(t: TestContext, mark: string) {
  const driver = spawn(process.execPath, ["--input-type=module", "-e", DRIVER, mark], {
    stdio: ["ignore", "pipe", "inherit"],
  });
  t.after(() => {
    driver.kill("SIGKILL");
    for (const { pid } of marked(mark)) process.kill(pid, "SIGKILL");
  });
  await once(driver.stdout, "data");
  return driver;
}

for (const [when, isThen] of [
  ["has just been begun", () => true],
  ["is lived in", (mark: string) => marked(mark).some(({ line }) => line.startsWith("/node\0"))],
] as const) {
  test(`a room that ${when} ends with the warden, though nobody in it listens`, async (t) => {
    const reason = unable();
    if (reason !== undefined) return t.skip(reason);
    const mark = `mark-${randomUUID()}`;
    const driver = await started(t, mark);
    assert.ok(await until(() => isThen(mark)), "it came to that");
    assert.ok(marked(mark).some(({ pid }) => pid !== driver.pid));
    driver.kill("SIGKILL");
    assert.ok(await until(() => marked(mark).length === 0), "nothing is left");
  });
}

test("a room whose warden ended before the kernel was asked to tell is not begun", (t) => {
  const reason = unable();
  if (reason !== undefined) return t.skip(reason);
  const made = roomCommand(HIVE_ROOM, { node: process.execPath, account: NOBODY });
  assert.ok(made.ok);
  const { command, args } = relaunched(made.value, () => ({ args: ["-e", "console.log('in')"] }));
  assert.equal(spawnSync(command, args, { encoding: "utf8", timeout: 30_000 }).stdout, "in\n");
  // As a child of somebody else would find it.
  const others = args.map((each) => (each === String(process.pid) ? "1" : each));
  const { status, stdout } = spawnSync(command, others, { encoding: "utf8", timeout: 30_000 });
  assert.deepEqual([status, stdout], [1, ""]);
});
