import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { existsSync, mkdirSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { test, type TestContext } from "node:test";
import { setTimeout as sleep } from "node:timers/promises";
import type { Evidence } from "../core/action.ts";
import { createImmuneColony } from "../immune/colony.ts";
import { heaviest, LiveColony, onStage } from "./live-colony.fixture.ts";

/** The colony at full depth, for which one folder is the host. */
class FileStage {
  readonly root = realpathSync(mkdtempSync(join(tmpdir(), "swarms-file-agents-")));
  private readonly colony: LiveColony;

  /** Files that were there before anybody looked. */
  constructor(files: readonly string[]) {
    for (const path of files) {
      const full = join(this.root, path);
      mkdirSync(dirname(full), { recursive: true });
      writeFileSync(full, "as people write\n".repeat(300));
    }
    const own = { paths: [join(this.root, "state")], runs: () => false };
    const agents = createImmuneColony({ leaseMs: 1000, depth: "full", root: this.root, own, off: ["sequences"] });
    this.colony = new LiveColony(agents, 16 << 20);
  }

  /** Runs a script in the folder; then evidence of this kind on its process, once there is some, or after a while. */
  async run(script: string, kind: string): Promise<readonly Evidence[]> {
    const options = { cwd: this.root, encoding: "utf8", timeout: 20_000 } as const;
    const { pid, status, stderr } = spawnSync("/bin/sh", ["-c", script], options);
    assert.equal(status, 0, stderr);
    // Counts belong to what was told before.
    await sleep(50);
    return this.colony.evidenceOf(pid, kind, 100);
  }

  async close(): Promise<void> {
    await this.colony.close();
    rmSync(this.root, { recursive: true, force: true, maxRetries: 10 });
  }
}

function live(t: TestContext, files: readonly string[], look: (stage: FileStage) => Promise<void>): Promise<void> {
  return onStage(t, () => new FileStage(files), look);
}

function documents(count: number, suffixes: readonly string[]): string[] {
  return Array.from({ length: count }, (_, i) => `home/ann/d${i % 5}/f${i}.${suffixes[i % suffixes.length]}`);
}

test("live: commands of one script that read and seek secrets are a hunt", (t) =>
  live(t, ["etc/shadow", "root/.ssh/id_ed25519", "root/.aws/credentials"], async (stage) => {
    const secrets = "etc/shadow root/.ssh/id_ed25519 root/.aws/credentials home/ann/.pgpass";
    const found = await stage.run(`for f in ${secrets}; do cat $f >/dev/null 2>&1 || true; done`, "credentials");
    assert.equal(heaviest(found), 0.9);
  }));

test("live: files that are read, encrypted and removed, and what is written in their place", (t) =>
  live(t, documents(16, ["doc", "jpg", "txt"]), async (stage) => {
    const each = "cat $f >/dev/null; head -c 8192 /dev/urandom > $f.enc; rm $f";
    const script = `for f in home/ann/*/*; do ${each}; done`;
    const found = await stage.run(script, "content");
    assert.equal(heaviest(found), 0.7);
    assert.match(found[0]?.says ?? "", /looks encrypted: \d+ of \d+ samples/);
  }));

test("live: sed -i and gzip over the same tree are no extortion", (t) =>
  live(t, documents(30, ["txt"]), async (stage) => {
    const found = await stage.run("sed -i s/as/like/ home/ann/*/*; gzip -r home/ann; sleep 0.3", "mass-rewrite");
    assert.ok(heaviest(found) <= 0.4, JSON.stringify(found));
  }));

test("live: schedules and the linker's list, written, renamed onto and linked", (t) =>
  live(t, ["tmp/x", "etc/cron.d/.placeholder"], async (stage) => {
    for (const [deed, weight] of [
      ["echo x > etc/cron.d/job", 0.7],
      ["mv tmp/x etc/ld.so.preload", 1],
      ["ln -s /tmp/x etc/cron.d/other", 0.7],
    ] as const) {
      assert.equal(heaviest(await stage.run(deed, "persistence")), weight, deed);
    }
  }));

test("live: logs emptied, removed and truncated; rotated, they are not", (t) =>
  live(
    t,
    ["auth.log", "wtmp", "syslog", "messages"].map((name) => `var/log/${name}`),
    async (stage) => {
      for (const [deed, weight] of [
        ["mv var/log/messages var/log/messages.1; echo > var/log/messages; gzip var/log/messages.1; sleep 0.3", 0],
        [": > var/log/auth.log", 0.8],
        ["rm var/log/wtmp", 0.9],
        ["truncate -s 0 var/log/syslog", 0.8],
      ] as const) {
        const found = heaviest(await stage.run(deed, "log-clearing"));
        assert.ok(weight === 0 ? found <= 0.25 : found === weight, `${deed}: ${found}`);
      }
    },
  ));

test("live: a log truncated without being opened", (t) => {
  // truncate(1) opens it first, and so does Node.
  if (!existsSync("/usr/bin/perl")) return t.skip("needs /usr/bin/perl");
  return live(t, ["var/log/kern.log"], async (stage) => {
    const found = await stage.run("perl -e 'truncate(\"var/log/kern.log\", 0) or die'", "log-clearing");
    assert.equal(heaviest(found), 0.8);
  });
});

test("live: a file that one process writes, another renames and a third runs, as program and as script", (t) =>
  live(t, [], async (stage) => {
    const write = (name: string): string =>
      `printf '#!/bin/sh\\nexit 0\\n' | tee ${name}.part >/dev/null; chmod +x ${name}.part; mv ${name}.part ${name}`;
    for (const [name, run] of [
      ["a", "./a"],
      ["b", "sh b"],
      ["c", "sh < c"],
    ] as const) {
      const found = await stage.run(`${write(name)}; ${run}`, "dropped-file");
      assert.equal(heaviest(found) > 0.15, true, run);
      assert.match(found[0]?.says ?? "", /which tee \(\d+\) wrote/, run);
    }
  }));

test("live: the layer's own files touched by others", (t) =>
  live(t, ["state/journal"], async (stage) => {
    assert.equal(heaviest(await stage.run("echo >> state/journal", "tampering")), 0.8);
    assert.equal(heaviest(await stage.run("rm state/journal", "tampering")), 0.9);
  }));
