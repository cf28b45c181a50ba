import assert from "node:assert/strict";
import {
  chmodSync,
  cpSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { createServer as createHttpServer } from "node:http";
import { createServer } from "node:net";
import { test } from "node:test";
import { DiskQueue } from "../../src/outputs/disk-queue.ts";
import {
  type Done,
  dropIn,
  hiveAfter,
  lately,
  must,
  property,
  run,
  status,
  statusOf,
  undrop,
  until,
} from "./service.fixture.ts";

/** Runs under a running systemd as root, in a machine that may be spoilt (vm/systemd-main.ts). */
const LAYER = "/opt/swarms";
const HELD = "/sys/fs/cgroup/swarms-held";
const swarms = (...args: readonly string[]): Done => run(`${LAYER}/swarms`, ...args);

test("installed and started: the manager is told when it is ready, and the hive comes in by itself", async () => {
  must("sh", `${LAYER}/systemd/install.sh`);
  // What the compiler made of the code was made before: without it every start takes half a minute here.
  const cache = "Environment=NODE_COMPILE_CACHE=/opt/vm/compile NODE_COMPILE_CACHE_PORTABLE=1\n";
  dropIn("20-cache", `${cache}ReadWritePaths=/opt/vm\n`);
  must("systemctl", "start", "swarms");
  assert.equal(property("SubState"), "running");
  assert.equal(property("StatusText"), "watching");
  const pids = await hiveAfter(0);
  const { arrangement, missing } = (await status()) ?? { arrangement: "", missing: [] };
  assert.equal(arrangement, "warden and hive");
  assert.deepEqual(
    missing.map((says) => says.slice(0, 16)),
    ["no CAP_SYS_ADMIN", "settings of the "],
    missing.join("\n"),
  );
  assert.equal(property("MainPID"), String(pids.warden));
  assert.equal(property("MainPID", "swarms-hive"), String(pids.hive));
});

test("every claim of doctor --security holds", () => {
  const { out } = swarms("doctor", "--security", "--json");
  const { claims } = JSON.parse(out) as { claims: { about: string; says: string; holds: boolean | null }[] };
  const not = claims
    .filter(({ holds }) => holds !== true)
    .map(({ about, says, holds }) => `${about} ${says}: ${holds}`);

  assert.deepEqual(not, []);
});

test("the warden has nine capabilities and no network; the hive nothing, and nothing of the host in sight", async () => {
  const pids = await hiveAfter(0);
  const capabilities = [1, 2, 5, 12, 19, 23, 24, 38, 39].reduce((mask, bit) => mask | (1n << BigInt(bit)), 0n);
  assert.equal(BigInt(`0x${statusOf(pids.warden, "CapBnd")}`), capabilities);
  assert.equal(BigInt(`0x${statusOf(pids.warden, "CapEff")}`), capabilities);
  const { hive } = pids;
  assert.deepEqual(
    ["CapEff", "CapPrm", "CapBnd", "CapInh", "CapAmb"].map((set) => BigInt(`0x${statusOf(hive, set)}`)),
    [0n, 0n, 0n, 0n, 0n],
  );
  assert.deepEqual([statusOf(hive, "NoNewPrivs"), statusOf(hive, "Seccomp")], ["1", "2"]);
  assert.match(readFileSync("/etc/passwd", "utf8"), new RegExp(`^swarms-hive:[^:]*:${statusOf(hive, "Uid")}:`, "m"));
  for (const pid of [pids.warden, hive])
    assert.notEqual(readlinkSync(`/proc/${pid}/ns/net`), readlinkSync("/proc/1/ns/net"));
  assert.deepEqual(seen(hive, "opt/swarms/src"), [
    "api",
    "balance",
    "core",
    "hive",
    "immune",
    "senses",
    "store",
    "swarm",
  ]);
  assert.deepEqual(seen(hive, "var/lib/swarms"), ["hive"]);
  for (const hidden of [
    "etc/passwd",
    "etc/shadow",
    "usr/bin/sh",
    "bin/sh",
    "opt/swarms/src/kernel",
    "opt/swarms/node_modules/koffi",
    "var/lib/swarms/journal",
  ])
    assert.equal(existsSync(`/proc/${hive}/root/${hidden}`), false, hidden);
  // Of these ProtectHome= may leave the place, as a folder without anything in it.
  writeFileSync("/root/swarms-test", "");
  for (const place of ["root", "home"])
    if (existsSync(`/proc/${hive}/root/${place}`)) assert.deepEqual(seen(hive, place), [], place);
});

test("a reload reads the configuration again, and a bad one is said", async () => {
  must("systemctl", "reload", "swarms");
  await until("reloaded", () => lately().includes("configuration reloaded"));
  mkdirSync("/etc/swarms", { recursive: true });
  writeFileSync("/etc/swarms/swarms.yaml", "mode: attack\n");
  must("systemctl", "reload", "swarms");
  await until("refused", () => lately().includes("configuration not reloaded, the old one stays in force"));
  assert.equal(property("SubState"), "running");
  rmSync("/etc/swarms/swarms.yaml");
});

test("a prober is started where the configuration names what is to be asked, and ends when it does not", async (t) => {
  let asked = 0;
  const server = createServer((socket) => {
    asked++;
    // Who asks may hang up before it was answered.
    socket.on("error", () => undefined);
    socket.end("+PONG\r\n");
  }).listen(7654, "127.0.0.1");
  t.after(() => server.close());
  const tcp = `{ address: "127.0.0.1:7654", send: "PING", targetMs: 1000, perSecond: 5 }`;
  const workload = `{ name: shop, cgroup: /shop, kind: latency, objective: { tcp: ${tcp} } }`;
  writeFileSync("/etc/swarms/swarms.yaml", `workloads: [${workload}]\n`);
  must("systemctl", "reload", "swarms");
  await until("asked", () => asked > 2);
  const pid = await until("its process", () => {
    const units = must("systemctl", "list-units", "--plain", "--full", "--no-legend", "--no-pager", "swarms-prober@*");
    const [unit] = units.split(" ");
    return unit === undefined || unit === "" ? undefined : Number(property("MainPID", unit)) || undefined;
  });
  assert.deepEqual(
    ["CapEff", "CapBnd"].map((set) => BigInt(`0x${statusOf(pid, set)}`)),
    [0n, 0n],
  );
  assert.notEqual(statusOf(pid, "Uid"), "0");
  assert.equal(readlinkSync(`/proc/${pid}/ns/net`), readlinkSync("/proc/1/ns/net"));
  assert.deepEqual(seen(pid, "opt/swarms/src"), ["core", "prober"]);
  rmSync("/etc/swarms/swarms.yaml");
  must("systemctl", "reload", "swarms");
  await until("ended", () => readdirSync("/proc").every((name) => name !== String(pid)));
});

test("names that rules compare with are looked up by a prober that is gone afterwards", async (t) => {
  t.after(() => {
    for (const file of ["swarms.yaml", "names.yaml"]) rmSync(`/etc/swarms/${file}`, { force: true });
    must("systemctl", "reload", "swarms");
  });
  writeFileSync("/etc/hosts", "127.0.0.1 localhost\n192.0.2.7 named.example\n");
  mkdirSync("/etc/swarms", { recursive: true });
  const names = "fd.sip.name in (named.example, no-such-name.invalid)";
  const rule = `{ rule: names, desc: d, condition: "evt.type = connect and ${names}", output: o, priority: INFO }`;
  writeFileSync("/etc/swarms/names.yaml", `- ${rule}\n`);
  writeFileSync("/etc/swarms/swarms.yaml", "rules: { files: [/etc/swarms/names.yaml] }\n");
  must("systemctl", "reload", "swarms");
  await until("the address of one name, and none of what does not exist", async () => {
    const rules = (await status())?.rules;
    return rules?.inForce === 1 && rules.unresolved?.names.join() === "no-such-name.invalid";
  });
  await until("its end", () => must("systemctl", "list-units", "--plain", "--no-legend", "swarms-prober@*") === "");
});

test("a sender is started for a webhook and for an output that is a plugin, delivers what waited on disk, and is confined", async (t) => {
  const came: string[] = [];
  const server = createHttpServer((request, response) => {
    let body = "";
    request.setEncoding("utf8").on("data", (text: string) => (body += text));
    request.on("end", () => {
      came.push(`${request.url} ${body}`);
      response.writeHead(200).end();
    });
  }).listen(7655, "127.0.0.1");
  t.after(() => {
    server.close();
    server.closeAllConnections();
  });
  mkdirSync("/etc/swarms/plugins", { recursive: true });
  cpSync(`${LAYER}/examples/plugin/pager`, "/etc/swarms/plugins/pager", { recursive: true });
  for (const path of ["/etc/swarms", "/etc/swarms/plugins", "/etc/swarms/plugins/pager"]) chmodSync(path, 0o755);
  chmodSync("/etc/swarms/plugins/pager/output.js", 0o644);
  // As a hive that was ended before it could be delivered leaves it.
  const text = JSON.stringify({ rule: "Swarms incident", priority: "Error", hostname: "guest", output: "a test" });
  for (const name of ["hook", "night"]) {
    const queue = new DiskQueue({ folder: `/var/lib/swarms/outputs/${name}`, maxBytes: 1_000_000 });
    queue.add({ id: `i-${name}`, text, atMs: Date.now() });
    queue.close();
  }
  const url = "http://127.0.0.1:7655";
  const outputs = `[{ name: hook, to: webhook, url: "${url}/hook" }, { name: night, to: plugin, plugin: pager, url: "${url}/pager" }]`;
  writeFileSync("/etc/swarms/swarms.yaml", `plugins: [/etc/swarms/plugins/pager]\noutputs: ${outputs}\n`);
  must("systemctl", "reload", "swarms");
  await until("both are delivered", () => came.length >= 2);
  assert.deepEqual(came.toSorted(), [`/hook ${text}`, "/pager WAKE guest: a test"]);
  const pid = await until("its process", () => {
    const [unit = ""] = must(
      "systemctl",
      "list-units",
      "--plain",
      "--full",
      "--no-legend",
      "--no-pager",
      "swarms-sender@*",
    ).split(" ");
    return unit === "" ? undefined : Number(property("MainPID", unit)) || undefined;
  });
  assert.deepEqual(seen(pid, "opt/swarms/src"), ["core", "outputs"]);
  const { out } = swarms("doctor", "--security", "--json");
  const { claims } = JSON.parse(out) as { claims: { about: string; holds: boolean | null }[] };
  assert.deepEqual(
    claims.filter(({ about }) => about === "sender").map(({ holds }) => holds),
    [true, true, true],
  );
  rmSync("/etc/swarms/swarms.yaml");
  must("systemctl", "reload", "swarms");
});

test("a hive that is killed comes back, and the warden stays", async () => {
  const before = await hiveAfter(0);
  process.kill(before.hive, "SIGKILL");
  assert.equal((await hiveAfter(before.hive)).warden, before.warden);
  assert.match(lately(), /SW-HIVE-LOST/);
});

test("warden and sentinel stopped at the same instant: the watchdog ends them, and the layer comes back", async () => {
  dropIn("50-watchdog", "WatchdogSec=5\n");
  must("systemctl", "restart", "swarms");
  const { hive } = await hiveAfter(0);
  const main = Number(property("MainPID"));
  for (const pid of [...children(main), main]) process.kill(pid, "SIGSTOP");
  await until("restarted", () => property("NRestarts") === "1");
  await hiveAfter(hive);
  assert.match(lately(), /[Ww]atchdog/);
  undrop("50-watchdog");
});

test("warden and sentinel killed at the same instant: what was frozen is let go by ExecStopPost, without another start", async (t) => {
  must("systemctl", "stop", "swarms");
  mkdirSync(HELD);
  mkdirSync(`${HELD}/job`);
  const sleeper = Number(must("sh", "-c", `sleep 600 >/dev/null 2>&1 & echo $! | tee ${HELD}/job/cgroup.procs`));
  t.after(() => process.kill(sleeper, "SIGKILL"));
  const driver = `${LAYER}/src/warden/driver.fixture.ts /var/lib/swarms /swarms-held/job`;
  const proposals = JSON.stringify([{ kind: "freeze", value: 1 }]).replaceAll('"', '\\"');
  dropIn(
    "50-driver",
    `Type=exec\nWatchdogSec=0\nRestart=no\nCapabilityBoundingSet=CAP_CHOWN CAP_FOWNER\nSystemCallFilter=@chown\nExecStart=\nExecStart=/usr/bin/node --disable-warning=ExperimentalWarning ${driver} "${proposals}"\n`,
  );
  must("systemctl", "start", "swarms");
  const frozen = (): boolean => readFileSync(`${HELD}/job/cgroup.freeze`, "utf8").trim() === "1";
  await until("frozen", frozen);
  const main = Number(property("MainPID"));
  const all = [...children(main), main];
  for (const signal of ["SIGSTOP", "SIGKILL"] as const) for (const pid of all) process.kill(pid, signal);
  await until("let go", () => !frozen(), 60_000);
  await until("ended", () => property("ActiveState") === "failed");
  assert.equal(swarms("journal", "verify").status, 0);
  undrop("50-driver");
  must("systemctl", "reset-failed", "swarms");
});

test("a stop is clean, and takes the hive along", async () => {
  must("systemctl", "start", "swarms");
  await hiveAfter(0);
  must("systemctl", "stop", "swarms");
  assert.equal(property("Result"), "success");
  await until("the hive is gone", () => property("ActiveState", "swarms-hive") === "inactive");
});

test("exposure of both units as the running manager has them is below 2.5", () => {
  const out = must(
    "systemd-analyze",
    "security",
    "--no-pager",
    "--threshold=25",
    "swarms.service",
    "swarms-hive.service",
  );
  for (const [line] of out.matchAll(/.*Overall exposure level.*/g)) console.log(line);
});

/** What a process sees in a folder. */
function seen(pid: number, folder: string): string[] {
  return readdirSync(`/proc/${pid}/root/${folder}`).toSorted();
}

function children(pid: number): number[] {
  return readFileSync(`/proc/${pid}/task/${pid}/children`, "utf8").split(" ").filter(Boolean).map(Number);
}
