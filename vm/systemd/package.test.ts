import assert from "node:assert/strict";
import { existsSync, readdirSync, readlinkSync } from "node:fs";
import { test } from "node:test";
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
  until,
} from "./service.fixture.ts";

/** Runs under a running systemd as root, in a machine that may be spoilt, with the Debian package unpacked into its places. */
const LIB = "/usr/lib/swarms-layer";
const swarms = (...args: readonly string[]): Done => run("/usr/bin/swarms", ...args);

test("installed: the units of the package start where they lie, with the Node that it brings", async () => {
  must("systemd-sysusers", "swarms-layer.conf");
  // An emulated CPU compiles everything at its first start.
  dropIn("20-slow", "TimeoutStartSec=400\nWatchdogSec=120\n");
  must("systemctl", "daemon-reload");
  // Not one that install.sh writes; /lib and /usr/lib are the same folder.
  assert.match(property("FragmentPath"), /^(\/usr)?\/lib\/systemd\/system\/swarms\.service$/);
  must("systemctl", "start", "swarms");
  const pids = await hiveAfter(0);
  assert.equal(property("MainPID"), String(pids.warden));
  assert.equal(property("MainPID", "swarms-hive"), String(pids.hive));
  for (const pid of [pids.warden, pids.hive]) assert.equal(readlinkSync(`/proc/${pid}/exe`), `${LIB}/bin/node`);
  assert.equal((await status())?.arrangement, "warden and hive");
});

test("every claim of doctor --security holds", () => {
  const { claims } = JSON.parse(swarms("doctor", "--security", "--json").out) as {
    claims: { about: string; says: string; holds: boolean | null }[];
  };
  const not = claims.filter(({ holds }) => holds !== true);
  assert.deepEqual(
    not.map(({ about, says, holds }) => `${about} ${says}: ${holds}`),
    [],
  );
});

test("the hive has no capability, and of the package it sees what it runs alone", async () => {
  const { hive } = await hiveAfter(0);
  assert.equal(BigInt(`0x${statusOf(hive, "CapBnd")}`), 0n);
  const folders = readdirSync(`/proc/${hive}/root${LIB}/dist`);
  assert.ok(folders.includes("hive") && folders.includes("immune"), folders.join());
  for (const hidden of [
    `${LIB}/dist/kernel`,
    `${LIB}/dist/warden`,
    `${LIB}/node_modules/koffi`,
    "/etc/passwd",
    "/bin/sh",
  ])
    assert.equal(existsSync(`/proc/${hive}/root${hidden}`), false, hidden);
});

test("a reload is said, and the log level is another for a while", async () => {
  must("systemctl", "reload", "swarms");
  await until("reloaded", () => lately().includes("configuration reloaded: nothing in it has changed"));
  assert.match(
    swarms("log-level", "debug", "--for", "60s").out,
    /the log level is debug for (60|59) s more, then info/,
  );
  // Who asked is logged whatever the level; what the hive asks for is not, where nothing happens.
  await until("who asked", () => /the log level is debug for \d+ s more, then info: .*uid 0.* asked/.test(lately()));
});

test("a stop is clean", async () => {
  must("systemctl", "stop", "swarms");
  assert.equal(property("Result"), "success");
  await until("the hive is gone", () => property("ActiveState", "swarms-hive") === "inactive");
});
