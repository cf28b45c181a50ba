import assert from "node:assert/strict";
import { execFile, spawn } from "node:child_process";
import { once } from "node:events";
import {
  chownSync,
  existsSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { createServer, type AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { test, type TestContext } from "node:test";
import { fileURLToPath } from "node:url";
import { systemClock } from "../core/clock.ts";
import { defaultConfig } from "../core/config.ts";
import { openRecordingFile } from "../hive/recording/file.ts";
import { RecordedHost } from "../hive/recording/story.fixture.ts";
import { replay, type ReplayReport } from "../hive/replay.ts";
import { probeBpfFeatures } from "../kernel/bpf-features.ts";
import { recordHost, type RecordOptions } from "./record-host.ts";

const MAIN = join(dirname(fileURLToPath(import.meta.url)), "main.ts");

interface Ended {
  readonly code: number;
  readonly out: string;
  readonly err: string;
}

function swarms(args: readonly string[], uid?: number): Promise<Ended> {
  return new Promise((resolve) => {
    const env = { PATH: process.env["PATH"], LANG: "C.UTF-8", COLUMNS: "80" };
    const options = { env, timeout: 30_000, ...(uid !== undefined && { uid, gid: uid }) };
    const flags = ["--disable-warning=ExperimentalWarning", MAIN];
    execFile(process.execPath, [...flags, ...args], options, (error, out, err) => {
      resolve({ code: typeof error?.code === "number" ? error.code : error === null ? 0 : -1, out, err });
    });
  });
}

function folder(t: TestContext): string {
  const dir = mkdtempSync(join(tmpdir(), "swarms-record-"));
  t.after(() => rmSync(dir, { recursive: true, force: true, maxRetries: 10 }));
  return dir;
}

function story(): Uint8Array {
  const host = new RecordedHost();
  for (let i = 0; i < 40; i++) host.fetches(8080);
  host.drops();
  host.flush();
  return host.recording();
}

async function listening(t: TestContext): Promise<number> {
  const server = createServer((socket) => socket.destroy()).listen(0, "127.0.0.1");
  t.after(() => server.close());
  await once(server, "listening");
  return (server.address() as AddressInfo).port;
}

function record(
  options: Pick<RecordOptions, "file" | "ending"> & Partial<RecordOptions>,
): ReturnType<typeof recordHost> {
  const usual = { force: false, version: "test", config: defaultConfig, clock: systemClock, log: () => undefined };
  return recordHost({ ...usual, ...options });
}

function replayed(path: string): ReplayReport {
  const file = openRecordingFile(path);
  assert.ok(file.ok, file.ok ? "" : file.says);
  const report = replay(file.value);
  file.value.close();
  assert.ok(report.ok, report.ok ? "" : report.says);
  return report.value;
}

test("swarms replay prints the same bytes each time, in words and as JSON, and only the time it took beside", async (t) => {
  const file = join(folder(t), "story");
  writeFileSync(file, story());
  const args = ["replay", file, "--json"];
  const [first, second, words] = await Promise.all([swarms(args), swarms(args), swarms(["replay", file])]);
  assert.equal(first.out, second.out);
  assert.match(first.err, /^\d+ s replayed in \d+\.\d\d s\n$/);
  const report = JSON.parse(first.out) as ReplayReport;
  assert.equal(report.incidents.length, 1);
  assert.match(words.out, /^1 incident\ni-\w+  after \d+ s  .*\n  payload \(\d+\), started by/m);
  assert.match(words.out, /^freeze to 1  p:\d+@\d+, by \w/m);
  assert.deepEqual([first.code, words.code], [0, 0]);
});

test("a damaged recording prints what is in front of the damage, then the error with its place, exit 65", async (t) => {
  const dir = folder(t);
  const bytes = story();
  writeFileSync(join(dir, "cut"), bytes.subarray(0, bytes.length - 10));
  writeFileSync(join(dir, "other"), "something else entirely");
  const cut = await swarms(["replay", join(dir, "cut"), "--json"]);
  assert.equal((JSON.parse(cut.out) as ReplayReport).incidents.length, 1);
  assert.match(cut.err, /"code":"SW-RECORDING-DAMAGED".*chunk \d+ at byte \d+: cut at byte/);
  const other = await swarms(["replay", join(dir, "other")]);
  assert.match(other.err, /^SW-RECORDING-DAMAGED: .*\n {2}byte 0: this is no recording/);
  const none = await swarms(["replay", join(dir, "none")]);
  const directory = await swarms(["replay", dir]);
  assert.deepEqual([cut.code, other.code, none.code, directory.code], [65, 65, 66, 66]);
});

test("a recording never overwrites a file unless told to, and then only a plain one; it is its owner's alone", async (t) => {
  const dir = folder(t);
  const [file, link, target] = [join(dir, "new"), join(dir, "link"), join(dir, "target")];
  writeFileSync(file, "precious");
  writeFileSync(target, "precious");
  symlinkSync(target, link);
  for (const [path, force] of [
    [file, false],
    [link, false],
    [link, true],
    [dir, true],
  ] as const) {
    const refused = await record({ file: path, force, ending: Promise.resolve() });
    assert.equal(refused.ok ? "" : refused.code, "SW-RECORDING-WRITE", `${path} ${force}`);
  }
  assert.deepEqual([readFileSync(file, "utf8"), readFileSync(target, "utf8")], ["precious", "precious"]);
  const made = await record({ file, force: true, ending: Promise.resolve() });
  assert.ok(made.ok, made.ok ? "" : made.says);
  assert.equal(statSync(file).mode & 0o777, 0o600);
  assert.equal(made.value.bytes, statSync(file).size);
  assert.equal(replayed(file).damage, null);
});

test("a recording that reaches its largest size ends by itself, and is whole", async (t) => {
  const file = join(folder(t), "full");
  const never = new Promise<void>(() => undefined);
  const made = await record({ file, ending: never, maxBytes: 100 });
  assert.ok(made.ok && made.value.full);
  assert.equal(replayed(file).damage, null);
});

const PERL = "/usr/bin/perl";

/**
 * Forty ordinary starts and connections, then a program that was written a moment ago and connects elsewhere. In Perl, because Node may
 * have been unpacked just now, and what a young program does is expected to be new.
 */
const APP = `
  use IO::Socket::INET;
  my ($usual, $other, $payload) = @ARGV;
  for (1 .. 40) {
    system("/bin/true");
    IO::Socket::INET->new(PeerAddr => "127.0.0.1", PeerPort => $usual) or die;
  }
  open(my $from, "<:raw", "/bin/bash") or die;
  open(my $to, ">:raw", $payload) or die;
  local $/;
  print {$to} <$from>;
  close($to);
  chmod(0755, $payload);
  system($payload, "-c", "exec 3<>/dev/tcp/127.0.0.1/$other");`;

test("live: a dropper that was recorded is the same incident in every replay", async (t) => {
  if (process.getuid?.() !== 0) return t.skip("needs root");
  const lacking = probeBpfFeatures().find(
    (feature) => ["ebpf.ringbuf", "ebpf.tp_btf", "ebpf.cgroup"].includes(feature.name) && !feature.available,
  );
  if (lacking !== undefined) return t.skip(`needs ${lacking.name} (${lacking.found})`);
  if (!existsSync(PERL)) return t.skip(`needs ${PERL}`);
  if (!existsSync("/bin/bash")) return t.skip("needs bash, which connects without another program");
  const dir = folder(t);
  const file = join(dir, "live");
  const [usual, other] = [await listening(t), await listening(t)];
  const ending = Promise.withResolvers<void>();
  const recording = record({ file, ending: ending.promise, log: (says) => t.diagnostic(says) });
  const payload = join(dir, "payload");
  const child = spawn(PERL, ["-e", APP, String(usual), String(other), payload], { stdio: "ignore" });
  await once(child, "exit");
  ending.resolve();
  const summary = await recording;
  assert.ok(summary.ok, summary.ok ? "" : summary.says);
  assert.equal(summary.value.source, "ebpf");
  assert.deepEqual(summary.value.losses, { ring: 0, damaged: 0, shed: 0 });
  const [first, second] = [replayed(file), replayed(file)];
  assert.equal(JSON.stringify(first), JSON.stringify(second));
  assert.equal(first.damage, null);
  assert.ok(first.events.exec >= 42 && first.events.connect >= 41, JSON.stringify(first.events));
  const told = first.incidents.filter((incident) => incident.lineage.some((step) => step.path === payload));
  assert.equal(told.length, 1, JSON.stringify(first.incidents));
  assert.ok(told[0]?.lineage.some((step) => step.process.startsWith(`p:${child.pid}@`)));
});

test("without root, procfs is recorded, and that is said", async (t) => {
  if (process.getuid?.() !== 0) return t.skip("needs root to give it up");
  const nobody = 65_534;
  const dir = folder(t);
  chownSync(dir, nobody, nobody);
  const may = await swarms(["--version"], nobody);
  if (may.code !== 0) return t.skip("needs a checkout that other users can read");
  const file = join(dir, "user");
  const { code, out, err } = await swarms(["record", file, "--seconds", "1", "--json"], nobody);
  assert.equal(code, 0, err);
  assert.match(err, /^not root: no kernel events;/);
  assert.equal((JSON.parse(out) as { source: string }).source, "procfs");
  assert.ok(replayed(file).frames["readings"]);
});
