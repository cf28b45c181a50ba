import { spawnSync } from "node:child_process";
import { cpSync, existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { SensedEvent } from "../../core/event.ts";
import { probeBpfFeatures } from "../../kernel/bpf-features.ts";
import { loadConfig, openBuiltObject } from "../../kernel/bpf-object-built.ts";
import { probeCgroupLayout } from "../../kernel/cgroup-layout.ts";
import { mapShared, pageBytes } from "../../kernel/mmap.ts";
import { RingBuffer } from "../../kernel/ring-buffer.ts";
import { RecordDecoder } from "../decode.ts";
import { type CallSense, startCallSense } from "./call-sense.ts";
import type { Scenario } from "./scenario.fixture.ts";

const HEAD = `
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <pthread.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/mount.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <linux/io_uring.h>
#include <sys/uio.h>
#include <sys/un.h>
#include <unistd.h>
static struct sockaddr_in at = { AF_INET };
/* Writes another first letter over a path until told to stop by the last byte. */
static char shared[32];
static void *liar(void *unused)
{
	while (*(volatile char *)(shared + 31) == 0) {
		shared[0] = 'b';
		shared[0] = 'a';
	}
	return 0;
}
static int tcp(void)
{
	socklen_t size = sizeof(at);
	int s = socket(AF_INET, SOCK_STREAM, 0);
	bind(s, (void *)&at, size);
	listen(s, 4);
	getsockname(s, (void *)&at, &size);
	return s;
}
/* One request to an io_uring of its own; its result, or -1 where there is none. */
static int uring(int op, int fd, const void *address, unsigned length, unsigned long long more, unsigned flags)
{
	struct io_uring_params p = { 0 };
	int ring = syscall(425, 4, &p);
	char *rings = mmap(0, p.sq_off.array + 16 + p.cq_off.cqes + 256, 3, MAP_SHARED, ring, IORING_OFF_SQ_RING);
	struct io_uring_sqe *sqe = mmap(0, 4 * sizeof(*sqe), 3, MAP_SHARED, ring, IORING_OFF_SQES);
	if (ring < 0 || rings == MAP_FAILED || sqe == MAP_FAILED)
		return -1;
	memset(sqe, 0, sizeof(*sqe));
	sqe->opcode = op;
	sqe->fd = fd;
	sqe->addr = (unsigned long)address;
	sqe->len = length;
	sqe->off = more;
	sqe->open_flags = flags;
	*(unsigned *)(rings + p.sq_off.array) = 0;
	*(unsigned *)(rings + p.sq_off.tail) = 1;
	if (syscall(426, ring, 1, 1, IORING_ENTER_GETEVENTS, 0, 0) != 1)
		return -1;
	return ((struct io_uring_cqe *)(rings + p.cq_off.cqes))->res;
}
#ifdef __x86_64__
static long call32(long n, long a, long b, long c, long d, long e)
{
	long r;
	__asm__ volatile("int $0x80" : "=a"(r) : "a"(n), "b"(a), "c"(b), "d"(c), "S"(d), "D"(e) : "memory");
	return r;
}
#endif
`;

/** A program that does what its argument says, statically linked: it makes no call beside. */
export function compile(folder: string, scenarios: readonly { readonly does: string }[]): string | undefined {
  const source = join(folder, "caller.c");
  const program = join(folder, "caller");
  const cases = scenarios.map(({ does }, at) => `\tcase ${at}: { ${does} break; }`);
  const main = `int main(int argc, char **argv)\n{\n\tat.sin_addr.s_addr = htonl(0x7f000001);\n\t(void)tcp;\n\t(void)uring;\n\t(void)liar;\n\tswitch (atoi(argv[1])) {`;
  const build = (text: string, compiler: string): { done: boolean; says: string } => {
    writeFileSync(source, text);
    const { status, stderr } = spawnSync(compiler, ["-static", "-pthread", "-O1", "-w", "-o", program, source], {
      encoding: "utf8",
      timeout: 100_000,
    });
    return { done: status === 0 && existsSync(program), says: stderr };
  };
  const compiler = ["gcc", "clang", "cc"].find((name) => build("int main(void) { return 0; }", name).done);
  if (compiler === undefined) return undefined;
  const { done, says } = build([HEAD, main, ...cases, "\t}\n\treturn 0;\n}\n"].join("\n"), compiler);
  if (!done) throw new Error(says);
  return program;
}

/** Why calls cannot be sensed here, undefined where they can. */
export function cannotSense(): string | undefined {
  if (process.getuid?.() !== 0) return "needs root";
  const missing = probeBpfFeatures().find(({ name, available }) => name === "ebpf.tp_btf" && !available);
  return missing && `needs ${missing.needs}: ${missing.found}`;
}

const TRIES = 4;

export class LiveCalls {
  readonly sense: CallSense;
  readonly folder: string;
  private readonly decoder = new RecordDecoder();
  private readonly ring: RingBuffer;
  private readonly endings: (() => void)[] = [];

  constructor(ringBytes = 16 << 20) {
    const layout = probeCgroupLayout();
    const owner = openBuiltObject("events");
    if (!owner.ok) throw new Error(owner.says);
    owner.value.want([]);
    owner.value.setConstants(loadConfig(layout, { ringBytes }));
    owner.value.setMaxEntries("ring", ringBytes);
    const loaded = owner.value.load();
    if (!loaded.ok) throw new Error(loaded.says);
    const ringFd = owner.value.map("ring").fd;
    const consumer = mapShared(ringFd, pageBytes(), 0, "write");
    const producer = mapShared(ringFd, pageBytes() + 2 * ringBytes, pageBytes(), "read");
    if (!consumer.ok || !producer.ok) throw new Error("the ring cannot be mapped");
    this.ring = new RingBuffer(
      consumer.value.memory ?? new ArrayBuffer(0),
      producer.value.memory ?? new ArrayBuffer(0),
      ringBytes,
    );
    const sense = startCallSense({
      ringFd,
      ringBytes,
      layout,
      onTrouble: (code, says) => {
        throw new Error(`${code} ${says}`);
      },
    });
    if (!sense.ok) throw new Error(sense.says);
    this.sense = sense.value;
    this.folder = mkdtempSync(join(tmpdir(), "swarms-calls-"));
    this.endings.push(
      () => this.sense.close(),
      consumer.value.unmap,
      producer.value.unmap,
      () => owner.value.close(),
    );
  }

  /** Everything told since the last call. */
  take(): { readonly events: SensedEvent[]; readonly damaged: number } {
    const events: SensedEvent[] = [];
    let damaged = 0;
    for (let { bytes } = this.ring.peek(1 << 30); bytes.length > 0; { bytes } = this.ring.peek(1 << 30)) {
      ({ damaged } = this.decoder.decode(bytes, (event) => events.push(event)));
      this.ring.commit(bytes.length);
    }
    return { events, damaged };
  }

  /** Runs one scenario in a folder of its own, with only its kinds wanted. Again where others on a busy host filled the ring. */
  run(program: string, at: number, { told }: Scenario): { readonly here: string; readonly events: SensedEvent[] } {
    const here = join(this.folder, `run-${at}`);
    for (let tries = 1; ; tries++) {
      rmSync(here, { recursive: true, force: true });
      mkdirSync(join(here, "sub"), { recursive: true });
      writeFileSync(join(here, "file"), "12345");
      this.sense.want(told.map(({ kind }) => kind));
      this.take();
      const lost = this.lost();
      const { pid } = spawnSync(program, [String(at)], { cwd: here, stdio: "ignore", timeout: 20_000 });
      this.sense.want([]);
      const events = this.take().events.filter(({ process: it, comm }) => it.pid === pid && comm === "caller");
      if (this.lost() === lost || tries === TRIES) return { here, events };
    }
  }

  private lost(): number {
    return Object.values(this.sense.lost()).reduce((sum, count) => sum + count, 0);
  }

  copy(program: string, name: string): string {
    const copy = join(this.folder, name);
    cpSync(program, copy);
    return copy;
  }

  close(): void {
    for (const end of this.endings) end();
    rmSync(this.folder, { recursive: true, force: true });
  }
}
