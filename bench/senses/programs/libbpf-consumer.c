// SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause)
/*
 * libbpf-consumer poll|nap: takes the ring on descriptor 3 until SIGTERM, by libbpf's own consumer.
 *   poll   ring_buffer__poll, woken by the kernel: how everybody writes it
 *   nap    ring_buffer__consume every 4 ms: the same trick as the layer's reader, without a runtime in between
 * Prints "ready", and at the end how many records came and what CPU time they took, user and system.
 */
#include <bpf/libbpf.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/resource.h>
#include <time.h>

#define RING_FD 3
#define NAP_NS 4000000
#define CPUS 64

static volatile sig_atomic_t ending;
static unsigned long long records, missed, next_seq[CPUS];

struct record {
	unsigned long long seq, cpu;
};

static void on_end(int signal)
{
	ending = signal;
}

static int take(void *context, void *data, size_t size)
{
	const struct record *record = data;
	unsigned long long *next = &next_seq[record->cpu % CPUS];

	records++;
	missed += record->seq - *next;
	*next = record->seq + 1;
	return 0;
}

static long long cpu_ns(void)
{
	struct rusage usage;

	getrusage(RUSAGE_SELF, &usage);
	return (usage.ru_utime.tv_sec + usage.ru_stime.tv_sec) * 1000000000LL +
	       (usage.ru_utime.tv_usec + usage.ru_stime.tv_usec) * 1000LL;
}

int main(int argc, char **argv)
{
	int napping = argc > 1 && strcmp(argv[1], "nap") == 0;
	struct timespec nap = { 0, NAP_NS };
	struct ring_buffer *ring = ring_buffer__new(RING_FD, take, NULL, NULL);
	struct sigaction action = { .sa_handler = on_end };

	if (!ring)
		return 1;
	sigaction(SIGTERM, &action, NULL);
	printf("ready\n");
	fflush(stdout);
	long long before = cpu_ns();

	while (!ending) {
		if (napping) {
			ring_buffer__consume(ring);
			nanosleep(&nap, NULL);
		} else {
			ring_buffer__poll(ring, 100);
		}
	}
	ring_buffer__consume(ring);
	printf("{\"records\": %llu, \"missed\": %llu, \"cpuNs\": %lld}\n", records, missed, cpu_ns() - before);
	return 0;
}
