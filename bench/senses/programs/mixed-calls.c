// SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause)
/*
 * mixed-calls CHUNKS CALLS: what one of eight cheap system calls takes of this thread's CPU time, in nanoseconds: the median of
 * CHUNKS of CALLS each. Their order is irregular, so that the windows of seven are many, and comes round every 4,096 calls, so
 * that all of them can be learned.
 */
#define _GNU_SOURCE
#include <stdio.h>
#include <stdlib.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

#define PERIOD 4096
#define CHUNKS_MAX 1000

static const long CALLS[8] = { SYS_getppid, SYS_getuid,	 SYS_getgid, SYS_geteuid,
			       SYS_getegid, SYS_gettid, SYS_getpid, SYS_umask };
static unsigned char order[PERIOD];

static double cpu_ns(void)
{
	struct timespec now;

	clock_gettime(CLOCK_THREAD_CPUTIME_ID, &now);
	return now.tv_sec * 1e9 + now.tv_nsec;
}

static int compare(const void *a, const void *b)
{
	double x = *(const double *)a, y = *(const double *)b;

	return (x > y) - (x < y);
}

int main(int argc, char **argv)
{
	static double took[CHUNKS_MAX];
	int chunks = argc > 1 ? atoi(argv[1]) : 0, calls = argc > 2 ? atoi(argv[2]) : 0;
	unsigned state = 1;

	if (chunks < 1 || chunks > CHUNKS_MAX || calls < 1)
		return 64;
	for (int at = 0; at < PERIOD; at++) {
		/* Numerical Recipes' generator. */
		state = state * 1664525u + 1013904223u;
		order[at] = state >> 29;
	}
	for (int chunk = 0; chunk < chunks; chunk++) {
		double before = cpu_ns();

		for (int at = 0; at < calls; at++)
			syscall(CALLS[order[at % PERIOD]], 022);
		took[chunk] = (cpu_ns() - before) / calls;
	}
	qsort(took, chunks, sizeof(took[0]), compare);
	printf("{\"ns\": %.2f}\n", took[chunks / 2]);
	return 0;
}
