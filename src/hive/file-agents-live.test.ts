import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { test, type TestContext } from "node:test";
import { setTimeout as sleep } from "node:timers/promises";
import type { Evidence } from "../core/action.ts";
import { PHEROMONES } from "../core/agent.ts";
import { systemClock } from "../core/clock.ts";
import type { SensedEvent } from "../core/event.ts";
import { seededRandom } from "../core/random.ts";
import { createImmuneColony } from "../immune/colony.ts";
import { probeBpfFeatures } from "../kernel/bpf-features.ts";
import { RecordDecoder } from "../senses/decode.ts";
import { startKernelSenses, type KernelSenses } from "../senses/kernel-senses.ts";
import { ProcessTable } from "../senses/process-table.ts";
import { writesEvents } from "../senses/writes-events.ts";
import { Field } from "../swarm/field.ts";
import { Brain } from "./brain.ts";

function lacks(): string | undefined {
  if (process.getuid?.() !== 0) return "needs root";
  const wanted = ["ebpf.ringbuf", "ebpf.tp_btf", "ebpf.cgroup"];
  const missing = probeBpfFeatures().find(({ name, available }) => wanted.includes(name) && !available);
  return missing && `needs ${missing.name} (${missing.found})`;
}

/** The colony at full depth with the kernel's own events, for which one folder is the host. */
class LiveColony {
  readonly root = realpathSync(mkdtempSync(join(tmpdir(), "swarms-file-agents-")));
  private readonly processes = new ProcessTable();
  private readonly brain: Brain;
  private readonly senses: KernelSenses;

  /** Files that were there before anybody looked. */
  constructor(files: readonly string[]) {
    for (const path of files) {
      const full = join(this.root, path);
      mkdirSync(dirname(full), { recursive: true });
      writeFileSync(full, "as people write\n".repeat(300));
    }
    const own = { paths: [join(this.root, "state")], runs: () => false };
    const agents = createImmuneColony({ leaseMs: 1000, depth: "full", root: this.root, own, off: ["sequences"] });
    this.brain = new Brain(agents, {
      clock: systemClock,
      random: seededRandom(1),
      field: new Field({ pheromones: PHEROMONES, seed: 1 }),
      processes: this.processes,
      propose: () => undefined,
      report: () => undefined,
    });
    const decoder = new RecordDecoder();
    const senses = startKernelSenses({
      wants: this.brain.wants(),
      runq: false,
      ringBytes: 16 << 20,
      onRecords: (records) => void decoder.decode(records, (event) => this.take(event)),
      onTrouble: () => undefined,
    });
    assert.ok(senses.ok, senses.ok ? "" : senses.says);
    this.senses = senses.value;
  }

  /** Runs a script in the folder; then evidence of this kind on its process, once there is some, or after a while. */
  async run(script: string, kind: string): Promise<readonly Evidence[]> {
    const { pid, status, stderr } = spawnSync("/bin/sh", ["-c", script], {
      cwd: this.root,
      encoding: "utf8",
      timeout: 20_000,
    });
    assert.equal(status, 0, stderr);
    // Events come up to 8 ms late; counts belong to what was told before.
    await sleep(50);
    for (let tries = 0; ; tries++) {
      await sleep(10);
      for (const event of writesEvents(this.senses.writes(), 0, 1000)) this.take(event);
      const found = this.told(pid).filter((evidence) => evidence.kind === kind && evidence.agent !== "provenance");
      if (found.length > 0 || tries === 100) return found;
    }
  }

  async close(): Promise<void> {
    await this.senses.close();
    rmSync(this.root, { recursive: true, force: true });
  }

  /** Evidence on a process and on what it started. */
  private told(pid: number): readonly Evidence[] {
    return [...this.members(pid)].flatMap((key) => this.brain.evidenceOf(key));
  }

  private members(pid: number): ReadonlySet<string> {
    const members = new Set([...this.seen].filter((key) => key.startsWith(`p:${pid}@`)));
    for (const [child, parent] of this.parents) if (members.has(parent)) members.add(child);
    return members;
  }

  private readonly seen = new Set<string>();
  private readonly parents = new Map<string, string>();

  private take(event: SensedEvent): void {
    const nowMs = systemClock.wallMs();
    this.processes.apply(event, nowMs);
    const key = event.process.key ?? "";
    this.seen.add(key);
    if (event.kind === "fork") this.parents.set(event.child.key ?? "", key);
    this.brain.onEvent(event);
  }
}

