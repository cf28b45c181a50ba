/* SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause) */
/*
 * The same program opening the same file again and again, or truncating it, is one fact. Within a second of the one that was
 * told, identical ones are counted; the next that is told carries how many there were.
 */
#ifndef SWARMS_CALLS_MERGE_H
#define SWARMS_CALLS_MERGE_H

#include "calls-work.h"

#define MERGE_WINDOW_NS 1000000000ull

struct open_key {
	__u64 exe_ino;
	__u64 object_ino; /* of a failed open, a hash of the path as typed and where it begins */
	__u64 lineage; /* executables of parent and grandparent */
	__u32 exe_dev;
	__u32 object_dev; /* of a failed open, the result */
	__u32 how; /* kind, and what of the flags makes another fact: reading is not emptying */
	__u32 uid;
};

struct open_seen {
	__u64 since_ns; /* CLOCK_MONOTONIC */
	__u64 repeats;
};

/* 1.3 MB of kernel memory. A key that makes room for a newer one loses its repeats, not their total in `merged`. */
struct {
	__uint(type, BPF_MAP_TYPE_LRU_HASH);
	__uint(max_entries, 8192);
	__type(key, struct open_key);
	__type(value, struct open_seen);
} opens SEC(".maps");

/* Multiplier of the golden ratio, and of the finaliser of MurmurHash3. */
#define MIX_A 0x9e3779b97f4a7c15ull
#define MIX_B 0xff51afd7ed558ccdull

static __always_inline __u64 mix(__u64 hash, __u64 word)
{
	hash = (hash ^ word) * MIX_A;
	return hash ^ (hash >> 29);
}

/* Whatever follows the text up to a multiple of 8 has to be zero. */
static __always_inline __u64 hash_text(const __u64 *words, __u32 length)
{
	__u64 hash = MIX_B;

	for (__u32 at = 0; at < CALL_TEXT_LEN / 8; at++) {
		if (at * 8 >= length)
			break;
		hash = mix(hash, words[at]);
	}
	return hash;
}

static __always_inline __u64 executable_hash(struct task_struct *task)
{
	struct inode *inode = task->mm->exe_file->f_inode;

	return mix(inode->i_ino, inode->i_sb->s_dev);
}

/*
 * Pointers from the task onwards are followed by plain loads, which read 0 where a pointer is NULL or stale: a
 * fifth of the price of a helper for each step.
 */
static __always_inline bool merged_open(struct call_work *work, struct task_struct *task, __u32 kind, __u32 flags)
{
	struct call_record *record = record_of(work);
	struct inode *exe = task->mm->exe_file->f_inode, *inode = (void *)work->inode;
	struct task_struct *parent = task->real_parent;
	__u64 now = bpf_ktime_get_ns();
	struct open_seen fresh = { .since_ns = now }, *seen;
	struct open_key key = {};

	key.exe_ino = exe->i_ino;
	key.exe_dev = exe->i_sb->s_dev;
	key.lineage = mix(executable_hash(parent), executable_hash(parent->real_parent));
	key.how = kind | (flags & (OPEN_ACCESS | OPEN_CREATE | OPEN_TRUNCATE)) << 8;
	key.uid = task->cred->uid.val;
	if (record->result < 0) {
		key.object_dev = (__u32)record->result;
		key.object_ino = hash_text((void *)(work->bytes + sizeof(*record)), record->path_len);
		if (inode)
			key.object_ino = mix(key.object_ino, BPF_CORE_READ(inode, i_ino));
	} else {
		key.object_ino = BPF_CORE_READ(inode, i_ino);
		key.object_dev = BPF_CORE_READ(inode, i_sb, s_dev);
	}
	seen = bpf_map_lookup_elem(&opens, &key);
	if (!seen) {
		bpf_map_update_elem(&opens, &key, &fresh, BPF_ANY);
		return false;
	}
	if (now - seen->since_ns < MERGE_WINDOW_NS) {
		__sync_fetch_and_add(&seen->repeats, 1);
		__sync_fetch_and_add(&control.merged[kind], 1);
		return true;
	}
	seen->since_ns = now;
	record->repeats = __sync_lock_test_and_set(&seen->repeats, 0);
	return false;
}

#endif
