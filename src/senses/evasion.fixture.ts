import assert from "node:assert/strict";
import { spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { copyFileSync, mkdtempSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test, type TestContext } from "node:test";
import { setTimeout as sleep } from "node:timers/promises";
import type { ExecEvent, SensedEvent } from "../core/event.ts";
import { probeBpfFeatures } from "../kernel/bpf-features.ts";
import { RecordDecoder } from "./decode.ts";
import { startKernelSenses } from "./kernel-senses.ts";
import { ProcessTable } from "./process-table.ts";
import { snapshotProcesses } from "./snapshot.ts";

/**
 * Runs `target` with the argument `tag` in the way that `way` names; as `target` it only ends. Static, so that an exec
 * is one program and no loader.
 */
const SOURCE = `
#define _GNU_SOURCE
#include <fcntl.h>
#include <linux/sched.h>
#include <pthread.h>
#include <sched.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/mount.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>
static char *target, *tag;
static void run(const char *path) { execv(path, (char *[]){ "[kworker/0:0]", tag, 0 }); _exit(9); }
static void *in_thread(void *unused) { run(target); return 0; }
static int in_memory(void)
{
	static char bytes[1 << 16];
	int from = open(target, O_RDONLY), to = memfd_create("innocent", 0), n;
	while ((n = read(from, bytes, sizeof(bytes))) > 0) if (write(to, bytes, n) != n) _exit(8);
	return to;
}
static void by_fd(int fd, int empty)
{
	char path[64];
	if (empty) syscall(SYS_execveat, fd, "", (char *[]){ "x", tag, 0 }, (char *[]){ 0 }, AT_EMPTY_PATH);
	snprintf(path, sizeof(path), "/proc/self/fd/%d", fd);
	run(path);
}
static int is(const char *way, const char *name) { return !strcmp(way, name); }
int main(int argc, char **argv)
{
	if (argc < 4) return 0;
	const char *way = argv[1];
	pthread_t thread;
	target = argv[2];
	tag = argv[3];
	if (is(way, "plain")) run(target);
	if (is(way, "lie")) { prctl(PR_SET_NAME, "sshd"); memset(argv[0], 'z', 4); run(target); }
	if (is(way, "memfd")) by_fd(in_memory(), 1);
	if (is(way, "fd")) by_fd(open(target, O_RDONLY), 0);
	if (is(way, "unlinked")) { int fd = open(target, O_RDONLY); unlink(target); by_fd(fd, 1); }
	if (is(way, "thread")) { pthread_create(&thread, 0, in_thread, 0); for (;;) pause(); }
	if (is(way, "bind") || is(way, "overlay")) {
		if (unshare(CLONE_NEWNS) || mount(0, "/", 0, MS_REC | MS_PRIVATE, 0)) return 7;
		if (is(way, "bind") && mount(argv[4], target, 0, MS_BIND, 0)) return 7;
		if (is(way, "overlay") && mount("overlay", argv[4], "overlay", 0, argv[5])) return 7;
		run(target);
	}
	if (is(way, "orphan")) {
		/* The middle one is gone before the last one executes. */
		if (fork() == 0) {
			int pipes[2];
			pipe(pipes);
			if (fork() == 0) { char c; close(pipes[1]); read(pipes[0], &c, 1); usleep(20000); run(target); }
			_exit(0);
		}
		wait(0);
		usleep(100000);
	}
	if (is(way, "sibling")) {
		int pid = syscall(SYS_clone, CLONE_PARENT | SIGCHLD, 0, 0, 0, 0);
		if (pid == 0) run(target);
		usleep(100000);
	}
	if (is(way, "reuse")) {
		pid_t pid = fork();
		if (pid == 0) run(target);
		waitpid(pid, 0, 0);
		usleep(30000);
		struct clone_args again = { .exit_signal = SIGCHLD, .set_tid = (uintptr_t)&pid, .set_tid_size = 1 };
		int same = syscall(SYS_clone3, &again, sizeof(again));
		if (same == 0) run(target);
		if (same < 0) return 7;
		wait(0);
	}
	if (is(way, "deep")) {
		char name[201] = { 0 };
		memset(name, 'd', 200);
		int fd = open(target, O_RDONLY);
		chdir(argv[4]);
		/* 30 times 200 bytes: longer than PATH_MAX. */
		for (int i = 0; i < 30; i++) if (mkdir(name, 0700) || chdir(name)) return 7;
		int to = open("t", O_CREAT | O_WRONLY, 0700), n;
		static char bytes[1 << 16];
		while ((n = read(fd, bytes, sizeof(bytes))) > 0) write(to, bytes, n);
		close(to);
		run("./t");
	}
	return 0;
}
`;

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
  const program = compiled();
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
      rmSync(dir, { recursive: true, force: true });
    },
  };
}

let built: { readonly program: string | undefined } | undefined;

/** Once for all tests of this process; undefined where it cannot be compiled. */
function compiled(): string | undefined {
  if (built !== undefined) return built.program;
  const dir = mkdtempSync(join(tmpdir(), "swarms-evader-"));
  process.on("exit", () => rmSync(dir, { recursive: true, force: true }));
  const program = join(dir, "evader");
  writeFileSync(join(dir, "evader.c"), SOURCE);
  const args = ["-static", "-O1", "-w", "-pthread", "-o", program, join(dir, "evader.c")];
  const done = ["cc", "gcc", "clang"].some((compiler) => spawnSync(compiler, args, { timeout: 60_000 }).status === 0);
  built = { program: done ? program : undefined };
  return built.program;
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
