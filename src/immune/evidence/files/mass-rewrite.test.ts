import assert from "node:assert/strict";
import { test } from "node:test";
import { processKey, type ProcessRef } from "../../../core/entity.ts";
import { FileHost } from "../../scenes/file-acts.fixture.ts";

const SUFFIXES = ["jpg", "docx", "pdf", "xlsx", "sqlite", "txt"];

/** Files of people in several folders and of several types. */
function documents(count: number): string[] {
  return Array.from({ length: count }, (_, i) => `/home/ann/d${i % 4}/f${i}.${SUFFIXES[i % SUFFIXES.length]}`);
}

type Way = (it: FileHost, by: ProcessRef, path: string) => void;

/** How extortion is done; each loses the file. */
const WAYS: Readonly<Record<string, Way>> = {
  "reads, writes over in place, renames": ({ files }, by, path) => {
    files.read(by, path);
    files.write(by, path, "r+");
    files.rename(by, path, `${path}.locked`);
  },
  "renames first, then writes over": ({ files }, by, path) => {
    files.rename(by, path, `${path}.locked`);
    files.write(by, `${path}.locked`, "r+");
  },
  "writes a copy, removes the original": ({ files }, by, path) => {
    files.read(by, path);
    files.write(by, `${path}.enc`);
    files.remove(by, path);
  },
  "writes aside, renames the copy, removes the original": ({ files }, by, path) => {
    files.read(by, path);
    files.write(by, `${path}.tmp`);
    files.rename(by, `${path}.tmp`, `${path}.crypt`);
    files.remove(by, path);
  },
  "writes over in place, nothing renamed": ({ files }, by, path) => {
    files.read(by, path);
    files.write(by, path, "w");
  },
  "opens for both and writes over": ({ files }, by, path) => files.write(by, path, "r+"),
  "writes over, renames and removes as shred does": ({ files }, by, path) => {
    files.write(by, path, "over");
    files.rename(by, path, "/home/ann/000");
    files.rename(by, "/home/ann/000", "/home/ann/00");
    files.remove(by, "/home/ann/00");
  },
  "a name of chance, the original removed": ({ files }, by, path) => {
    files.read(by, path);
    files.write(by, `/home/ann/${path.length}${path.slice(-8, -4)}0`);
    files.remove(by, path);
  },
};

test("every way of extortion is told within 24 files, by whatever name it runs", () => {
  for (const [name, way] of Object.entries(WAYS)) {
    for (const program of ["/tmp/x", "/usr/bin/python3", "/tmp/gzip"]) {
      const it = new FileHost();
      const by = it.files.spawn(it.web, program);
      for (const path of documents(24)) way(it, by, path);
      const { weight, entity } = it.strongest("mass-rewrite");
      assert.ok(weight >= 0.7, `${name}: ${weight}`);
      assert.equal(entity, processKey(by));
    }
  }
});

test("with other evidence it is an incident before 13 files are lost", () => {
  for (const [name, way] of Object.entries(WAYS)) {
    const it = new FileHost();
    const by = it.host.spawn(it.web, "/tmp/x", 1000);
    const lost = documents(40).findIndex((path) => {
      way(it, by, path);
      return it.host.incidents.length > 0;
    });
    assert.ok(lost >= 0 && lost < (/^a name|shred/.test(name) ? 17 : 13), `${name}: ${lost}`);
  }
});

test("commands of one script are the script's, also slowly", () => {
  const it = new FileHost();
  const script = it.files.spawn(it.web, "/bin/bash", ["bash", "x.sh"]);
  for (const path of documents(24)) {
    const openssl = it.files.spawn(script, "/usr/bin/openssl");
    it.files.read(openssl, path);
    it.files.write(openssl, `${path}.enc`);
    it.host.exit(openssl);
    const rm = it.files.spawn(script, "/bin/rm");
    it.files.remove(rm, path);
    it.host.exit(rm);
    it.host.wait(60_000);
  }
  const { weight, entity } = it.strongest("mass-rewrite");
  assert.ok(weight >= 0.9);
  assert.equal(entity, processKey(script));
});

