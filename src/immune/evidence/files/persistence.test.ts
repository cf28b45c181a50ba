import assert from "node:assert/strict";
import { test } from "node:test";
import type { ProcessRef } from "../../../core/entity.ts";
import { FileHost } from "../../scenes/file-acts.fixture.ts";

const DAY_MS = 86_400_000;

const PLACES = {
  "/etc/ld.so.preload": "T1574.006",
  "/root/.ssh/authorized_keys": "T1098.004",
  "/etc/cron.d/updates": "T1053.003",
  "/var/spool/cron/crontabs/root": "T1053.003",
  "/etc/systemd/system/x.service": "T1543.002",
  "/etc/systemd/system/multi-user.target.wants/x.service": "T1543.002",
  "/home/ann/.config/systemd/user/x.timer": "T1053.006",
  "/etc/systemd/system-generators/x": "T1543.002",
  "/etc/pam.d/sshd": "T1556.003",
  "/usr/lib/x86_64-linux-gnu/security/pam_unix.so": "T1556.003",
  "/etc/sudoers.d/x": "T1548.003",
  "/home/ann/.bashrc": "T1546.004",
  "/etc/profile.d/x.sh": "T1546.004",
  "/etc/udev/rules.d/99-x.rules": "T1546.017",
  "/etc/rc.local": "T1037.004",
  "/etc/modules-load.d/x.conf": "T1547.006",
  "/etc/update-motd.d/99-x": "T1546",
  "/home/ann/.config/autostart/x.desktop": "T1547.013",
  "/var/spool/cron/atjobs/a00001019f2a3b": "T1053.002",
  "/srv/app/.git/hooks/post-checkout": "T1546",
} as const;

test("a service that writes where the host looks for what to start is told, each place with its technique", () => {
  for (const [path, technique] of Object.entries(PLACES)) {
    const it = new FileHost();
    it.files.write(it.files.spawn(it.web, "/bin/sh"), path);
    const told = it.host.deposits.find(({ evidence }) => evidence.kind === "persistence")?.evidence;
    assert.deepEqual(told?.techniques, [technique], path);
    assert.ok(told.weight >= 0.3, path);
  }
});

test("writing elsewhere and renaming, linking or a symbolic link counts as writing there", () => {
  const path = "/etc/cron.d/updates";
  const ways: Record<string, (it: FileHost) => void> = {
    rename: (it) => it.files.rename(it.web, "/tmp/x", path),
    link: (it) => it.files.link(it.web, "/tmp/x", path),
    symlink: (it) => it.files.symlink(it.web, "/tmp/x", path),
  };
  for (const [name, deed] of Object.entries(ways)) {
    const it = new FileHost();
    deed(it);
    assert.equal(it.strongest("persistence").weight, 0.7, name);
  }
});

test("reading, removing, editors' copies and what failed say nothing", () => {
  const it = new FileHost();
  it.files.read(it.web, "/etc/crontab");
  it.files.remove(it.web, "/etc/cron.d/updates");
  it.files.write(it.web, "/etc/cron.d/.updates.swp");
  it.files.write(it.web, "/etc/systemd/system/x.service.dpkg-new");
  it.files.call(it.web, "rename", "rename", { path: "/tmp/x", path2: "/etc/cron.d/updates", result: -13 });
  assert.equal(it.strongest("persistence").weight, 0);
});

test("who keeps the system, and a person at a terminal, count little; a name taken elsewhere counts in full", () => {
  const it = new FileHost();
  const dpkg = it.files.spawn(it.type("/usr/bin/apt"), "/usr/bin/dpkg");
  it.files.rename(dpkg, "/etc/cron.d/php.dpkg-new", "/etc/cron.d/php");
  it.files.rename(dpkg, "/usr/lib/systemd/system/php.service.dpkg-new", "/usr/lib/systemd/system/php.service");
  it.files.symlink(
    it.files.spawn(dpkg, "/usr/bin/systemctl"),
    "/usr/lib/systemd/system/php.service",
    "/etc/systemd/system/multi-user.target.wants/php.service",
  );
  assert.ok(it.strongest("persistence").weight < 0.12);
  it.files.write(it.type("/usr/bin/vim"), "/home/ann/.bashrc");
  assert.ok(it.strongest("persistence").weight < 0.2);
  it.files.write(it.files.spawn(it.web, "/tmp/dpkg"), "/etc/cron.d/x");
  assert.equal(it.strongest("persistence").weight, 0.7);
});

