import assert from "node:assert/strict";
import { test } from "node:test";
import { FileHost } from "../../scenes/file-acts.fixture.ts";

test("emptying, removing, moving away and linking to nothing are all clearing", () => {
  const ways: Record<string, (it: FileHost, path: string) => void> = {
    empties: (it, path) => it.files.write(it.web, path, "w"),
    removes: (it, path) => it.files.remove(it.web, path),
    "moves away": (it, path) => it.files.rename(it.web, path, "/tmp/x"),
    "puts another in its place": (it, path) => it.files.rename(it.web, "/tmp/x", path),
    "edits it as sed does": (it, path) => {
      const copy = `${path.slice(0, path.lastIndexOf("/"))}/sedXb3k2a`;
      it.files.read(it.web, path);
      it.files.write(it.web, copy, "x");
      it.files.rename(it.web, copy, path);
    },
    links: (it, path) => it.files.symlink(it.web, "/dev/null", path),
    truncates: (it, path) => it.files.cut(it.web, path),
    "truncates what it holds open": (it, path) => {
      it.files.write(it.web, path, "over");
      it.files.cut(it.web, path, { held: true });
    },
  };
  for (const [name, way] of Object.entries(ways)) {
    for (const path of [
      "/var/log/auth.log",
      "/var/log/wtmp",
      "/var/log/audit/audit.log",
      "/root/.bash_history",
      "/var/log/journal/0a/system.journal",
    ]) {
      const it = new FileHost();
      way(it, path);
      assert.ok(it.strongest("log-clearing").weight >= 0.6, `${name} ${path}: ${it.strongest("log-clearing").weight}`);
    }
  }
});

test("appending, and writing without emptying, is what logs are for", () => {
  const it = new FileHost();
  it.files.write(it.web, "/var/log/syslog", "a");
  it.files.write(it.web, "/var/log/app.log", "x");
  it.files.read(it.web, "/var/log/auth.log");
  assert.equal(it.strongest("log-clearing").weight, 0);
});

test("rotation by whatever program, with renaming, copying and compressing, is none", () => {
  const it = new FileHost();
  const rotate = it.files.spawn(it.cron, "/opt/bin/turn-logs");
  for (const log of ["/var/log/auth.log", "/var/log/syslog", "/var/log/app.log"]) {
    it.files.rename(rotate, `${log}.1`, `${log}.2`);
    it.files.rename(rotate, log, `${log}.1`);
    it.files.write(rotate, log, "x");
    const gzip = it.files.spawn(rotate, "/opt/bin/pack");
    it.files.read(gzip, `${log}.2`);
    it.files.write(gzip, `${log}.2.gz`, "x");
    it.files.remove(gzip, `${log}.2`);
    it.files.remove(rotate, `${log}.8.gz`);
  }
  // copytruncate
  it.files.read(rotate, "/var/log/messages");
  it.files.write(rotate, "/var/log/messages.1", "x");
  it.files.write(rotate, "/var/log/messages", "w");
  it.files.cut(rotate, "/var/log/messages");
  it.files.cut(it.host.existing("/usr/lib/systemd/systemd-journald", it.init), "/var/log/journal/0a/system.journal", {
    length: 8 << 20,
    held: true,
  });
  assert.ok(it.strongest("log-clearing").weight <= 0.05);
});

test("who puts a log aside and then removes what he put aside has cleared it", () => {
  const it = new FileHost();
  it.files.rename(it.web, "/var/log/auth.log", "/var/log/auth.log.1");
  assert.equal(it.strongest("log-clearing").weight, 0);
  it.files.remove(it.web, "/var/log/auth.log.1");
  assert.equal(it.strongest("log-clearing").weight, 0.8);
});

test("an empty file called like a copy is none", () => {
  const it = new FileHost();
  it.files.write(it.web, "/var/log/auth.log.1", "x");
  it.files.write(it.web, "/var/log/auth.log", "w");
  assert.equal(it.strongest("log-clearing").weight, 0.8);
});

test("a daemon's own log, purged packages and a shell that ends count little", () => {
  const it = new FileHost();
  it.files.write(it.web, "/var/log/app.log", "a");
  it.files.write(it.web, "/var/log/app.log", "w");
  it.files.write(it.shell, "/home/ann/.bash_history", "w");
  const dpkg = it.files.spawn(it.type("/usr/bin/apt"), "/usr/bin/dpkg");
  it.files.remove(it.files.spawn(dpkg, "/bin/rm"), "/var/log/nginx/access.log");
  it.files.write(it.host.existing("/usr/sbin/rsyslogd", it.init), "/var/log/auth.log", "w");
  it.files.write(it.host.existing("/usr/sbin/sshd", it.init), "/var/log/lastlog", "x");
  assert.ok(it.strongest("log-clearing").weight < 0.15);
});

test("a person who clears logs at a terminal is told, a name taken elsewhere in full", () => {
  const it = new FileHost();
  it.files.remove(it.type("/bin/rm"), "/var/log/auth.log");
  assert.ok(Math.abs(it.strongest("log-clearing").weight - 0.56) < 1e-9);
  it.files.write(it.files.spawn(it.web, "/tmp/rsyslogd"), "/var/log/syslog", "w");
  assert.equal(it.strongest("log-clearing").weight, 0.8);
});

test("a log cut to a length counts half, for it may have been lengthened; what is no log, nothing", () => {
  const it = new FileHost();
  it.files.cut(it.web, "/var/log/auth.log", { length: 4096, held: true });
  assert.equal(it.strongest("log-clearing").weight, 0.4);
  it.files.cut(it.web, "/srv/portal/cache", { held: true });
  it.files.cut(it.web, "/tmp/auth.log");
  assert.equal(it.strongest("log-clearing").weight, 0.4);
});
