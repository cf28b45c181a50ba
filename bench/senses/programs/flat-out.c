// SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause)
/* flat-out MILLISECONDS: getppid(2) as often as it goes. Prints how often. */
#include <stdio.h>
#include <stdlib.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

static long long now_ns(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return now.tv_sec * 1000000000LL + now.tv_nsec;
}

int main(int argc, char **argv)
{
	long long end = now_ns() + atoll(argc > 1 ? argv[1] : "1000") * 1000000;
	long long calls = 0;

	while (now_ns() < end)
		for (int i = 0; i < 1024; i++, calls++)
			syscall(SYS_getppid);
	printf("{\"calls\": %lld}\n", calls);
	return 0;
}
