import assert from "node:assert/strict";
import { test } from "node:test";
import { processKey, type ProcessRef } from "../../../core/entity.ts";
import { FileHost } from "../../scenes/file-acts.fixture.ts";

const LIST = [
  "/etc/shadow",
  "/root/.ssh/id_ed25519",
  "/root/.aws/credentials",
  "/home/ann/.mozilla/firefox/x.default/logins.json",
];

test("one process that reads four sorts of secrets is a hunter, whatever it is called", () => {
  for (const name of ["/tmp/x", "/usr/bin/python3", "/tmp/sshd", "/usr/bin/cat"]) {
    const it = new FileHost();
    const thief = it.files.spawn(it.web, name);
    for (const path of LIST) it.files.read(thief, path);
    const { weight, entity } = it.strongest("credentials");
    assert.equal(weight, 0.9, name);
    assert.equal(entity, processKey(thief));
  }
});

test("seeking in vain counts as finding", () => {
  const it = new FileHost();
  const thief = it.files.spawn(it.web, "/tmp/x");
  for (const path of LIST) it.files.missed(thief, path);
  assert.equal(it.strongest("credentials").weight, 0.9);
});

test("commands of one script are the script's, also slowly", () => {
  const it = new FileHost();
  const script = it.files.spawn(it.web, "/bin/sh", ["sh", "x.sh"]);
  for (const path of LIST) {
    const cat = it.files.spawn(script, "/usr/bin/cat");
    it.files.read(cat, path);
    it.host.exit(cat);
    it.host.wait(240_000);
  }
  const { weight, entity } = it.strongest("credentials");
  assert.ok(weight >= 0.9);
  assert.equal(entity, processKey(script));
});

test("environments and memory of others are secrets, one's own are not", () => {
  const it = new FileHost();
  const one = it.files.spawn(it.web, "/tmp/x");
  it.files.read(one, `/proc/${one.pid}/environ`);
  it.files.read(one, `/proc/${one.pid}/mem`);
  assert.equal(it.strongest("credentials").weight, 0);
  it.files.read(one, "/proc/1/environ");
  it.files.read(one, "/proc/1/mem");
  assert.equal(it.strongest("credentials").weight, 0.35);
});

test("many files of one sort say nothing", () => {
  const it = new FileHost();
  const one = it.files.spawn(it.web, "/opt/agent");
  for (let i = 0; i < 50; i++) it.files.read(one, `/home/u${i}/.ssh/id_rsa`);
  assert.equal(it.strongest("credentials").weight, 0);
});

test("clients that read their own, and a person's day with them, say nothing", () => {
  const it = new FileHost();
  const uses = {
    "/usr/bin/ssh": "/home/ann/.ssh/id_ed25519",
    "/usr/bin/kubectl": "/home/ann/.kube/config",
    "/usr/local/bin/aws": "/home/ann/.aws/credentials",
    "/usr/bin/docker": "/home/ann/.docker/config.json",
    "/usr/bin/gpg": "/home/ann/.gnupg/private-keys-v1.d/1.key",
    "/usr/bin/sudo": "/etc/shadow",
    "/usr/bin/psql": "/home/ann/.pgpass",
  };
  for (const [program, path] of Object.entries(uses)) it.files.read(it.type(program), path);
  it.files.read(it.shell, "/home/ann/.bash_history");
  assert.equal(it.strongest("credentials").weight, 0);
});

test("a backup that reads everything in order is no hunter, by its name or by the share of secrets", () => {
  for (const [name, most] of [
    ["/usr/bin/restic", 0],
    ["/opt/backup/run", 0.25],
  ] as const) {
    const it = new FileHost();
    const backup = it.files.spawn(it.cron, name);
    for (let i = 0; i < 600; i++) {
      it.files.read(backup, `/home/ann/documents/${i}.odt`);
      const secret = i % 150 === 149 ? LIST[Math.floor(i / 150)] : undefined;
      if (secret !== undefined) it.files.read(backup, secret);
    }
    assert.ok(it.strongest("credentials").weight <= most, `${name}: ${it.strongest("credentials").weight}`);
    assert.deepEqual(it.host.incidents, []);
  }
});