test("a session without a terminal counts more, and what speaks with the network in it more still", () => {
  const weightOf = (connects: boolean): number => {
    const it = new FileHost();
    const command = it.files.spawn(it.shell, "/usr/bin/curl");
    if (connects) it.host.connect(command, "203.0.113.9", 443);
    it.files.write(command, "/home/ann/.ssh/authorized_keys");
    return it.strongest("persistence").weight;
  };
  assert.ok(Math.abs(weightOf(false) - 0.48) < 1e-9);
  assert.ok(Math.abs(weightOf(true) - 0.64) < 1e-9);
});

test("a whole upgrade with its links, timers and sudoers raises no incident", () => {
  const it = new FileHost();
  const dpkg = it.files.spawn(it.type("/usr/bin/apt-get"), "/usr/bin/dpkg");
  const script = it.host.spawn(dpkg, "/var/lib/dpkg/info/x.postinst", 1000);
  for (const path of Object.keys(PLACES)) {
    it.files.write(dpkg, `${path}.dpkg-new`);
    it.files.rename(dpkg, `${path}.dpkg-new`, path);
    it.files.write(script, path);
  }
  assert.deepEqual(it.host.incidents, []);
});

test("with a file just dropped, a schedule is an incident", () => {
  const it = new FileHost();
  const dropper = it.host.spawn(it.web, "/tmp/x", 1000);
  it.files.write(dropper, "/etc/cron.d/updates");
  it.host.wait(300);
  it.files.write(dropper, "/root/.ssh/authorized_keys");
  assert.equal(it.host.incidents.length, 1);
});

test("what a program writes in its place again and again is its work, once it has been looked at for long enough", () => {
  const it = new FileHost();
  const keeper = it.host.existing("/usr/bin/python3", it.init, "/system.slice/agent.service");
  const weights = [0, 300_000, 400_000, 86_400_000].map((wait) => {
    it.host.wait(wait);
    const before = it.host.deposits.length;
    it.files.rename(keeper, "/etc/cron.d/managed.new", "/etc/cron.d/managed");
    return Math.max(0, ...it.host.deposits.slice(before).map(({ evidence }) => evidence.weight));
  });
  assert.equal(weights[0], 0.7);
  assert.ok((weights[3] ?? 1) < 0.15);
  assert.deepEqual(it.host.incidents, []);
});

const SETTINGS = ["/etc/cron.d/managed", "/etc/systemd/system/managed.service", "/home/ann/.ssh/authorized_keys"];

/** A script in python below `parent` that puts its settings in place; gives the heaviest that is told of it. */
function configure(it: FileHost, parent: ProcessRef, paths: readonly string[] = SETTINGS): number {
  const before = it.host.deposits.length;
  const work = it.files.spawn(it.files.spawn(parent, "/bin/sh"), "/usr/bin/python3");
  for (const path of paths) {
    it.files.write(work, `${path}.new`);
    it.files.rename(work, `${path}.new`, path);
  }
  const told = it.host.deposits.slice(before).filter(({ evidence }) => evidence.kind === "persistence");
  return Math.max(0, ...told.map(({ evidence }) => evidence.weight));
}

/** After so many days of it by cron, all of them remembered by a layer that begins anew. */
function afterDays(days: number): FileHost {
  const it = new FileHost();
  for (let day = 0; day < days; day++) {
    configure(it, it.cron);
    it.host.wait(DAY_MS);
  }
  const next = new FileHost();
  next.host.wait(it.host.nowMs - next.host.nowMs);
  const [before, after] = [it, next].map(({ host }) => host.agents.find(({ name }) => name === "persistence"));
  after?.recall?.(JSON.parse(JSON.stringify(before?.remember?.())));
  return next;
}

test("configuration management each day by cron is its habit, over a restart too", () => {
  const first = new FileHost();
  assert.ok(configure(first, first.cron) >= 0.6);
  const it = afterDays(4);
  assert.ok(configure(it, it.cron) < 0.2);
  assert.deepEqual(it.host.incidents, []);
});

test("the habit excuses no other file, no other parent, and nothing that has something from the network", () => {
  const other = afterDays(4);
  assert.ok(configure(other, other.cron, ["/etc/cron.d/other"]) >= 0.6);
  const web = afterDays(4);
  assert.ok(configure(web, web.web) >= 0.6);
  const late = afterDays(4);
  const work = late.files.spawn(late.files.spawn(late.cron, "/bin/sh"), "/usr/bin/python3");
  late.host.connect(work, "203.0.113.9", 443);
  late.files.rename(work, "/etc/cron.d/managed.new", "/etc/cron.d/managed");
  assert.ok(late.strongest("persistence").weight >= 0.5);
});
