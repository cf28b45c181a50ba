// SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause)
/*
 * call-loop CASE CHUNKS CALLS [FOLDER]: what one system call takes of this thread's CPU time, in nanoseconds: the median of
 * CHUNKS of CALLS each, on every CPU it may use (at most four), and of these the mean: what listens need not cost the same
 * on each.
 *   getppid    the cheapest call there is
 *   open       openat(2) and close(2) of the same file
 *   distinct   the same, another file each time: FOLDER/0 to FOLDER/4095, made where missing
 */
#define _GNU_SOURCE
#include <fcntl.h>
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

#define FILES 4096
#define CHUNKS_MAX 1000
#define CPUS_MAX 4

static char names[FILES][128];

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

static void name_files(const char *folder)
{
	for (int i = 0; i < FILES; i++) {
		snprintf(names[i], sizeof(names[i]), "%s/%d", folder, i);
		close(open(names[i], O_RDONLY | O_CREAT, 0600));
	}
}

static int chunk(const char *what, int calls)
{
	if (strcmp(what, "getppid") == 0) {
		for (int i = 0; i < calls; i++)
			syscall(SYS_getppid);
		return 0;
	}
	int distinct = strcmp(what, "distinct") == 0;

	for (int i = 0; i < calls; i++) {
		int fd = open(names[distinct ? i % FILES : 0], O_RDONLY);

		if (fd < 0)
			return -1;
		close(fd);
	}
	return 0;
}

/* Negative where a call failed. */
static double median_ns(const char *what, int chunks, int calls)
{
	static double took[CHUNKS_MAX];

	if (chunk(what, calls) < 0) /* warm */
		return -1;
	for (int i = 0; i < chunks; i++) {
		double before = cpu_ns();

		if (chunk(what, calls) < 0)
			return -1;
		took[i] = (cpu_ns() - before) / calls;
	}
	qsort(took, chunks, sizeof(took[0]), compare);
	return took[chunks / 2];
}

int main(int argc, char **argv)
{
	const char *what = argc > 1 ? argv[1] : "";
	int chunks = argc > 2 ? atoi(argv[2]) : 0, calls = argc > 3 ? atoi(argv[3]) : 0, used = 0;
	double sum = 0;
	cpu_set_t allowed;

	if (chunks < 1 || chunks > CHUNKS_MAX || calls < 1 || sched_getaffinity(0, sizeof(allowed), &allowed) < 0)
		return 64;
	if (argc > 4)
		name_files(argv[4]);
	for (int cpu = 0; cpu < CPU_SETSIZE && used < CPUS_MAX; cpu++) {
		cpu_set_t one;

		CPU_ZERO(&one);
		CPU_SET(cpu, &one);
		if (!CPU_ISSET(cpu, &allowed) || sched_setaffinity(0, sizeof(one), &one) < 0)
			continue;
		double ns = median_ns(what, chunks, calls);

		if (ns < 0)
			return 1;
		sum += ns;
		used++;
	}
	printf("{\"ns\": %.2f}\n", sum / used);
	return 0;
}
