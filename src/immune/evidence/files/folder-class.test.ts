import assert from "node:assert/strict";
import { test } from "node:test";
import { folderClass } from "./folder-class.ts";

test("a kind of folder is its first three names, with what is numbered or personal as one", () => {
  const cases = [
    ["/var/lib/app/a/b/c.db", "/var/lib/app"],
    ["/etc/passwd", "/etc"],
    ["/etc/cron.d/x", "/etc/cron.d"],
    ["/x", "/"],
    ["/home/ann/.ssh/authorized_keys", "/home/*/.ssh"],
    ["/var/log/app-17/2026.log", "/var/log/app-*"],
    ["/srv/deadbeef01/x/y", "/srv/*/x"],
    ["/tmp/a/b/c", "/tmp"],
    ["/var/tmp/a", "/var/tmp"],
    ["/dev/shm/a/b", "/dev/shm"],
    ["/dev/null", undefined],
    ["/proc/1/oom_score_adj", undefined],
    ["/sys/fs/cgroup/x", undefined],
    ["relative", undefined],
  ] as const;
  for (const [path, kind] of cases) assert.equal(folderClass(path), kind, path);
});

test("whatever folders are called, a kind can be shown and remembered", () => {
  const name = "x".repeat(255);
  for (const path of [`/${name}/${name}/${name}/y`, "/srv/a\u001b[2Jb\n/y"]) {
    const kind = folderClass(path) ?? "";
    assert.match(kind, /^[\x20-\x7e]+…?$/);
    assert.ok(kind.length > 4 && kind.length <= 512, kind);
  }
});
