import assert from "node:assert/strict";
import { test } from "node:test";
import { processKey } from "../../../core/entity.ts";
import { FileHost } from "../../scenes/file-acts.fixture.ts";
import { NOVELTY } from "../../novelty/novelty.ts";
import { WRITE_TARGET } from "./write-target.ts";

/** A service at its ordinary work: it keeps data in one place and a log in another. */
function steady(it: FileHost, times = 60): void {
  for (let i = 0; i < times; i++) {
    it.files.write(it.web, `/var/lib/shop/orders-${i}.json`);
    it.files.write(it.web, `/var/log/shop/${i % 7}.log`, "a");
    it.host.wait(5000);
  }
}

test("a service that writes where it never wrote is told of, by a little", () => {
  const it = new FileHost();
  steady(it);
  assert.equal(it.strongest("write-target").weight, 0);
  it.files.write(it.web, "/usr/lib/python3/x.py");
  const { weight, says, entity } = it.strongest("write-target");
  assert.equal(weight, WRITE_TARGET.most);
  assert.equal(entity, processKey(it.web));
  assert.match(says, /wrote \/usr\/lib\/python3\/x\.py, in a kind of folder that is new to it, a first in \d+ writes/);
});

test("what is renamed, linked or planted there counts as well", () => {
  const deeds: Record<string, (it: FileHost) => void> = {
    rename: (it) => it.files.rename(it.web, "/var/lib/shop/x", "/opt/tool/bin/x"),
    link: (it) => it.files.link(it.web, "/var/lib/shop/x", "/opt/tool/bin/x"),
    symlink: (it) => it.files.symlink(it.web, "/etc/shadow", "/opt/tool/bin/x"),
  };
  for (const [name, deed] of Object.entries(deeds)) {
    const it = new FileHost();
    steady(it);
    deed(it);
    assert.equal(it.strongest("write-target").weight, WRITE_TARGET.most, name);
  }
});

test("what a service's shell writes is judged by what is written in that service's place", () => {
  const it = new FileHost();
  steady(it);
  it.files.write(it.files.spawn(it.web, "/bin/sh"), "/srv/other/x");
  const { weight } = it.strongest("write-target");
  assert.ok(weight > 0 && weight <= WRITE_TARGET.most * WRITE_TARGET.place, `${weight}`);
});

test("who writes here and there all the time, people, builders and package managers are not told of", () => {
  const it = new FileHost();
  for (let i = 0; i < 60; i++) {
    it.files.write(it.cron, `/srv/x${"abcdefghij"[i % 10] ?? ""}${"klmnopqrst"[Math.floor(i / 10)] ?? ""}/y`);
    it.files.write(it.type("/usr/bin/vim"), "/home/ann/notes");
    it.host.wait(5000);
  }
  it.files.write(it.cron, "/opt/new/y");
  it.files.write(it.type("/usr/bin/vim"), "/etc/motd");
  steady(it);
  it.files.write(it.files.spawn(it.files.spawn(it.web, "/usr/bin/make"), "/usr/bin/cc"), "/opt/new/a.o");
  it.files.write(it.files.spawn(it.web, "/usr/bin/dpkg"), "/usr/bin/tool");
  assert.equal(it.strongest("write-target").weight, 0);
});

test("a new place is learned when it is written again after a while and nothing came of it", () => {
  const it = new FileHost();
  steady(it);
  it.files.write(it.web, "/srv/reports/1");
  const told = (): number => it.host.deposits.filter(({ evidence }) => evidence.kind === "write-target").length;
  const before = told();
  it.host.wait(NOVELTY.probationMs + 1000);
  it.files.write(it.web, "/srv/reports/2");
  it.files.write(it.web, "/srv/reports/3");
  assert.equal(it.strongest("write-target").weight, WRITE_TARGET.most);
  assert.equal(told(), before);
});

test("however many places there are, and over hours, it is no more than a little", () => {
  const it = new FileHost();
  steady(it, 200);
  const web = processKey(it.web);
  for (const letter of "abcdefghij") {
    for (const folder of ["/opt", "/srv", "/usr/share"]) it.files.write(it.web, `${folder}/${letter}/x`);
    const said = it.host.context().field.bySource(web, "danger").get("write-target") ?? 0;
    assert.ok(said <= WRITE_TARGET.most + 1e-9, `${said}`);
    it.host.wait(600_000);
  }
  const slowly = it.host.context().field.bySource(web, "danger.slow").get("write-target") ?? 0;
  assert.ok(slowly > 0 && slowly <= WRITE_TARGET.mostSlow + 1e-9, `${slowly}`);
  assert.deepEqual(it.host.incidents, []);
});
