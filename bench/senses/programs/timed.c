// SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause)
/* timed PROGRAM ARG...: runs it and says how long it took by the clock, and what CPU time it and its descendants took. */
#include <stdio.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

static double now_s(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return now.tv_sec + now.tv_nsec / 1e9;
}

static double seconds(struct timeval time)
{
	return time.tv_sec + time.tv_usec / 1e6;
}

int main(int argc, char **argv)
{
	struct rusage usage;
	int status = 0;
	double before = now_s();
	pid_t pid = argc > 1 ? fork() : -1;

	if (pid < 0)
		return 64;
	if (pid == 0) {
		execvp(argv[1], argv + 1);
		_exit(127);
	}
	waitpid(pid, &status, 0);
	double wall = now_s() - before;

	getrusage(RUSAGE_CHILDREN, &usage);
	printf("{\"wallS\": %.4f, \"userS\": %.4f, \"systemS\": %.4f, \"code\": %d}\n", wall, seconds(usage.ru_utime),
	       seconds(usage.ru_stime), WIFEXITED(status) ? WEXITSTATUS(status) : 128);
	return 0;
}