test("what a service reads again and again for long is its own", () => {
  const it = new FileHost();
  const paths = ["/srv/app/.env", "/etc/ssl/private/app.key"];
  it.files.read(it.web, "/srv/app/.env");
  it.host.wait(700_000);
  for (const path of paths) it.files.read(it.web, path);
  assert.equal(it.strongest("credentials").weight, 0);
});

test("with a file just dropped a hunt is an incident, of the techniques of what was read", () => {
  const it = new FileHost();
  const thief: ProcessRef = it.host.spawn(it.web, "/tmp/x", 1000);
  for (const path of LIST) it.files.read(thief, path);
  const [incident] = it.host.incidents;
  assert.ok(incident !== undefined);
  assert.ok(incident.evidence.some(({ techniques }) => techniques?.includes("T1003.008")));
});

test("a daemon whose jobs each read one sort is no hunter, and a person's commands count less", () => {
  const it = new FileHost();
  for (const path of LIST) it.files.read(it.files.spawn(it.cron, "/opt/job"), path);
  assert.equal(it.strongest("credentials").weight, 0);
  for (const path of LIST) it.files.read(it.type("/usr/bin/cat"), path);
  assert.ok(Math.abs(it.strongest("credentials").weight - 0.54) < 1e-9);
});

test("the system's tar is excused where a schedule or a person starts it, and not where a server's shell does", () => {
  const it = new FileHost();
  const pack = (by: ProcessRef): void => {
    const tar = it.files.spawn(by, "/usr/bin/tar");
    for (const path of LIST) it.files.read(tar, path);
  };
  it.host.connect(it.cron, "127.0.0.1", 5432);
  pack(it.cron);
  pack(it.files.spawn(it.files.spawn(it.host.existing("/usr/bin/backupd", it.init), "/bin/sh"), "/bin/sh"));
  pack(it.type("/bin/bash"));
  pack(it.web);
  assert.equal(it.strongest("credentials").weight, 0);
  it.host.connect(it.web, "203.0.113.5", 443);
  // A server that packs by itself does its own work.
  pack(it.web);
  assert.equal(it.strongest("credentials").weight, 0);
  pack(it.files.spawn(it.web, "/bin/sh"));
  assert.equal(it.strongest("credentials").weight, 0.9);
});

test("who lays links to secrets into a job's way is the hunter, and the job that follows them is none", () => {
  const it = new FileHost();
  const thief = it.files.spawn(it.web, "/opt/tool");
  for (const [at, path] of LIST.entries()) it.files.symlink(thief, path, `/srv/inbox/${at}`);
  const job = it.files.spawn(it.cron, "/opt/job");
  for (const [at, path] of LIST.entries()) it.files.follow(job, `/srv/inbox/${at}`, path);
  const { weight, entity } = it.strongest("credentials");
  assert.deepEqual([weight, entity], [0.9, processKey(thief)]);
  assert.ok(it.host.deposits.every(({ evidence }) => evidence.entity !== processKey(job)));
});

test("who follows links of his own, or of his shell, has sought what they lead to", () => {
  const it = new FileHost();
  const shell = it.files.spawn(it.web, "/bin/sh");
  const cat = it.files.spawn(shell, "/usr/bin/cat");
  for (const [at, path] of LIST.entries()) {
    it.files.symlink(it.files.spawn(shell, "/usr/bin/ln"), path, `/srv/inbox/${at}`);
    it.files.follow(cat, `/srv/inbox/${at}`, path);
  }
  assert.deepEqual(it.strongest("credentials").entity, processKey(cat));
  // Nor does a link to something else make a secret that is read in another way his.
  const other = it.files.spawn(it.cron, "/opt/job");
  it.files.symlink(shell, "/srv/notes", "/srv/inbox/x");
  for (const path of LIST) it.files.follow(other, "/srv/inbox/x", path);
  assert.ok(it.host.deposits.some(({ evidence }) => evidence.entity === processKey(other)));
});

