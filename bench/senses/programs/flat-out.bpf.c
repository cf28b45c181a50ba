// SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause)
/*
 * A record of 64 bytes for every getppid(2): a call that no ordinary program makes in a loop, so that a
 * program that does sets the rate. Numbered and counted by CPU, on cache lines of their own: the counting must not
 * be what limits the producers.
 */
#include <linux/bpf.h>
#include <linux/types.h>
#include <bpf/bpf_helpers.h>
#include <bpf/bpf_tracing.h>

#define CPUS 64

struct record {
	__u64 seq; /* by CPU, from 0; a gap is a lost record */
	__u64 cpu;
	__u64 at_ns; /* CLOCK_BOOTTIME */
	__u64 rest[5];
};

struct {
	__uint(type, BPF_MAP_TYPE_RINGBUF);
	__uint(max_entries, 16 << 20);
} ring SEC(".maps");

struct counter {
	__u64 made;
	__u64 lost;
	__u64 padding[6];
};

struct counter counters[CPUS];

SEC("tp_btf/sys_enter")
int BPF_PROG(on_call, void *regs, long id)
{
	if (id != CALL)
		return 0;
	__u32 cpu = bpf_get_smp_processor_id() & (CPUS - 1);
	struct counter *counter = &counters[cpu];
	__u64 seq = __sync_fetch_and_add(&counter->made, 1);
	struct record *record = bpf_ringbuf_reserve(&ring, sizeof(*record), 0);

	if (!record) {
		__sync_fetch_and_add(&counter->lost, 1);
		return 0;
	}
	record->seq = seq;
	record->cpu = cpu;
	record->at_ns = bpf_ktime_get_boot_ns();
	__builtin_memset(record->rest, 0, sizeof(record->rest));
	bpf_ringbuf_submit(record, 0);
	return 0;
}

char LICENSE[] SEC("license") = "Dual BSD/GPL";