test("files of one type that are written over and then removed by another name are destroyed", () => {
  const it = new FileHost();
  const script = it.files.spawn(it.web, "/bin/sh", ["sh", "x.sh"]);
  for (let i = 0; i < 16; i++) {
    const shred = it.files.spawn(script, "/usr/bin/shred");
    WAYS["writes over, renames and removes as shred does"]?.(it, shred, `/srv/d/${i}.txt`);
    it.host.exit(shred);
  }
  const { weight, says } = it.strongest("mass-rewrite");
  assert.equal(weight, 0.8);
  assert.match(says, /16 files were read or written over, and then removed/);
});

test("what is written decides where nothing else is known: encrypted is an incident, text is not", () => {
  for (const random of [12, 2]) {
    const it = new FileHost();
    const by = it.files.spawn(it.web, "/usr/bin/python3");
    for (const path of documents(12)) WAYS["writes a copy, removes the original"]?.(it, by, path);
    it.host.exit(by);
    assert.deepEqual(it.host.incidents, []);
    it.files.writes(by, 12, random);
    assert.equal(it.host.incidents.length, random > 2 ? 1 : 0);
  }
});

test("what the commands of a script wrote is the script's, though they are gone when it is counted", () => {
  const it = new FileHost();
  const script = it.files.spawn(it.web, "/bin/bash", ["bash", "x.sh"]);
  const gone: ProcessRef[] = [];
  for (const path of documents(12)) {
    const openssl = it.files.spawn(script, "/usr/bin/openssl");
    WAYS["writes a copy, removes the original"]?.(it, openssl, path);
    it.host.exit(openssl);
    gone.push(openssl);
  }
  for (const openssl of gone) it.files.writes(openssl, 1, 1);
  assert.equal(it.host.incidents.length, 1);
});

test("what looks encrypted says nothing of who rewrites nothing", () => {
  const it = new FileHost();
  const by = it.type("/usr/bin/gpg");
  it.files.write(by, "/home/ann/all.gpg");
  it.files.writes(by, 500, 500);
  assert.equal(it.strongest("content").weight, 0);
});

