/* SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause) */
/*
 * What the tasks of each cgroup (of the cpu controller) did, by counts: kept where it happens, so that it is
 * known whether or not the event itself is told, and costs user space nothing but a look into shared memory.
 *
 * A table in an array map instead of a hash: one inlined lookup, no lock, and user space reads it without
 * a system call. A group takes the first free of a few places at first sight; where all are taken, its
 * counts go to `unplaced`. User space frees the places of groups that have become quiet.
 */
#ifndef SWARMS_GROUPS_H
#define SWARMS_GROUPS_H

#include "kernel.h"
#include "swarms.h"

/* As GROUP_COUNTS in src/senses/group-counts.ts. */
enum group_count {
	GROUP_CONNECTS = 0,
	GROUP_ACCEPTS = 1,
	GROUP_SENDS = 2,
	GROUP_OPENS = 3,
	GROUP_WRITES = 4,
	GROUP_CHANGES = 5,
	GROUP_COUNTS = 6, /* how many there are; also "of no count" */
};

enum {
	GROUP_PLACES = 1024, /* a power of two */
	GROUP_PROBES = 8,
};

/* Codes of EVENTS in src/core/event-kinds.ts that are counted, the first and last of those that are one count. */
enum group_kind {
	GROUP_KIND_CONNECT = 4,
	GROUP_KIND_OPEN_READ = 9,
	GROUP_KIND_OPEN_FAILED = 11,
	GROUP_KIND_RENAME = 12,
	GROUP_KIND_CHMOD = 16,
	GROUP_KIND_ACCEPT = 19,
	GROUP_KIND_SEND = 22,
};

/* A cache line. */
struct group_place {
	__u64 id; /* inode of the group's directory; 0: free */
	__u64 counts[GROUP_COUNTS];
	__u64 reserved;
};

struct group_table {
	struct group_place places[GROUP_PLACES];
	__u64 unplaced; /* of groups that found no place */
};

/* Objects share one table by reusing the first one's map (bpf_map__reuse_fd). */
struct {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__uint(map_flags, BPF_F_MMAPABLE);
	__uint(max_entries, 1);
	__type(key, __u32);
	__type(value, struct group_table);
} groups SEC(".maps");

static __always_inline enum group_count group_count_of(__u32 kind)
{
	if (kind == GROUP_KIND_CONNECT)
		return GROUP_CONNECTS;
	if (kind >= GROUP_KIND_OPEN_READ && kind <= GROUP_KIND_OPEN_FAILED)
		return GROUP_OPENS;
	if (kind >= GROUP_KIND_RENAME && kind <= GROUP_KIND_CHMOD)
		return GROUP_CHANGES;
	if (kind == GROUP_KIND_ACCEPT)
		return GROUP_ACCEPTS;
	return kind == GROUP_KIND_SEND ? GROUP_SENDS : GROUP_COUNTS;
}

/* One more in the group with this id (of the cpu hierarchy); nothing where `count` is of none. */
static __always_inline void count_one(__u64 id, enum group_count count)
{
	__u32 zero = 0, first = (__u32)((id * 0x9e3779b97f4a7c15ull) >> 32);
	struct group_table *table;

	if ((__u32)count >= GROUP_COUNTS)
		return;
	table = bpf_map_lookup_elem(&groups, &zero);
	if (!table)
		return;
	for (__u32 i = 0; i < GROUP_PROBES; i++) {
		struct group_place *place = &table->places[(first + i) & (GROUP_PLACES - 1)];

		if (place->id == id) {
			__sync_fetch_and_add(&place->counts[count], 1);
			return;
		}
	}
	for (__u32 i = 0; i < GROUP_PROBES; i++) {
		struct group_place *place = &table->places[(first + i) & (GROUP_PLACES - 1)];
		__u64 was = __sync_val_compare_and_swap(&place->id, 0, id);

		if (was == 0 || was == id) {
			__sync_fetch_and_add(&place->counts[count], 1);
			return;
		}
	}
	__sync_fetch_and_add(&table->unplaced, 1);
}

/* One more event of this kind in the group, told or not. */
static __always_inline void count_in_group(__u64 id, __u32 kind)
{
	count_one(id, group_count_of(kind));
}

#endif
