/* SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause) */
/*
 * How much each process wrote to regular files, and of a sample whether it looks like chance: what was written never
 * leaves the kernel. User space takes the entries out in turns.
 */
#ifndef SWARMS_CALLS_WRITES_H
#define SWARMS_CALLS_WRITES_H

#include "calls-work.h"
#include "tasks.h"
#include "groups.h"

struct {
	__uint(type, BPF_MAP_TYPE_LRU_HASH);
	__uint(max_entries, 2048); /* processes that write between two looks */
	__type(key, struct write_key);
	__type(value, struct write_count);
} writes SEC(".maps");

/* The process's entry, 0 where there is no room. */
static __always_inline struct write_count *count_write(struct task_struct *task, __u64 bytes, __u64 truncations)
{
	struct write_key key = { .start_ns = task->group_leader->start_boottime, .pid = task->tgid };
	struct write_count *known = bpf_map_lookup_elem(&writes, &key);

	if (!known) {
		struct write_count fresh = {
			.cgroup_id = v2_cgroup_of(task),
			.cpu_cgroup_id = cpu_cgroup_of(task),
			.uid = BPF_CORE_READ(task, cred, uid.val),
		};

		BPF_CORE_READ_STR_INTO(&fresh.comm, task, comm);
		/* Another thread may have been first. */
		bpf_map_update_elem(&writes, &key, &fresh, BPF_NOEXIST);
		known = bpf_map_lookup_elem(&writes, &key);
		if (!known)
			return 0;
	}
	if (truncations) {
		__sync_fetch_and_add(&known->truncations, truncations);
		return known;
	}
	__sync_fetch_and_add(&known->calls, 1);
	__sync_fetch_and_add(&known->bytes, bytes);
	count_one(known->cpu_cgroup_id, GROUP_WRITES);
	return known;
}

/*
 * 1: what was written was looked at, 2: and looks like chance, 0: neither. Takes the middle, for encrypted files begin with a plain
 * header. Another thread may have changed it since; who goes to that length also writes by mmap(2) or io_uring, which are
 * not looked at. A function of its own, so that the verifier walks through its loop once.
 */
__noinline int sample_buffer(__u64 buffer, __u32 bytes)
{
	struct call_work *work = this_work();
	__u64 seen[4] = {};
	__u32 different = 0;
	__u8 *sample;

	if (!work || bytes < SAMPLE_BYTES)
		return 0;
	sample = work->bytes + CALL_BYTES;
	if (bpf_probe_read_user(sample, SAMPLE_BYTES, (void *)(buffer + (bytes - SAMPLE_BYTES) / 2)))
		return 0;
	for (int at = 0; at < SAMPLE_BYTES; at++) {
		__u32 bit = sample[at] & 63;
		__u64 *word = &seen[sample[at] >> 6 & 3];

		/* Without a branch: the verifier would walk every way through all of them. */
		different += ~(*word >> bit) & 1;
		*word |= 1ull << bit;
	}
	return different >= SAMPLE_RANDOM ? 2 : 1;
}

static __always_inline void sample_write(struct write_count *count, __u64 buffer, __u32 bytes)
{
	int found;

	if (count->calls > SAMPLE_EACH && count->calls % SAMPLE_EVERY)
		return;
	found = sample_buffer(buffer, bytes);
	if (found > 0)
		__sync_fetch_and_add(&count->sampled, 1);
	if (found > 1)
		__sync_fetch_and_add(&count->random, 1);
}

#endif
