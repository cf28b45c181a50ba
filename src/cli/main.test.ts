import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { appendFileSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { test, type TestContext } from "node:test";
import { fileURLToPath } from "node:url";
import type { LayerPort } from "../api/port.ts";
import { serveApi } from "../api/server.ts";
import { busyStatus } from "../api/status.fixture.ts";
import { systemClock } from "../core/clock.ts";
import { failed, ok } from "../core/errors.ts";
import { openJournal } from "../guard/journal/journal.ts";
import type { IntentBody } from "../guard/journal/record.ts";
import { readProcessStat } from "../kernel/procfs.ts";
import { COMMANDS, commandsFor } from "./commands.ts";
import { version } from "./version.ts";

const MAIN = join(dirname(fileURLToPath(import.meta.url)), "main.ts");

interface Ended {
  readonly code: number;
  readonly out: string;
  readonly err: string;
}

/** Runs the command line as a shell would, its output piped. */
function swarms(args: readonly string[], env: Readonly<Record<string, string>> = {}): Promise<Ended> {
  return new Promise((resolve) => {
    const options = {
      env: { PATH: process.env["PATH"], LANG: "C.UTF-8", COLUMNS: "80", ...env },
      timeout: 30_000,
    };
    const flags = ["--disable-warning=ExperimentalWarning", MAIN];
    execFile(process.execPath, [...flags, ...args], options, (error, out, err) => {
      resolve({ code: typeof error?.code === "number" ? error.code : error === null ? 0 : -1, out, err });
    });
  });
}

function stateOf(t: TestContext): string {
  const dir = mkdtempSync(join(tmpdir(), "swarms-cli-"));
  t.after(() => rmSync(dir, { recursive: true, force: true }));
  mkdirSync(join(dir, "hive"));
  return dir;
}

const INTENT: IntentBody = {
  kind: "cpu.idle",
  cgroup: "/swarms-none",
  inode: 1,
  from: "0",
  to: "1",
  setting: "1",
  before: "0",
  baseline: "0",
  leaseMs: 10_000,
  agent: "reflex",
  reason: "redis waits",
  evidence: [],
  processes: 1,
};

const PROFILE = {
  id: "s-2049-1234-1700000000000",
  path: "/usr/sbin/nginx",
  stage: "checking",
  windows: 120_000,
  fill: 0.012,
  departures: 3,
  sinceMs: 1_700_000_000_000,
  changedMs: 0,
} as const;

const TRAIL = {
  id: "t-7k2m9q",
  shape: "2 CPUs; batch /jobs; latency redis /redis",
  load: 11,
  settings: [{ kind: "sched.slice", entity: "w:/jobs", value: 30_000 }],
  gain: 0.121,
  interval: [0.08, 0.16],
  pairs: 9,
  wins: 2,
  failures: 0,
  strength: 1.5,
  atMs: 0,
} as const;

/** A layer that answers under a state folder, with the change c-0002 in its journal; one that lies leaves it there. */
async function layerIn(t: TestContext, honest = true): Promise<{ state: string; asked: string[] }> {
  const state = stateOf(t);
  const journal = openJournal(join(state, "journal"), { clock: systemClock });
  assert.ok(journal.ok);
  t.after(() => journal.value.close());
  journal.value.append("intent", INTENT);
  const revert = (cause: "undo" | "restore"): void => {
    const body = { action: "c-0002", cause, written: true, raw: "0", says: "back", by: "", renewals: 0 };
    if (honest) journal.value.append("revert", body);
  };
  const asked: string[] = [];
  const [incident] = busyStatus.incidents.latest;
  const layer: LayerPort = {
    status: () => busyStatus,
    incidents: (limit) => busyStatus.incidents.latest.slice(0, limit),
    incident: (id) => (id === incident?.id ? incident : undefined),
    explain: async (id) =>
      id === "c-0017"
        ? ok({
            id,
            subject: "change",
            title: "cpu.idle 0 → 1",
            lines: [
              { label: "why", text: "redis waits" },
              { label: "undo", text: `swarms undo ${id}` },
            ],
          })
        : failed("SW-NOT-FOUND", `nothing is called ${id}`),
    judge: async (id, status, by) => {
      asked.push(`${status} ${id} by ${by}`);
      return { request: "", ok: true, code: "", says: `${id} is ${status}` };
    },
    undo: async (id, by) => {
      asked.push(`undo ${id} by ${by}`);
      if (id === "c-0002") revert("undo");
      return { request: "", ok: id === "c-0002", code: id === "c-0002" ? "" : "SW-NOT-FOUND", says: `about ${id}` };
    },
    trails: () => [TRAIL],
    profiles: () => ({ profiles: [PROFILE], turnedAway: 1, untold: 0, unplaced: 0, refused: 0 }),
    profile: (id) => (id === PROFILE.id ? { ...PROFILE, bits: "AAAA" } : undefined),
    freezeProfile: async (id) => {
      asked.push(`freeze profile ${id}`);
      return { request: "r", ok: true, code: "", says: `${id} is frozen` };
    },
    resetProfile: async (id) => {
      asked.push(`reset profile ${id}`);
      return { request: "r", ok: true, code: "", says: `${id} is learned anew` };
    },
    confirm: async (id) => ({ request: "r", ok: true, code: "", says: id }),
    memories: () => [],
    forget: async (id) => ({ request: "r", ok: true, code: "", says: id }),
    deleteTrail: async (id) => {
      asked.push(`delete trail ${id}`);
      return { request: "", ok: true, code: "", says: `${id} is forgotten` };
    },
    restore: async (by) => {
      asked.push(`restore by ${by}`);
      revert("restore");
      return { request: "", ok: true, code: "", says: "1 change reverted" };
    },
    subscribe: () => () => undefined,
  };
  const served = await serveApi(layer, join(state, "hive/api.sock"));
  assert.ok(served.ok);
  t.after(() => served.value.close());
  return { state, asked };
}

test("the help names every command, with examples", async () => {
  const { code, out } = await swarms(["--help"]);
  assert.equal(code, 0);
  for (const name of Object.keys(COMMANDS)) assert.match(out, new RegExp(`^  ${name}\\b`, "m"));
  assert.match(out, /Examples:\n  swarms run/);
});

test("only what was asked for is loaded", () => {
  assert.deepEqual(commandsFor(["--state", "run", "status"]), ["status"]);
  assert.deepEqual(commandsFor(["--state=x", "--json", "undo", "status"]), ["undo"]);
  assert.deepEqual(commandsFor(["--version"]), []);
  assert.equal(commandsFor(["help", "run"]).length, Object.keys(COMMANDS).length);
  assert.equal(commandsFor(["constructor"]).length, Object.keys(COMMANDS).length);
});

test("the version is the package's", async () => {
  assert.deepEqual(await swarms(["--version"]), { code: 0, out: `${version}\n`, err: "" });
});

test("what is not understood is said with what was meant, exit 64", async () => {
  const mistyped = await swarms(["stauts"]);
  assert.deepEqual([mistyped.code, mistyped.out], [64, ""]);
  assert.match(
    mistyped.err,
    /^SW-USAGE: .*\n  unknown command 'stauts' \(Did you mean status\?\)\n  → see `swarms --help`\n$/,
  );
  for (const args of [["status", "--jsno"], ["undo"], ["incidents", "--limit", "0"], []]) {
    assert.equal((await swarms(args)).code, 64, args.join(" "));
  }
});

test("where nothing runs, every question says so, exit 69", async (t) => {
  const state = stateOf(t);
  for (const args of [["status"], ["incidents"], ["explain", "c-1"], ["undo", "c-1"], ["top", "--once"]]) {
    const { code, out, err } = await swarms([...args, "--state", state]);
    assert.deepEqual([code, out], [69, ""], args.join(" "));
    assert.match(
      err,
      /^SW-NOT-RUNNING: no running layer answers\n.*api\.sock: there is no such socket\n  → start one with `swarms run`/,
    );
  }
  const { err } = await swarms(["status", "--json", "--state", state]);
  assert.deepEqual(Object.keys((JSON.parse(err) as { error: object }).error), ["code", "means", "says", "todo"]);
});

test("status is text without escape codes, or the document itself", async (t) => {
  const { state } = await layerIn(t);
  const text = await swarms(["status", "--state", state]);
  assert.equal(text.code, 0);
  assert.match(text.out, /── workloads ─+ 7 workloads ──/);
  assert.doesNotMatch(text.out, /\x1b/);
  for (const line of text.out.split("\n")) assert.ok(line.length <= 80, line);
  assert.deepEqual(JSON.parse((await swarms(["status", "--json", "--state", state])).out), busyStatus);
  const frame = await swarms(["top", "--once", "--state", state], { LINES: "24" });
  assert.equal(frame.out.split("\n").length, 25);
  assert.equal((await swarms(["top", "--state", state])).code, 64);
});

test("sequences lists, shows, freezes, resets and exports profiles, by path and by name", async (t) => {
  const { state, asked } = await layerIn(t);
  const run = (...args: readonly string[]): Promise<Ended> => swarms(["sequences", ...args, "--state", state]);
  const { out } = await run("list");
  assert.match(out, /checking +120,000 +1\.2 % +3 +\/usr\/sbin\/nginx/);
  assert.match(out, /1 executable found no place/);
  assert.match((await run("show", PROFILE.path)).out, /stage +checking/);
  assert.equal(JSON.parse((await run("export", PROFILE.id)).out).bits, "AAAA");
  await run("freeze", PROFILE.path);
  assert.match((await run("reset", PROFILE.id)).out, /learned anew/);
  assert.deepEqual(asked, [`freeze profile ${PROFILE.id}`, `reset profile ${PROFILE.id}`]);
  const wrong = await run("show", "/usr/sbin/nginy");
  assert.match(wrong.err, /SW-NOT-FOUND.*nginx/s);
});

test("trails lists what won, and forgets one", async (t) => {
  const { state, asked } = await layerIn(t);
  const run = (...args: readonly string[]): Promise<Ended> => swarms(["trails", ...args, "--state", state]);
  assert.equal(
    (await run()).out,
    [
      "t-7k2m9q  sched.slice 30000 µs on /jobs",
      "  +12.1 % (+8 % to +16 %) in 9 pairs; strength 1.50, 2 wins, 0 failures",
      "  where: 2 CPUs; batch /jobs; latency redis /redis; about 2048 wake-ups/s",
      "",
    ].join("\n"),
  );
  assert.deepEqual(JSON.parse((await run("--json")).out), [TRAIL]);
  assert.deepEqual(await run("--delete", "t-7k2m9q"), { code: 0, out: "t-7k2m9q is forgotten\n", err: "" });
  assert.deepEqual(asked, ["delete trail t-7k2m9q"]);
});

test("incidents, explain, undo and restore speak with the layer", async (t) => {
  const { state, asked } = await layerIn(t);
  const run = (...args: readonly string[]): Promise<Ended> => swarms([...args, "--state", state]);
  assert.match(
    (await run("incidents")).out,
    /^i-7k2m9q .* open {2}fresh-file, lineage, destination\n {2}shop-api started a shell/,
  );
  assert.deepEqual(JSON.parse((await run("incidents", "i-7k2m9q", "--json")).out), busyStatus.incidents.latest[0]);
  assert.equal(
    (await run("explain", "c-0017")).out,
    "cpu.idle 0 → 1\n  why   redis waits\n  undo  swarms undo c-0017\n",
  );
  assert.equal((await run("explain", "c-9")).code, 66);
  assert.deepEqual(await run("undo", "c-0002"), { code: 0, out: "about c-0002\n", err: "" });
  assert.equal((await run("undo", "c-9")).code, 66);
  assert.equal((await run("restore")).out, "1 change reverted\n");
  assert.deepEqual(
    asked.map((line) => line.replace(/ by .*/, "")),
    ["undo c-0002", "undo c-9", "restore"],
  );
});

test("root believes the journal, not what the layer says that it did", async (t) => {
  if (process.getuid?.() !== 0) return t.skip("needs root");
  const { state } = await layerIn(t, false);
  const stat = readProcessStat(process.pid);
  writeFileSync(join(state, "warden.json"), JSON.stringify({ warden: process.pid, startTicks: stat?.startTicks }));
  const way = `the warden is process ${process.pid}: \`kill -TERM ${process.pid}\` ends the layer`;
  const undone = await swarms(["undo", "c-0002", "--state", state]);
  assert.deepEqual([undone.code, undone.out], [74, ""]);
  assert.ok(undone.err.includes(`took c-0002 back, but the journal holds no revert of it; ${way}`), undone.err);
  const restored = await swarms(["restore", "--state", state]);
  assert.deepEqual([restored.code, restored.out], [74, ""]);
  assert.ok(restored.err.includes(`holds open c-0002 (cpu.idle of /swarms-none); ${way}`), restored.err);
});

test("a layer that keeps silent is not called absent, and restore says who can be ended", async (t) => {
  const state = stateOf(t);
  const silent = createServer();
  await new Promise<void>((resolve) => void silent.listen(join(state, "hive/api.sock"), resolve));
  t.after(() => silent.close());
  const journal = openJournal(join(state, "journal"), { clock: systemClock });
  assert.ok(journal.ok);
  t.after(() => journal.value.close());
  const status = await swarms(["status", "--state", state]);
  assert.equal(status.code, 69);
  assert.match(status.err, /^SW-NO-ANSWER: a layer is there, but it does not answer\n/);
  if (process.getuid?.() !== 0) return;
  const restored = await swarms(["restore", "--state", state]);
  assert.deepEqual([restored.code, restored.out], [69, ""]);
  assert.match(restored.err, /^SW-NO-ANSWER.*\n {2}nothing was put back .*; no living warden is known here\n/);
});

test("the journal verifies, shows itself, and a tampered one is located, exit 65", async (t) => {
  const state = stateOf(t);
  const folder = join(state, "journal");
  const journal = openJournal(folder, { clock: systemClock });
  assert.ok(journal.ok);
  journal.value.append("intent", INTENT);
  const result = { action: "c-0002", ok: true, raw: "1", code: "", says: "", putBack: false };
  journal.value.append("result", result);
  journal.value.append("note", { says: "a thing worth keeping" });
  journal.value.close();
  const verified = await swarms(["journal", "verify", "--state", state]);
  assert.equal(verified.code, 0);
  assert.match(verified.out, /^OK: 5 records in 1 segment, .* UTC, each continues the one before\n/);
  assert.match(verified.out, /signed up to record 4 \(1 signature by key [0-9a-f]{16}\)/);
  assert.match(
    (await swarms(["journal", "show", "--last", "2", "--state", state])).out,
    /^ +4 {2}.* note +a thing worth keeping\n +5 {2}.* signed +record 4/,
  );
  assert.match((await swarms(["journal", "show", "--state", state])).out, / result +c-0002 read back: 1\n/);
  const file = join(folder, "journal.jsonl");
  writeFileSync(file, readFileSync(file, "utf8").replace("worth keeping", "worth forging"));
  const forged = await swarms(["journal", "verify", "--state", state]);
  assert.equal(forged.code, 65);
  assert.match(forged.err, /SW-JOURNAL-DAMAGED.*\n.*line 4: record 4 was edited/);
  assert.equal((await swarms(["journal", "verify", "--state", join(state, "none")])).code, 66);
});

test("validate says what a configuration comes to, or all that is wrong with it, exit 78", async (t) => {
  const file = join(stateOf(t), "swarms.yaml");
  writeFileSync(file, "mode: enforce\ncolonies: {immune: {mode: advise}}\nscope: [/batch.slice]\n");
  const valid = await swarms(["validate", file]);
  assert.deepEqual([valid.code, valid.err], [0, ""]);
  assert.match(
    valid.out,
    /^OK .*\n {2}enforce {4}acts within its scope: cpu\.weight, cpu\.idle\n {2}advise {5}proposes, a person approves: freeze\n {2}observe {4}watches only: [^]*\n {2}scope {6}\/batch\.slice\n/,
  );
  appendFileSync(file, "mod: observe\nleases: {balanceSeconds: 0}\n");
  const invalid = await swarms(["validate", "--config", file]);
  assert.deepEqual([invalid.code, invalid.out], [78, ""]);
  assert.match(
    invalid.err,
    /swarms\.yaml:4:1: unknown key `mod`: did you mean `mode`\?\n {2}4 \| mod: observe\n {4}\| \^\^\^\n/,
  );
  assert.match(invalid.err, /swarms\.yaml:5:26: `leases\.balanceSeconds` must be at least 1/);
  assert.equal((await swarms(["validate", `${file}.none`])).code, 66);
});

test("doctor lists what the kernel offers, with what is lost, and the bounds of every action", async (t) => {
  const state = stateOf(t);
  const { code, out } = await swarms(["doctor", "--state", state]);
  assert.equal(code, 0);
  assert.match(out, /not running here/);
  assert.match(out, /^what can be measured/m);
  assert.match(
    out,
    /^ {2}cpu\.weight share of the CPU.*\n +1 to 10000, a step by a factor of 100 at most, 60 a minute, reverts after 1 min/m,
  );
  const { features } = JSON.parse((await swarms(["doctor", "--json", "--state", state])).out) as {
    features: { name: string }[];
  };
  assert.equal(new Set(features.map(({ name }) => name)).size, features.length);
  assert.ok(features.length > 10);
});

test("restore without a layer needs root, and as root finds nothing to do", async (t) => {
  const state = stateOf(t);
  if (process.getuid?.() !== 0) {
    assert.equal((await swarms(["restore", "--state", state])).code, 77);
    return;
  }
  const mistyped = await swarms(["restore", "--state", state]);
  assert.equal(mistyped.code, 66);
  assert.match(mistyped.err, /there is no journal at/);
  mkdirSync(join(state, "journal"));
  const { code, out } = await swarms(["restore", "--state", state]);
  assert.equal(code, 0);
  const verified = await swarms(["journal", "verify", "--state", state]);
  assert.match(verified.out, /^nothing to verify: the journal is empty/);
  assert.match(out, /^nothing to put back/);
});
