import type { StaticProgram } from "../static-program.fixture.ts";
import { DEEDS } from "./deeds.fixture.ts";
import { NARROW, URING } from "./entry-scenarios.fixture.ts";
import { FILES } from "./file-scenarios.fixture.ts";
import { NETWORK } from "./network-scenarios.fixture.ts";
import { PRIVILEGE } from "./privilege-scenarios.fixture.ts";

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

/** Everything that a test has the program do. */
const DOES: readonly string[] = [
  ...[FILES, NETWORK, PRIVILEGE, process.arch === "x64" ? NARROW : [], URING].flat().map(({ does }) => does),
  ...Object.values(DEEDS),
];

const CASES = DOES.map((does, at) => `\tcase ${at}: { ${does} break; }`).join("\n");

/** Does what its argument says. */
export const CALLER: StaticProgram = {
  name: "caller",
  source: `${HEAD}
int main(int argc, char **argv)
{
\tat.sin_addr.s_addr = htonl(0x7f000001);
\tswitch (atoi(argv[1])) {
${CASES}
\t}
\treturn 0;
}
`,
};

/** The argument with which CALLER does it. */
export function argumentFor(does: string): string {
  const at = DOES.indexOf(does);
  if (at < 0) throw new Error(`nobody compiled: ${does}`);
  return String(at);
}
