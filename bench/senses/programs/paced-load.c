// SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause)
/*
 * paced-load SECONDS OPENS WRITES FAILS CONNECTS SPAWNS FILES ENDPOINTS FOLDER: an even load, each number a second.
 *   OPENS      openat(2) to read, of FILES files in turn
 *   WRITES     the same, to write
 *   FAILS      openat(2) of what is not there
 *   CONNECTS   connect(2) of a datagram socket to ENDPOINTS addresses and ports of 127.0.0.0/8 in turn; nothing is sent
 *   SPAWNS     a process forked, replaced (by this very program) and ended: three events
 * Work is handed out every millisecond; what falls behind is caught up, so that a rate that cannot be reached is "flat out". Prints what was made of each. Files are FOLDER/0 and
 * so on, made where missing, before the clock starts; "ready" is printed when it does.
 */
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <spawn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#define A_TURN 1000

enum { OPENS, WRITES, FAILS, CONNECTS, SPAWNS, KINDS };
static const char *const labels[KINDS] = { "opens", "writes", "fails", "connects", "spawns" };

static long files, endpoints;
static const char *folder;
static int sock;

static void open_one(long n, int flags)
{
	char path[256];

	snprintf(path, sizeof(path), "%s/%ld", folder, n);
	int fd = open(path, flags, 0600);

	if (fd >= 0)
		close(fd);
}

static void connect_one(long n)
{
	struct sockaddr_in to = { .sin_family = AF_INET };
	long which = n % endpoints;

	to.sin_addr.s_addr = htonl(0x7f000001 + which % 60000);
	to.sin_port = htons(1024 + which / 60000);
	connect(sock, (struct sockaddr *)&to, sizeof(to));
}

static void spawn_one(char *self)
{
	char *argv[] = { self, NULL };
	char *environment[] = { NULL };
	pid_t pid;

	if (posix_spawn(&pid, self, NULL, NULL, argv, environment) == 0)
		waitpid(pid, NULL, 0);
}

static void one(int kind, long n, char *self)
{
	switch (kind) {
	case OPENS:
		return open_one(n % files, O_RDONLY);
	case WRITES:
		return open_one(n % files, O_WRONLY);
	case FAILS:
		return open_one(-1 - n % files, O_RDONLY);
	case CONNECTS:
		return connect_one(n);
	default:
		return spawn_one(self);
	}
}

/* Makes what is due by now, at most a turn's worth of it: nonzero where some is left. */
static int work(int kind, long due, long *made, char *self)
{
	long until = due < made[kind] + A_TURN ? due : made[kind] + A_TURN;

	for (; made[kind] < until; made[kind]++)
		one(kind, made[kind], self);
	return made[kind] < due;
}

static double now_s(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return now.tv_sec + now.tv_nsec / 1e9;
}

int main(int argc, char **argv)
{
	static char self[4096];
	long rates[KINDS], made[KINDS] = { 0 };

	if (argc == 1) /* as a child of itself */
		return 0;
	if (argc != 10 || readlink("/proc/self/exe", self, sizeof(self) - 1) < 0)
		return 64;
	double seconds = atof(argv[1]);

	for (int kind = 0; kind < KINDS; kind++)
		rates[kind] = atol(argv[2 + kind]);
	files = atol(argv[7]);
	endpoints = atol(argv[8]);
	folder = argv[9];
	for (long n = 0; n < files && rates[OPENS] + rates[WRITES] > 0; n++)
		open_one(n, O_RDONLY | O_CREAT);
	sock = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
	printf("ready\n");
	fflush(stdout);

	struct timespec millisecond = { 0, 1000000 };
	double start = now_s(), passed = 0;

	while (passed < seconds) {
		int behind = 0;

		passed = now_s() - start;
		for (int kind = 0; kind < KINDS; kind++)
			behind |= work(kind, rates[kind] * (passed < seconds ? passed : seconds), made, self);
		if (!behind)
			nanosleep(&millisecond, NULL);
	}
	printf("{");
	for (int kind = 0; kind < KINDS; kind++)
		printf("\"%s\": %ld, ", labels[kind], made[kind]);
	printf("\"seconds\": %.3f}\n", now_s() - start);
	return 0;
}
