import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { appendFileSync, existsSync, mkdirSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { hostname } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { PARTS } from "./bugreport/parts.ts";
import { layerIn, stateOf, swarms } from "./command-line.fixture.ts";

/** It starts this program a dozen times. */
const LIMIT_MS = 110_000;
const tar = (...args: readonly string[]) => spawnSync("tar", args, { encoding: "utf8", maxBuffer: 1 << 26 });

test("a report has every part, says what is inside, and no key, token or password is in it", async (t) => {
  if (tar("--version").status !== 0) return t.skip("needs tar");
  const { state } = await layerIn(t);
  const key = "-----BEGIN PRIVATE KEY-----\nMC4CAQAwBQYDK2VwBCIEIKEYKEYKEYKEYKEY\n-----END PRIVATE KEY-----\n";
  if (!existsSync(join(state, "journal/key.pem"))) writeFileSync(join(state, "journal/key.pem"), key);
  const signingKey = readFileSync(join(state, "journal/key.pem"), "utf8").split("\n")[1] ?? "";
  mkdirSync(join(state, "outputs"));
  writeFileSync(join(state, "outputs/token"), "tok-in-a-file-0123456789");
  appendFileSync(join(state, "swarms.log"), `started by ${hostname()} with --token abcdef0123456789\n`);
  const config = join(state, "swarms.yaml");
  const url = "https://siem.example.com/hook/T0PSECRETPATH";
  writeFileSync(
    config,
    `# password: in-a-comment-123
mode: observe
outputs:
  - { name: siem, to: webhook, url: "${url}" }
workloads:
  - { name: cache, cgroup: /cache, kind: latency, objective: { tcp: { address: "127.0.0.1:6379", send: "AUTH pw-in-probe-1234\\r\\nPING", targetMs: 2 } } }
protect: { executables: [/home/margarethe/bin/backup] }
`,
  );
  const file = join(state, "report.tar.gz");
  const env = { SWARMS_TEST_TOKEN: "env-token-0123456789" };
  const { code, err, out } = await swarms(
    ["bugreport", file, "--no-host-names", "--state", state, "--config", config],
    env,
    LIMIT_MS,
  );
  assert.equal(code, 0, err);
  assert.match(out, /read it before you send it/);
  assert.equal(statSync(file).mode & 0o777, 0o600);

  const names = tar("-tzf", file).stdout.trim().split("\n");
  assert.deepEqual(
    names,
    ["README.txt", ...PARTS.map(({ name }) => name)].map((name) => `swarms-bugreport/${name}`),
  );
  const all = tar("-xzOf", file).stdout;
  for (const secret of [
    signingKey,
    "tok-in-a-file-0123456789",
    "abcdef0123456789",
    "T0PSECRETPATH",
    "in-a-comment-123",
    "env-token-0123456789",
    "pw-in-probe-1234",
    "margarethe",
  ])
    assert.ok(secret.length > 8 && !all.includes(secret), secret);
  assert.ok(!new RegExp(`(?<![\\w.-])${hostname()}(?![\\w-])`).test(all), "the host's name");

  const part = (name: string): string => tar("-xzOf", file, `swarms-bugreport/${name}`).stdout;
  for (const { name } of PARTS) assert.ok(part("README.txt").includes(name), name);
  assert.match(part("config.yaml"), /url: https:\/\/siem\.example\.com\//);
  assert.ok((JSON.parse(part("doctor.json")) as { features: unknown[] }).features.length > 10);
  assert.match(part("status.json"), /"losses"/);
  assert.match(part("journal.txt"), /cpu\.idle/);
  assert.match(part("state.txt"), /journal\/key\.pem/);
  assert.match(part("log.txt"), /started by HOST with --token \(left out\)/);
});

test("without a layer, a state folder or a valid configuration there is a report still, and it says what fails", async (t) => {
  if (tar("--version").status !== 0) return t.skip("needs tar");
  const state = stateOf(t);
  const config = join(state, "swarms.yaml");
  writeFileSync(config, "mode: attack\n");
  const file = join(state, "report.tar.gz");
  const { code, err } = await swarms(
    ["bugreport", file, "--state", join(state, "none"), "--config", config],
    {},
    LIMIT_MS,
  );
  assert.equal(code, 0, err);
  const part = (name: string): string => tar("-xzOf", file, `swarms-bugreport/${name}`).stdout;
  assert.match(part("status.json"), /SW-NOT-RUNNING/);
  assert.match(part("validate.txt"), /swarms\.yaml:1/);
  assert.match(part("config.yaml"), /not readable: SW-CONFIG-VALUE/);
  const again = await swarms(["bugreport", file, "--state", state]);
  assert.deepEqual([again.code, again.err.includes("it is there already")], [73, true]);
});

test("where no file can be made nothing is gathered, exit 73", async (t) => {
  const state = stateOf(t);
  const { code, out, err } = await swarms(["bugreport", join(state, "none/report.tar.gz"), "--state", state]);
  assert.deepEqual([code, out], [73, ""]);
  assert.match(err, /^SW-FILE-WRITE: .*\n.*none\/report\.tar\.gz: there is no such folder\n {2}→ give another, /);
  const there = join(state, "there.tar.gz");
  writeFileSync(there, "mine");
  assert.match((await swarms(["bugreport", there, "--state", state])).err, /it is there already/);
  assert.equal(readFileSync(there, "utf8"), "mine");
});