/** What ordinary programs do to many files; the most that may be told of it. */
const ORDINARY: Readonly<Record<string, { readonly most: number; readonly work: (it: FileHost) => void }>> = {
  "gzip -r": {
    most: 0,
    work: (it) => {
      const by = it.type("/usr/bin/gzip");
      for (const path of documents(60)) WAYS["writes a copy, removes the original"]?.(it, by, path);
    },
  },
  "tar of a tree": {
    most: 0,
    work: (it) => {
      const by = it.type("/usr/bin/tar");
      it.files.write(by, "/home/ann/all.tar");
      for (const path of documents(60)) it.files.read(by, path);
    },
  },
  "sed -i over a tree": {
    most: 0.4,
    work: (it) => {
      const by = it.type("/usr/bin/sed");
      for (let i = 0; i < 60; i++) {
        const path = `/home/ann/src/m${i % 6}/f${i}.ts`;
        it.files.read(by, path);
        it.files.write(by, `/home/ann/src/m${i % 6}/sedX${i}`, "x");
        it.files.rename(by, `/home/ann/src/m${i % 6}/sedX${i}`, path);
      }
    },
  },
  "git checkout": {
    most: 0.25,
    work: (it) => {
      const by = it.type("/usr/bin/git");
      for (const path of documents(60)) {
        it.files.read(by, path);
        it.files.remove(by, path);
        it.files.write(by, path, "x");
      }
    },
  },
  make: {
    most: 0,
    work: (it) => {
      const cc = it.files.spawn(it.type("/usr/bin/make"), "/usr/bin/cc");
      for (let i = 0; i < 60; i++) {
        it.files.read(cc, `/home/ann/src/m${i % 6}/f${i}.c`);
        it.files.write(cc, `/home/ann/src/m${i % 6}/f${i}.o`);
      }
    },
  },
  "make clean, and again": {
    most: 0.3,
    work: (it) => {
      const make = it.type("/usr/bin/make");
      for (let i = 0; i < 60; i++) it.files.read(make, `/home/ann/src/m${i % 6}/f${i}.o`);
      const rm = it.files.spawn(make, "/bin/rm");
      for (let i = 0; i < 60; i++) it.files.remove(rm, `/home/ann/src/m${i % 6}/f${i}.o`);
    },
  },
  "settings managed with backups": {
    most: 0,
    work: (it) => {
      const by = it.files.spawn(it.cron, "/usr/bin/python3");
      for (let i = 0; i < 40; i++) {
        const path = `/etc/app${i % 5}/f${i}.conf`;
        it.files.read(by, path);
        it.files.write(by, `${path}.new`);
        it.files.rename(by, path, `${path}.bak`);
        it.files.rename(by, `${path}.new`, path);
      }
    },
  },
  rsync: {
    most: 0,
    work: (it) => {
      const by = it.files.spawn(it.cron, "/usr/bin/rsync");
      for (const path of documents(60)) {
        it.files.read(by, path);
        it.files.write(by, `${path}.Xa3k`, "x");
        it.files.rename(by, `${path}.Xa3k`, path);
      }
    },
  },
  "a database's checkpoint": {
    most: 0.4,
    work: (it) => {
      const by = it.host.existing("/usr/lib/postgresql/15/bin/postgres", it.init, "/system.slice/postgresql.service");
      for (let i = 0; i < 200; i++) it.files.write(by, `/var/lib/postgresql/15/main/base/${i % 8}/${16_384 + i}`, "r+");
    },
  },
  dpkg: {
    most: 0,
    work: (it) => {
      const by = it.files.spawn(it.type("/usr/bin/apt"), "/usr/bin/dpkg");
      for (const path of documents(60)) {
        it.files.link(by, path, `${path}.dpkg-tmp`);
        it.files.write(by, `${path}.dpkg-new`);
        it.files.rename(by, `${path}.dpkg-new`, path);
        it.files.remove(by, `${path}.dpkg-tmp`);
      }
    },
  },
  "pictures turned in place": {
    most: 0.4,
    work: (it) => {
      const by = it.type("/usr/bin/mogrify");
      for (let i = 0; i < 60; i++)
        WAYS["writes over in place, nothing renamed"]?.(it, by, `/home/ann/p${i % 9}/${i}.jpg`);
    },
  },
  "pictures converted, originals removed": {
    most: 0.4,
    work: (it) => {
      const by = it.type("/usr/bin/python3");
      for (let i = 0; i < 60; i++) {
        const path = `/home/ann/p${i % 9}/${i}`;
        it.files.read(by, `${path}.heic`);
        it.files.write(by, `${path}.jpg`);
        it.files.remove(by, `${path}.heic`);
      }
    },
  },
  "logs rotated by a script of one's own": {
    most: 0.4,
    work: (it) => {
      const by = it.files.spawn(it.cron, "/bin/sh");
      for (let i = 0; i < 30; i++) {
        const log = `/srv/logs/a${i}.log`;
        it.files.rename(by, `${log}.1`, `${log}.2`);
        it.files.rename(by, log, `${log}.1`);
        it.files.write(by, log);
      }
    },
  },
  "rm -r of a tree": {
    most: 0,
    work: (it) => {
      const by = it.type("/bin/rm");
      for (const path of documents(200)) it.files.remove(by, path);
    },
  },
};

test("ordinary work on many files is told little of, and is no incident", () => {
  for (const [name, { most, work }] of Object.entries(ORDINARY)) {
    const it = new FileHost();
    work(it);
    // As if all were packed or pictures, by whoever wrote last.
    for (let pid = 100; pid < 140; pid++) it.files.writes({ pid, startTicks: pid * 10 }, 60, 60);
    assert.ok(it.strongest("mass-rewrite").weight <= most, `${name}: ${it.strongest("mass-rewrite").weight}`);
    assert.deepEqual(it.host.incidents, [], name);
  }
});
