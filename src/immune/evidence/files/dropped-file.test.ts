import assert from "node:assert/strict";
import { test } from "node:test";
import { processKey } from "../../../core/entity.ts";
import { depositDanger } from "../danger.ts";
import { FileHost } from "../../scenes/file-acts.fixture.ts";

test("what one wrote from the network and another runs is told of the runner, over renaming, linking and waiting", () => {
  const moves: Record<string, (it: FileHost) => string> = {
    nothing: () => "/tmp/x",
    rename: (it) => (it.files.rename(it.files.spawn(it.web, "/bin/mv"), "/tmp/x", "/var/tmp/y"), "/var/tmp/y"),
    link: (it) => (it.files.link(it.files.spawn(it.web, "/bin/ln"), "/tmp/x", "/var/tmp/y"), "/var/tmp/y"),
    wait: (it) => (it.host.wait(240_000), "/tmp/x"),
  };
  for (const [name, move] of Object.entries(moves)) {
    const it = new FileHost();
    const fetch = it.files.spawn(it.web, "/usr/bin/curl");
    it.host.connect(fetch, "203.0.113.5", 443);
    it.files.write(fetch, "/tmp/x");
    it.host.exit(fetch);
    const path = move(it);
    it.files.chmod(it.files.spawn(it.web, "/bin/chmod"), path, 0o755);
    const runner = it.files.spawn(it.cron, path);
    const { weight, says, entity } = it.strongest("dropped-file");
    assert.ok(weight >= 0.6, `${name}: ${weight}`);
    assert.match(says, /which curl \(\d+\) wrote .* may come from the network/);
    assert.equal(entity, processKey(runner));
  }
});

test("a script is run by whoever interprets it: by argument, by its own name, by standard input", () => {
  const runs: Record<string, (it: FileHost) => void> = {
    argument: (it) => it.files.spawn(it.cron, "/usr/bin/python3.11", ["python3", "-u", "/tmp/x"]),
    "its own name": (it) => {
      const child = it.host.fork(it.cron);
      it.files.exec(child, "/tmp/x", ["/tmp/x"]);
    },
    "standard input": (it) => {
      const child = it.host.fork(it.cron);
      it.files.read(child, "/tmp/x");
      it.files.exec(child, "/bin/sh", ["sh"]);
    },
    "the linker": (it) => it.files.spawn(it.cron, "/lib64/ld-linux-x86-64.so.2", ["ld.so", "/tmp/x"]),
  };
  for (const [name, run] of Object.entries(runs)) {
    const it = new FileHost();
    const fetch = it.files.spawn(it.web, "/usr/bin/wget");
    it.host.connect(fetch, "203.0.113.5", 443);
    it.files.write(fetch, "/tmp/x.part");
    it.files.rename(it.files.spawn(it.web, "/bin/mv"), "/tmp/x.part", "/tmp/x");
    run(it);
    assert.ok(it.strongest("dropped-file").weight >= 0.7, name);
  }
});

test("a chain of decoders keeps where it came from", () => {
  const it = new FileHost();
  const fetch = it.files.spawn(it.web, "/usr/bin/curl");
  it.host.connect(fetch, "203.0.113.5", 443);
  it.files.write(fetch, "/tmp/a.b64");
  const decode = it.files.spawn(it.cron, "/usr/bin/base64");
  it.files.read(decode, "/tmp/a.b64");
  it.files.write(decode, "/tmp/a.gz");
  const unpack = it.files.spawn(it.cron, "/usr/bin/gzip");
  it.files.read(unpack, "/tmp/a.gz");
  it.files.write(unpack, "/tmp/a");
  it.files.spawn(it.cron, "/tmp/a");
  const { weight, says } = it.strongest("dropped-file");
  assert.ok(weight >= 0.75);
  assert.match(says, /from what curl \(\d+\) and base64 \(\d+\) wrote/);
});

test("a redirection opens the file before the program that fetches has connected", () => {
  const it = new FileHost();
  const child = it.host.fork(it.web);
  it.files.write(child, "/tmp/x");
  it.files.exec(child, "/usr/bin/curl");
  it.host.connect(child, "203.0.113.5", 443);
  it.files.spawn(it.cron, "/tmp/x");
  assert.ok(it.strongest("dropped-file").weight >= 0.75);
});

test("a program in memory is a dropped file", () => {
  const it = new FileHost();
  const loader = it.files.spawn(it.web, "/usr/bin/python3");
  it.host.connect(loader, "203.0.113.5", 443);
  it.files.memfd(loader, "x");
  it.files.spawn(loader, "/memfd:x");
  assert.ok(it.strongest("dropped-file").weight >= 0.7);
});

test("the writer's danger flows to whoever runs the file, in part and of the same kinds", () => {
  const it = new FileHost();
  const writer = it.files.spawn(it.web, "/opt/x");
  const fact = {
    agent: "test",
    kind: "elsewhere",
    entity: processKey(writer),
    weight: 1,
    says: "is known",
    numbers: {},
  };
  depositDanger(it.host.context(), fact);
  it.files.write(writer, "/tmp/y");
  it.host.exit(writer);
  const runner = it.files.spawn(it.cron, "/tmp/y");
  const level = it.host.context().field.bySource(processKey(runner), "danger").get("elsewhere") ?? 0;
  assert.ok(level > 0.55 && level <= 0.6);
});

test("builders, packages and a person's own scripts count little; what was written long ago is history", () => {
  const work: Record<string, { most: number; work: (it: FileHost) => void }> = {
    "a build": {
      most: 0.1,
      work: (it) => {
        const make = it.type("/usr/bin/make");
        it.files.write(it.files.spawn(make, "/usr/bin/ld"), "/home/ann/a.out", "x");
        it.files.spawn(it.shell, "/home/ann/a.out");
      },
    },
    "a package": {
      most: 0.1,
      work: (it) => {
        const dpkg = it.files.spawn(it.type("/usr/bin/apt"), "/usr/bin/dpkg");
        it.files.write(dpkg, "/usr/sbin/newd.dpkg-new");
        it.files.rename(dpkg, "/usr/sbin/newd.dpkg-new", "/usr/sbin/newd");
        it.files.spawn(it.init, "/usr/sbin/newd");
      },
    },
    "a script just edited": {
      most: 0.15,
      work: (it) => {
        it.files.write(it.type("/usr/bin/vim"), "/home/ann/x.sh");
        it.type("/home/ann/x.sh");
      },
    },
    "an hour later": {
      most: 0,
      work: (it) => {
        it.files.write(it.web, "/tmp/x");
        it.host.wait(3_600_001);
        it.files.spawn(it.cron, "/tmp/x");
      },
    },
    "what nobody wrote": { most: 0, work: (it) => void it.files.spawn(it.cron, "/usr/bin/date") },
  };
  for (const [name, each] of Object.entries(work)) {
    const it = new FileHost();
    each.work(it);
    assert.ok(it.strongest("dropped-file").weight <= each.most, `${name}: ${it.strongest("dropped-file").weight}`);
    assert.deepEqual(it.host.incidents, [], name);
  }
});