test("copies of one program that read a secret each are that program's hunt, other programs of a daemon are not", () => {
  const it = new FileHost();
  const tool = it.files.spawn(it.files.spawn(it.web, "/bin/sh"), "/var/tmp/tool");
  for (const path of LIST) {
    const orphan = it.host.fork(it.host.fork(tool));
    it.files.read(orphan, path);
    it.host.exit(orphan);
  }
  const { weight, entity } = it.strongest("credentials");
  assert.deepEqual([weight, entity], [0.9, processKey(tool)]);
});

test("who gives secrets other names has sought them, and who renames one in its place has not", () => {
  for (const way of ["link", "rename"] as const) {
    const it = new FileHost();
    const thief = it.files.spawn(it.web, "/tmp/x");
    for (const [at, path] of LIST.entries()) it.files[way](thief, path, `/srv/notes/${at}`);
    const { weight, entity } = it.strongest("credentials");
    assert.deepEqual([weight, entity], [0.9, processKey(thief)], way);
  }
  const it = new FileHost();
  const keeper = it.files.spawn(it.web, "/opt/keeper");
  for (const path of LIST) {
    it.files.rename(keeper, `${path}.new`, path);
    it.files.link(keeper, `/srv/templates${path}.j2`, `${path}.new`);
  }
  it.files.rename(keeper, "/root/.ssh/id_ed25519", "/root/.ssh/id_old");
  it.files.rename(keeper, "/etc/shadow", "/etc/shadow-");
  assert.equal(it.strongest("credentials").weight, 0);
});

test("a snapshot of hard links to everything counts as little as a backup that reads everything", () => {
  const it = new FileHost();
  const snapshot = it.files.spawn(it.cron, "/usr/bin/cp");
  for (let i = 0; i < 600; i++) {
    it.files.link(snapshot, `/home/ann/documents/${i}.odt`, `/backup/1/home/ann/documents/${i}.odt`);
    const secret = i % 150 === 149 ? LIST[Math.floor(i / 150)] : undefined;
    if (secret !== undefined) it.files.link(snapshot, secret, `/backup/1${secret}`);
  }
  assert.ok(it.strongest("credentials").weight <= 0.25);
  assert.deepEqual(it.host.incidents, []);
});

test("what a line of processes gave other names is a secret to it, also by a further name and after it was moved", () => {
  for (const way of ["link", "rename"] as const) {
    const it = new FileHost();
    const shell = it.files.spawn(it.web, "/bin/sh");
    for (const [at, path] of LIST.entries()) {
      const tool = it.files.spawn(shell, "/opt/name");
      it.files[way](tool, path, `/srv/notes/${at}`);
      it.files[way](tool, `/srv/notes/${at}`, `/srv/notes/${at}.txt`);
      it.host.exit(tool);
    }
    const reader = it.files.spawn(shell, "/usr/bin/cat");
    for (const at of LIST.keys()) it.files.read(reader, `/srv/notes/${at}.txt`);
    const told = it.host.deposits.findLast(
      ({ evidence: { agent, entity } }) => agent === "credential-hunt" && entity === processKey(reader),
    );
    assert.match(told?.evidence.says ?? "", /^cat \(\d+\) read or sought 4 sorts of secrets/, way);
  }
});

test("what one service links to secrets over what others read makes thieves of none of them", () => {
  const it = new FileHost();
  const framer = it.files.spawn(it.web, "/tmp/x");
  const places = LIST.map((_, at) => `/srv/inbox/${at}`);
  for (const [at, path] of LIST.entries()) it.files.link(framer, path, places[at] ?? "");
  const job = it.files.spawn(it.cron, "/usr/local/bin/report");
  for (const path of places) it.files.read(job, path);
  assert.equal(it.strongest("credentials").entity, processKey(framer));
  assert.ok(it.host.deposits.every(({ evidence }) => evidence.entity !== processKey(job)));
});
