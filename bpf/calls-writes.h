/* SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause) */
/* How much each process wrote to regular files, for how fast and not for what. User space takes the entries out in turns. */
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

static __always_inline void count_write(struct task_struct *task, __u64 bytes, __u64 truncations)
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
			return;
	}
	if (truncations) {
		__sync_fetch_and_add(&known->truncations, truncations);
		return;
	}
	__sync_fetch_and_add(&known->calls, 1);
	__sync_fetch_and_add(&known->bytes, bytes);
	count_one(known->cpu_cgroup_id, GROUP_WRITES);
}

#endif
