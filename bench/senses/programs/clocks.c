// SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause)
/* Prints how far CLOCK_BOOTTIME, in which events are timed, is ahead of CLOCK_MONOTONIC, in nanoseconds. */
#include <stdio.h>
#include <time.h>

static long long ns(clockid_t clock)
{
	struct timespec now;

	clock_gettime(clock, &now);
	return now.tv_sec * 1000000000LL + now.tv_nsec;
}

int main(void)
{
	long long best = 1LL << 62, offset = 0;

	for (int i = 0; i < 1000; i++) {
		long long before = ns(CLOCK_MONOTONIC), boot = ns(CLOCK_BOOTTIME), after = ns(CLOCK_MONOTONIC);

		if (after - before < best) {
			best = after - before;
			offset = boot - (before + after) / 2;
		}
	}
	printf("{\"ns\": %lld}\n", offset);
	return 0;
}