async function live(
  t: TestContext,
  files: readonly string[],
  look: (colony: LiveColony) => Promise<void>,
): Promise<void> {
  const reason = lacks();
  if (reason !== undefined) return t.skip(reason);
  const colony = new LiveColony(files);
  try {
    await look(colony);
  } finally {
    await colony.close();
  }
}

function documents(count: number, suffixes: readonly string[]): string[] {
  return Array.from({ length: count }, (_, i) => `home/ann/d${i % 5}/f${i}.${suffixes[i % suffixes.length]}`);
}

function heaviest(evidence: readonly Evidence[]): number {
  return Math.max(0, ...evidence.map(({ weight }) => weight));
}

test("live: commands of one script that read and seek secrets are a hunt", (t) =>
  live(t, ["etc/shadow", "root/.ssh/id_ed25519", "root/.aws/credentials"], async (colony) => {
    const secrets = "etc/shadow root/.ssh/id_ed25519 root/.aws/credentials home/ann/.pgpass";
    const found = await colony.run(`for f in ${secrets}; do cat $f >/dev/null 2>&1 || true; done`, "credentials");
    assert.equal(heaviest(found), 0.9);
  }));

test("live: files that are read, encrypted and removed, and what is written in their place", (t) =>
  live(t, documents(16, ["doc", "jpg", "txt"]), async (colony) => {
    const each = "cat $f >/dev/null; head -c 8192 /dev/urandom > $f.enc; rm $f";
    const script = `for f in home/ann/*/*; do ${each}; done`;
    const found = await colony.run(script, "content");
    assert.equal(heaviest(found), 0.7);
    assert.match(found[0]?.says ?? "", /looks encrypted: \d+ of \d+ samples/);
  }));

test("live: sed -i and gzip over the same tree are no extortion", (t) =>
  live(t, documents(30, ["txt"]), async (colony) => {
    const found = await colony.run("sed -i s/as/like/ home/ann/*/*; gzip -r home/ann; sleep 0.3", "mass-rewrite");
    assert.ok(heaviest(found) <= 0.4, JSON.stringify(found));
  }));

test("live: schedules and the linker's list, written, renamed onto and linked", (t) =>
  live(t, ["tmp/x", "etc/cron.d/.placeholder"], async (colony) => {
    for (const [deed, weight] of [
      ["echo x > etc/cron.d/job", 0.7],
      ["mv tmp/x etc/ld.so.preload", 1],
      ["ln -s /tmp/x etc/cron.d/other", 0.7],
    ] as const) {
      assert.equal(heaviest(await colony.run(deed, "persistence")), weight, deed);
    }
  }));

test("live: logs emptied, removed and truncated; rotated, they are not", (t) =>
  live(
    t,
    ["auth.log", "wtmp", "syslog", "messages"].map((name) => `var/log/${name}`),
    async (colony) => {
      for (const [deed, weight] of [
        ["mv var/log/messages var/log/messages.1; echo > var/log/messages; gzip var/log/messages.1; sleep 0.3", 0],
        [": > var/log/auth.log", 0.8],
        ["rm var/log/wtmp", 0.9],
        ["truncate -s 0 var/log/syslog", 0.8],
      ] as const) {
        const found = heaviest(await colony.run(deed, "log-clearing"));
        assert.ok(weight === 0 ? found <= 0.25 : found === weight, `${deed}: ${found}`);
      }
    },
  ));

test("live: a file that one process writes, another renames and a third runs, as program and as script", (t) =>
  live(t, [], async (colony) => {
    const write = (name: string): string =>
      `printf '#!/bin/sh\\nexit 0\\n' | tee ${name}.part >/dev/null; chmod +x ${name}.part; mv ${name}.part ${name}`;
    for (const [name, run] of [
      ["a", "./a"],
      ["b", "sh b"],
      ["c", "sh < c"],
    ] as const) {
      const found = await colony.run(`${write(name)}; ${run}`, "dropped-file");
      assert.equal(heaviest(found) > 0.15, true, run);
      assert.match(found[0]?.says ?? "", /which tee \(\d+\) wrote/, run);
    }
  }));

test("live: the layer's own files touched by others", (t) =>
  live(t, ["state/journal"], async (colony) => {
    assert.equal(heaviest(await colony.run("echo >> state/journal", "tampering")), 0.8);
    assert.equal(heaviest(await colony.run("rm state/journal", "tampering")), 0.9);
  }));
