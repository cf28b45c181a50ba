import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { cpSync, existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { fileURLToPath } from "node:url";
import { ABSENT_CALLS, guardedCalls, NETWORK_CALLS, RUNTIME_CALLS } from "../kernel/seccomp-calls.ts";
import { KEPT_CAPABILITIES } from "./capabilities.ts";
import { HIVE_ROOM } from "./hive-room.ts";
import { PROBER_ROOM } from "./prober-room.ts";
import { roomLimits } from "./room-limits.ts";
import { SENDER_ROOM } from "./sender-room.ts";

const ROOT = fileURLToPath(new URL("../..", import.meta.url));
const UNITS = [
  "swarms.service",
  "swarms-hive.service",
  "swarms-prober@.service",
  "swarms-prober.socket",
  "swarms-sender@.service",
  "swarms-sender.socket",
];
const SERVICES = UNITS.filter((name) => name.endsWith(".service"));

/** Every value of a setting, in order; continuation and quoting are not used in these files. */
function settings(unit: string, name: string): string[] {
  const lines = readFileSync(join(ROOT, "systemd", unit), "utf8").split("\n");
  return lines.filter((line) => line.startsWith(`${name}=`)).map((line) => line.slice(name.length + 1));
}

const analyze = (...args: readonly string[]) =>
  spawnSync("systemd-analyze", [...args, "--no-pager"], { encoding: "utf8", timeout: 60_000 });
const HAS_ANALYZE = analyze("--version").status === 0;

const CONFINED = [
  { unit: "swarms-hive.service", spec: HIVE_ROOM },
  { unit: "swarms-prober@.service", spec: PROBER_ROOM },
  { unit: "swarms-sender@.service", spec: SENDER_ROOM },
];

for (const { unit, spec } of CONFINED) {
  test(`${unit} lets through what the room of ${spec.entry} lets through, and holds it to the same limits`, () => {
    const groups = spec.network === "host" ? [...RUNTIME_CALLS, ...NETWORK_CALLS] : RUNTIME_CALLS;
    const allowed = [
      ...groups.flatMap(({ calls }) => Object.keys(calls)),
      ...guardedCalls([]).map(({ name }) => name),
      ...Object.keys(ABSENT_CALLS),
    ];
    assert.deepEqual(settings(unit, "SystemCallFilter"), [allowed.toSorted().join(" ")]);
    const bytes = (name: string): number => {
      const [, number, scale = ""] = /^(\d+)([MG]?)$/.exec(settings(unit, name)[0] ?? "") ?? [];
      return Number(number) * (scale === "G" ? 2 ** 30 : scale === "M" ? 2 ** 20 : 1);
    };
    const { addressBytes, dataBytes, fileBytes, files, coreBytes } = roomLimits({ name: "own" });
    assert.deepEqual(["LimitAS", "LimitDATA", "LimitNOFILE", "LimitCORE"].map(bytes), [
      addressBytes,
      dataBytes,
      files,
      coreBytes,
    ]);
    assert.ok(bytes("LimitFSIZE") <= (fileBytes ?? 0));
    const families = spec.network === "host" ? "AF_UNIX AF_INET AF_INET6" : "AF_UNIX";
    assert.deepEqual(settings(unit, "RestrictAddressFamilies"), [families]);
  });

  test(`${unit} shows it the folders of its room, and none with a way to the kernel`, () => {
    const shown = settings(unit, "BindReadOnlyPaths").join(" ");
    const folders = [...shown.matchAll(/\/dist\/(\w+)/g)].map(([, name]) => name);
    assert.deepEqual(folders.toSorted(), spec.folders.toSorted());
    const packages = [...shown.matchAll(/\/node_modules\/(\S+)/g)].map(([, name]) => name);
    assert.deepEqual(packages.toSorted(), spec.dependencies.toSorted());
  });
}

test("the warden's unit has no capability that it has no reason for, and none for building rooms", () => {
  const [set = ""] = settings("swarms.service", "CapabilityBoundingSet");
  const given = set.split(" ").map((name) => name.replace("CAP_", "").toLowerCase());
  const reasons: readonly string[] = Object.keys(KEPT_CAPABILITIES);
  assert.deepEqual(
    given.filter((name) => !reasons.includes(name)),
    [],
  );
  const rooms = ["sys_admin", "sys_chroot", "setuid", "setgid", "setpcap", "chown", "fowner"];
  assert.deepEqual(given.toSorted(), reasons.filter((name) => !rooms.includes(name)).toSorted());
});

test("exposure by systemd-analyze is below 2.5 for each unit, and systemd finds no fault with them", (t) => {
  if (!HAS_ANALYZE) return t.skip("needs systemd-analyze");
  const root = mkdtempSync(join(tmpdir(), "swarms-units-"));
  t.after(() => rmSync(root, { recursive: true, force: true, maxRetries: 10 }));
  for (const unit of SERVICES) {
    const { status, stdout, stderr } = analyze(
      "security",
      "--offline=true",
      "--threshold=25",
      join(ROOT, "systemd", unit),
    );
    assert.equal(status, 0, `${stdout.split("\n").slice(-3).join("\n")}${stderr}`);
  }
  for (const unit of UNITS) cpSync(join(ROOT, "systemd", unit), join(root, unit));
  const { stderr } = analyze("verify", "--man=no", ...UNITS.map((unit) => join(root, unit)));
  // Where nothing is installed its programs are not there, which is all that it may complain of.
  const faults = stderr.split("\n").filter((line) => /swarms/.test(line) && !/is not executable/.test(line));
  assert.deepEqual(faults, []);
});

test("installing writes units that say where the layer and Node are on this host", (t) => {
  const target = mkdtempSync(join(tmpdir(), "swarms-install-"));
  t.after(() => rmSync(target, { recursive: true, force: true, maxRetries: 10 }));
  mkdirSync(join(target, "empty"));
  const env = { ...process.env, DESTDIR: target, SWARMS_NO_INSTALL: "1" };
  const { status, stderr } = spawnSync("sh", [join(ROOT, "systemd/install.sh")], {
    env,
    encoding: "utf8",
    timeout: 60_000,
  });
  if (status === 69) return t.skip(`needs what the launcher needs: ${stderr.trim()}`);
  assert.equal(status, 0, stderr);
  const units = join(target, "etc/systemd/system");
  assert.deepEqual(
    readdirSync(units)
      .filter((name) => !name.endsWith(".d"))
      .toSorted(),
    UNITS.toSorted(),
  );
  for (const { unit, spec } of CONFINED) {
    const text = readFileSync(join(units, `${unit}.d/10-place.conf`), "utf8");
    const shown = [...text.matchAll(/^BindReadOnlyPaths=(\/.*)$/gm)].map(([, path = ""]) => path);
    assert.ok(
      shown.some((path) => path.endsWith("/libc.so.6")),
      text,
    );
    const absent = shown.filter((path) => path !== "/run/swarms" && !existsSync(path));
    assert.deepEqual(absent, []);
    const [, node = ""] = /^ExecStart="(\/[^"]+)"/m.exec(text) ?? [];
    assert.ok(shown.includes(node), "Node is among what is seen");
    const code = shown.flatMap((path) => /\/(?:src|dist)\/(\w+)$/.exec(path)?.[1] ?? []);
    const there = spec.folders.filter((name) => existsSync(join(ROOT, "src", name)));
    assert.deepEqual(code.toSorted(), there.toSorted());
    const packages = shown.flatMap((path) => /\/node_modules\/((?:@[^/]+\/)?[^/]+)$/.exec(path)?.[1] ?? []);
    assert.deepEqual(packages.toSorted(), spec.dependencies.toSorted());
  }
});
