/* SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause) */
/*
 * The ring and what every record begins with. An object that includes this has a ring and counters of its
 * own; objects share one ring by reusing the first one's map (bpf_map__reuse_fd).
 */
#ifndef SWARMS_RING_H
#define SWARMS_RING_H

#include "kernel.h"
#include "swarms.h"
#include "tasks.h"
#include "groups.h"

struct {
	__uint(type, BPF_MAP_TYPE_RINGBUF);
	__uint(max_entries, RING_BYTES_DEFAULT);
} ring SEC(".maps");

struct event_counters counters;

/*
 * Whether the ring has room for a kind of this rank. Refused early, bulk leaves the rest of the ring to what
 * must not be missed. The fill level is a snapshot; a few records more or less do no harm.
 */
static __always_inline bool admitted(enum event_rank rank)
{
	__u64 waiting;

	if (rank == RANK_VITAL)
		return true;
	waiting = bpf_ringbuf_query(&ring, BPF_RB_AVAIL_DATA);
	if (rank == RANK_BULK)
		return waiting < config.ring_bytes / 2;
	return waiting < config.ring_bytes / 8 * 7;
}

/* Counted before the ring is asked, so that a lost record leaves a gap in seq. */
static __always_inline __u64 next_seq(enum event_kind kind)
{
	return __sync_fetch_and_add(&counters.made[kind], 1);
}

static __always_inline void lost_one(enum event_kind kind)
{
	__sync_fetch_and_add(&counters.lost[kind], 1);
}

static __always_inline void fill_head(struct record_head *head, enum event_kind kind, __u32 size, __u64 seq,
				      struct task_struct *task)
{
	head->kind = kind;
	head->size = size;
	head->pid = BPF_CORE_READ(task, tgid);
	head->tid = BPF_CORE_READ(task, pid);
	head->at_ns = bpf_ktime_get_boot_ns();
	head->seq = seq;
	head->cgroup_id = v2_cgroup_of(task);
	head->cpu_cgroup_id = cpu_cgroup_of(task);
	head->start_ns = BPF_CORE_READ(task, group_leader, start_boottime);
	head->uid = BPF_CORE_READ(task, cred, uid.val);
	BPF_CORE_READ_STR_INTO(&head->comm, task, comm);
}

/* Room for a record of constant size with its head filled in; NULL (and counted) where it has to be lost. */
static __always_inline void *begin(enum event_kind kind, enum event_rank rank, __u32 size, struct task_struct *task)
{
	__u64 seq = next_seq(kind);
	struct record_head *head = admitted(rank) ? bpf_ringbuf_reserve(&ring, size, 0) : 0;

	if (group_count_of(kind) < GROUP_COUNTS)
		count_in_group(cpu_cgroup_of(task), kind);
	if (!head) {
		lost_one(kind);
		return 0;
	}
	/* The ring holds what earlier records left there. */
	__builtin_memset(head, 0, size);
	fill_head(head, kind, size, seq, task);
	return head;
}

#endif
