import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { copyFileSync, mkdtempSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test, type TestContext } from "node:test";
import { setTimeout as sleep } from "node:timers/promises";
import type { ExecEvent, SensedEvent } from "../core/event.ts";
import { probeBpfFeatures } from "../kernel/bpf-features.ts";
import { RecordDecoder } from "./decode.ts";
import { EVADER } from "./evader.fixture.ts";
import { startKernelSenses } from "./kernel-senses.ts";
import { ProcessTable } from "./process-table.ts";
import { snapshotProcesses } from "./snapshot.ts";
import { staticProgram } from "./static-program.fixture.ts";

export interface Evasion {
  /** A folder of the test's own. */
  readonly dir: string;
  /** The compiled program; copy it to have a target. */
  readonly program: string;
  readonly events: readonly SensedEvent[];
  readonly table: ProcessTable;
  /** Runs the program; its exit code, 7 where the way is not possible here, and its pid. */
  run(way: string, target: string, tag: string, ...more: string[]): Promise<{ code: number; pid: number }>;
  /** Any command, to its end. */
  command(path: string, args: readonly string[], options?: { cwd?: string; argv0?: string }): Promise<{ pid: number }>;
  /** The exec whose second argument is the tag, waited for at most ten seconds. */
  exec(tag: string, times?: number): Promise<ExecEvent>;
  close(): Promise<void>;
}

/** A test with an evasion at hand and `target`, a copy of its program; skipped where something is missing. */
export function evades(name: string, body: (e: Evasion, target: string, t: TestContext) => Promise<void>): void {
  test(name, { timeout: 60_000 }, async (t) => {
    const e = await evasion(t);
    if (e === undefined) return;
    try {
      const target = join(e.dir, "target");
      copyFileSync(e.program, target);
      await body(e, target, t);
    } finally {
      await e.close();
    }
  });
}

/** Senses, a table that follows them, and the program; undefined, with the test skipped, where something is missing. */
async function evasion(t: TestContext): Promise<Evasion | undefined> {
  const lacking = probeBpfFeatures().find(({ name, available }) => /ringbuf|tp_btf/.test(name) && !available);
  if (lacking !== undefined) return void t.skip(`needs ${lacking.name} (${lacking.found})`);
  const program = staticProgram(EVADER);
  if (program === undefined) return void t.skip("needs a C compiler with a static libc");
  const dir = mkdtempSync(join(tmpdir(), "swarms-evasion-"));
  const events: SensedEvent[] = [];
  const table = new ProcessTable();
  const decoder = new RecordDecoder();
  const take = (event: SensedEvent): void => {
    events.push(event);
    table.apply(event, 0);
  };
  const senses = startKernelSenses({
    wants: ["name"],
    runq: false,
    ringBytes: 1 << 20,
    onRecords: (records) => assert.equal(decoder.decode(records, take).damaged, 0),
    onTrouble: (code, says) => assert.fail(`${code}: ${says}`),
  });
  assert.ok(senses.ok, senses.ok ? "" : senses.says);
  table.seed(snapshotProcesses(), 0);
  const command: Evasion["command"] = async (path, args, options = {}) => {
    const child = spawn(path, args, { ...options, stdio: "ignore", timeout: 10_000 });
    const [code] = (await once(child, "exit")) as [number | null];
    assert.ok(child.pid !== undefined);
    return { pid: child.pid, code: code ?? -1 };
  };
  return {
    dir,
    program,
    events,
    table,
    command,
    run: async (way, target, tag, ...more) =>
      (await command(program, [way, target, tag, ...more])) as { pid: number; code: number },
    exec: (tag, times = 1) => execOf(events, tag, times),
    async close() {
      await senses.value.close();
      rmSync(dir, { recursive: true, force: true, maxRetries: 10 });
    },
  };
}

async function execOf(events: readonly SensedEvent[], tag: string, times: number): Promise<ExecEvent> {
  for (let tries = 0; tries < 1000; tries++) {
    const found = events.filter(
      (event): event is ExecEvent =>
        event.kind === "exec" && event.details?.argv[1] === tag && event.details.argv[2] === undefined,
    );
    const last = found[times - 1];
    if (last !== undefined) return last;
    await sleep(10);
  }
  return assert.fail(`no exec of ${tag} among ${events.length} events`);
}

/** Device as the kernel has it (major << 20 | minor) and inode. */
export function fileOf(path: string): { dev: number; ino: number } {
  const { dev, ino } = statSync(path, { bigint: true });
  const major = ((dev >> 8n) & 0xfffn) | ((dev >> 32n) & 0xffff_f000n);
  const minor = (dev & 0xffn) | ((dev >> 12n) & 0xffff_ff00n);
  return { dev: Number((major << 20n) | minor), ino: Number(ino) };
}
