import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { setTimeout as sleep } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { liveGroup } from "../guard/live.fixture.ts";

const DRIVER = fileURLToPath(new URL("./driver.fixture.ts", import.meta.url));
const FREEZE = { kind: "freeze", value: 1, reason: "i-1: does not belong", incident: "i-1" };

const ENDED = "Swarms action ended";

interface Told {
  readonly rule: string;
  readonly output_fields: Readonly<Record<string, string>>;
}

test("what the guard does is told by the warden itself, with who asked and why, and so is that it was taken back", async (t) => {
  const group = await liveGroup(t);
  if (group === undefined) return;
  const state = mkdtempSync(join(tmpdir(), "swarms-told-"));
  t.after(() => rmSync(state, { recursive: true, force: true, maxRetries: 10 }));
  const path = join(state, "out.json");
  const outputs = JSON.stringify([{ name: "log", to: "file", path }]);
  const args = [
    "--disable-warning=ExperimentalWarning",
    DRIVER,
    state,
    group.cgroup,
    JSON.stringify([FREEZE]),
    outputs,
  ];
  const warden = spawn(process.execPath, args, { stdio: ["ignore", "ignore", "inherit"] });
  t.after(() => warden.kill("SIGKILL"));
  const lines = (): Told[] =>
    !existsSync(path)
      ? []
      : readFileSync(path, "utf8")
          .split("\n")
          .filter((text) => text !== "")
          .map((text) => JSON.parse(text) as Told);
  const until = async (rule: string): Promise<Told> => {
    for (let tries = 0; tries < 1500; tries++) {
      const found = lines().find((each) => each.rule === rule);
      if (found !== undefined) return found;
      if (warden.exitCode !== null && rule !== ENDED) break;
      await sleep(20);
    }
    return assert.fail(`nothing was told of "${rule}"`);
  };
  const { output_fields: applied } = await until("Swarms action applied");
  assert.equal(applied["swarms.kind"], "freeze");
  assert.equal(applied["swarms.cgroup"], group.cgroup);
  assert.deepEqual([applied["swarms.agent"], applied["swarms.incident"]], ["test", "i-1"]);
  assert.equal(applied["swarms.reason"], FREEZE.reason);
  // Asked for again three times a second: renewals are no news.
  await sleep(1000);
  assert.equal(lines().length, 1);
  warden.kill("SIGTERM");
  await once(warden, "exit");
  const { output_fields: ended } = await until(ENDED);
  assert.deepEqual([ended["swarms.action"], ended["swarms.kind"]], [applied["swarms.action"], "freeze"]);
  assert.equal(ended["swarms.cause"], "shutdown");
});
