import assert from "node:assert/strict";
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test, type TestContext } from "node:test";
import { setTimeout as pause } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { statePaths } from "../core/state-paths.ts";

const MAIN = fileURLToPath(new URL("./main.ts", import.meta.url));
/** Of a start on a host that is busy, and of an end; both take a second or two alone. */
const LIMIT_MS = 60_000;

async function within<T>(what: string, get: () => T | undefined): Promise<T> {
  const until = performance.now() + LIMIT_MS;
  for (;;) {
    const got = get();
    if (got !== undefined) return got;
    assert.ok(performance.now() < until, what);
    await pause(100);
  }
}

/** `swarms run` and how it is started; its warden's pid, as the layer itself has noted it. */
async function layer(
  t: TestContext,
  start: (command: string) => ChildProcess,
): Promise<{ pid: number; log: string; child: ChildProcess }> {
  const folder = mkdtempSync(join(tmpdir(), "swarms-terminal-"));
  const paths = statePaths(join(folder, "state"));
  const child = start(
    `exec ${process.execPath} --disable-warning=ExperimentalWarning ${MAIN} run --no-dashboard --state ${paths.dir}`,
  );
  const read = (): { warden: number } | undefined => {
    try {
      return JSON.parse(readFileSync(paths.note, "utf8")) as { warden: number };
    } catch {
      return undefined;
    }
  };
  let pid = 0;
  t.after(() => {
    if (pid !== 0 && existsSync(`/proc/${pid}`)) process.kill(pid, "SIGKILL");
    child.kill("SIGKILL");
    rmSync(folder, { recursive: true, force: true, maxRetries: 10 });
  });
  pid = (await within("no layer came up", read)).warden;
  return { pid, log: paths.log, child };
}

const gone = (pid: number): true | undefined => (existsSync(`/proc/${pid}`) ? undefined : true);

test("a terminal that closes ends the layer that was started in it, and nothing of it stays", async (t) => {
  if (!existsSync("/usr/bin/script")) return t.skip("needs script(1), which gives a program a terminal");
  const { pid, log, child } = await layer(t, (command) =>
    spawn("script", ["--quiet", "--return", "--command", command, "/dev/null"], {
      stdio: ["pipe", "pipe", "ignore"],
      env: { ...process.env, TERM: "xterm" },
    }),
  );
  // The view has drawn, so there is one that fails with the terminal.
  await once(child.stdout ?? child, "data");
  await pause(1000);
  child.kill("SIGKILL");
  await within("the layer outlived its terminal", () => gone(pid));
  assert.doesNotMatch(readFileSync(log, "utf8"), /SW-INTERNAL/);
});

test("a reader that goes away ends nothing: the layer goes on, and ends when it is asked to", async (t) => {
  const { pid, child } = await layer(t, (command) => {
    const shell = spawn("sh", ["-c", command], { stdio: ["ignore", "pipe", "ignore"] });
    // Before the first picture, which then is written to nobody.
    shell.stdout.destroy();
    return shell;
  });
  await pause(4000);
  assert.equal(child.exitCode, null);
  process.kill(pid, "SIGTERM");
  const [code] = (await once(child, "exit")) as [number];
  assert.equal(code, 0);
});
