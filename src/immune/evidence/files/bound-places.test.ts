import assert from "node:assert/strict";
import { test } from "node:test";
import { processKey, type ProcessRef } from "../../../core/entity.ts";
import { FileHost } from "../../scenes/file-acts.fixture.ts";

const MS_BIND = 0x1000;
const MS_REMOUNT = 0x20;
const LIST = ["/etc/shadow", "/root/.ssh/id_ed25519", "/root/.aws/credentials", "/root/.kube/config"];

/** Weight of the hunt after secrets were opened at other places. */
function huntedAt(places: readonly string[], mounts: (it: FileHost, by: ProcessRef) => void) {
  const it = new FileHost();
  const thief = it.files.spawn(it.web, "/tmp/x");
  mounts(it, thief);
  for (const path of places) it.files.read(thief, path);
  const { weight, entity } = it.strongest("credentials");
  return { weight, isThief: entity === processKey(thief) };
}

test("a secret that is bound to a harmless place and read there is a secret", () => {
  const { weight, isThief } = huntedAt(
    LIST.map((_, at) => `/srv/notes/${at}`),
    (it, by) => {
      for (const [at, path] of LIST.entries())
        it.files.call(by, "mount", "mount", { path, path2: `/srv/notes/${at}`, args: [0, 0, 0, MS_BIND] });
    },
  );
  assert.deepEqual([weight, isThief], [0.9, true]);
});

test("so are those below a folder that is bound, by either way of binding, over again, and relative to where one is", () => {
  const below = LIST.map((path) => `/mnt/b${path}`);
  const bind = { path: "/", path2: "/mnt/a", args: [0, 0, 0, MS_BIND] };
  const again = { path: "mnt/a", path2: "/mnt/./b", args: [0, 0, 0, MS_BIND] };
  const old = huntedAt(below, (it, by) => {
    it.files.call(by, "mount", "mount", bind);
    it.files.call(by, "mount", "mount", again);
  });
  assert.equal(old.weight, 0.9);
  const recent = huntedAt(below, (it, by) => {
    it.files.call(by, "mount", "open_tree", { path: "/", result: 3 });
    it.files.call(by, "mount", "move_mount", { path2: "/mnt/b" });
  });
  assert.equal(recent.weight, 0.9);
});

test("other mounts, and such as failed, make nothing a secret", () => {
  const below = LIST.map((path) => `/mnt/b${path}`);
  // One of these is a secret wherever it lies, the other by its whole path alone.
  const [shadow = ""] = below;
  for (const [call, more] of [
    ["mount", { path: "/etc", path2: "/mnt/b/etc", args: [0, 0, 0, MS_BIND], result: -1 }],
    ["mount", { path: "/etc", path2: "/mnt/b/etc", args: [0, 0, 0, MS_REMOUNT] }],
    ["move_mount", { path2: "/mnt/b/etc" }],
    ["umount2", { path: "/mnt/b/etc" }],
  ] as const) {
    const { weight } = huntedAt([shadow, "/root/.ssh/id_ed25519"], (it, by) => it.files.call(by, "mount", call, more));
    assert.equal(weight, 0, call);
  }
});

test("what one service binds over places that others read makes thieves of none of them", () => {
  const it = new FileHost();
  const framer = it.files.spawn(it.web, "/tmp/x");
  const places = LIST.map((_, at) => `/usr/share/zoneinfo/${at}`);
  for (const [at, path] of LIST.entries())
    it.files.call(framer, "mount", "mount", { path, path2: places[at] ?? "", args: [0, 0, 0, MS_BIND] });
  const job = it.files.spawn(it.cron, "/usr/local/bin/report");
  for (const path of places) it.files.read(job, path);
  assert.equal(it.strongest("credentials").weight, 0);
});

/** Weight of what is told of who binds a folder elsewhere and does there as he likes; and of another service that does the same there. */
function toldBehind(kind: string, folder: string, deed: (it: FileHost, by: ProcessRef, at: string) => void) {
  const weightOf = (bind: (it: FileHost) => ProcessRef, doer: (it: FileHost, binder: ProcessRef) => ProcessRef) => {
    const it = new FileHost();
    const binder = bind(it);
    it.files.call(binder, "mount", "mount", { path: folder, path2: "/run/x", args: [0, 0, 0, MS_BIND] });
    deed(it, doer(it, binder), "/run/x");
    return it.strongest(kind);
  };
  const tool = (it: FileHost): ProcessRef => it.files.spawn(it.web, "/tmp/x");
  const own = weightOf(tool, (_, binder) => binder);
  const child = weightOf(tool, (it, binder) => it.files.spawn(binder, "/usr/bin/tee"));
  const other = weightOf(tool, (it) => it.files.spawn(it.cron, "/opt/job"));
  return { own: own.weight, child: child.weight, other: other.weight, says: own.says };
}

interface Deed {
  readonly kind: string;
  readonly folder: string;
  readonly says: RegExp;
  at(it: FileHost, by: ProcessRef, at: string): void;
}

const DEEDS: readonly Deed[] = [
  {
    kind: "persistence",
    folder: "/etc",
    says: / wrote \/etc\/cron\.d\/job,/,
    at: ({ files }, by, at) => files.write(by, `${at}/cron.d/job`),
  },
  {
    kind: "log-clearing",
    folder: "/var/log",
    says: /^\/var\/log\/auth\.log /,
    at: ({ files }, by, at) => files.remove(by, `${at}/auth.log`),
  },
  {
    kind: "tampering",
    folder: "/etc",
    says: / \/etc\/swarms\/x/,
    at: ({ files }, by, at) => files.rename(by, "/tmp/y", `${at}/swarms/x`),
  },
  {
    kind: "mass-rewrite",
    folder: "/home/ann",
    says: /./,
    at: ({ files }, by, at) => {
      for (let i = 0; i < 60; i++) {
        const path = `${at}/d${i % 4}/f${i}.${["jpg", "docx", "pdf"][i % 3] ?? ""}`;
        files.read(by, path);
        files.write(by, path, "r+");
        files.rename(by, path, `${path}.locked`);
      }
    },
  },
];

test("what is done behind a bound folder is done to what it was bound from, by the line of processes that bound it", () => {
  for (const { kind, folder, says: words, at } of DEEDS) {
    const { own, child, other, says } = toldBehind(kind, folder, at);
    assert.ok(own >= 0.6, `${kind}: ${own}`);
    if (kind !== "mass-rewrite") assert.equal(child, own, kind);
    assert.equal(other, 0, kind);
    assert.match(says, words);
  }
});

test("what is harmless, bound over a place where nobody else may see it, hides nothing that is done to that place", () => {
  const secrets: Deed = {
    kind: "credentials",
    folder: "/root",
    says: /./,
    at: ({ files }, by, at) => {
      for (const name of [".ssh/id_ed25519", ".aws/credentials", ".kube/config", ".netrc"])
        files.read(by, `${at}/${name}`);
    },
  };
  for (const { kind, folder, at } of [...DEEDS, secrets]) {
    const told = (isBound: boolean): number => {
      const it = new FileHost();
      const tool = it.files.spawn(it.web, "/tmp/x");
      const inItsOwn = it.files.spawn(tool, "/tmp/x");
      if (isBound) {
        const mount = { path: "/run/empty", path2: folder, args: [0, 0, 0, MS_BIND] };
        it.files.call(inItsOwn, "mount", "mount", mount);
      }
      at(it, tool, folder);
      return it.strongest(kind).weight;
    };
    assert.ok(told(false) >= 0.6, kind);
    assert.equal(told(true), told(false), kind);
  }
});
