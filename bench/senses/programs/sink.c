// SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause)
/* Reads standard input to its end, as it comes, and throws it away. Prints how many bytes there were and the CPU time that it took. */
#include <errno.h>
#include <poll.h>
#include <stdio.h>
#include <sys/resource.h>
#include <unistd.h>

int main(void)
{
	static char buffer[1 << 20];
	unsigned long long bytes = 0;
	struct rusage usage;
	ssize_t got;

	struct pollfd input = { .fd = 0, .events = POLLIN };

	while ((got = read(0, buffer, sizeof(buffer))) != 0) {
		if (got > 0)
			bytes += got;
		else if (errno == EAGAIN)
			poll(&input, 1, -1);
		else if (errno != EINTR)
			return 1;
	}
	getrusage(RUSAGE_SELF, &usage);
	printf("{\"bytes\": %llu, \"cpuNs\": %lld}\n", bytes,
	       (usage.ru_utime.tv_sec + usage.ru_stime.tv_sec) * 1000000000LL +
		       (usage.ru_utime.tv_usec + usage.ru_stime.tv_usec) * 1000LL);
	return 0;
}
