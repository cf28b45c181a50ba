// SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause)
/*
 * Which orders of system calls an executable is known to make, and who departs from them. Each thread keeps its last calls; each
 * executable (file and change time) has a bitmap of the windows of 7 calls that were seen while it was learned (sequence.h). User space
 * hands out the profiles and says what each does; only what is new, or departs, is told.
 *
 * The state lies with the task itself (BPF_MAP_TYPE_TASK_STORAGE): no two threads share it, whatever their numbers, and it goes with
 * the thread. Which profile is a task's is looked up once, and again after an exec or when the table of files has changed.
 */
#include "calls-kernel.h"
#include "ring.h"
#include "sequences.h"

struct sequence_task {
	struct sequence sequence;
	__u64 older; /* the calls that left `recent` */
	__u64 told_ns;
	__u32 generation;
	__u32 profile;
	__u32 own; /* windows that its profile has not been told of; without a profile, calls */
	__u32 reserved;
};

struct {
	__uint(type, BPF_MAP_TYPE_TASK_STORAGE);
	__uint(map_flags, BPF_F_NO_PREALLOC);
	__type(key, int);
	__type(value, struct sequence_task);
} tasks SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_HASH);
	__uint(max_entries, SEQUENCE_PROFILES);
	__type(key, struct sequence_file);
	__type(value, __u32);
} files SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__uint(map_flags, BPF_F_MMAPABLE);
	__uint(max_entries, SEQUENCE_PROFILES);
	__type(key, __u32);
	__type(value, __u32[SEQUENCE_WORDS]);
} bitmaps SEC(".maps");

struct sequence_control control SEC(".data.sequences");

static __always_inline __u64 change_ms_of(struct inode *inode)
{
	struct inode___before_6_11 *middle = (void *)inode;
	struct inode___before_6_6 *old = (void *)inode;

	if (bpf_core_field_exists(inode->i_ctime_sec))
		return BPF_CORE_READ(inode, i_ctime_sec) * 1000 +
		       (BPF_CORE_READ(inode, i_ctime_nsec) & ~I_CTIME_QUERIED) / 1000000;
	if (bpf_core_field_exists(middle->__i_ctime))
		return BPF_CORE_READ(middle, __i_ctime.tv_sec) * 1000 +
		       (__u64)BPF_CORE_READ(middle, __i_ctime.tv_nsec) / 1000000;
	return BPF_CORE_READ(old, i_ctime.tv_sec) * 1000 + (__u64)BPF_CORE_READ(old, i_ctime.tv_nsec) / 1000000;
}

static __always_inline void fill_file(struct sequence_file *file, struct task_struct *task)
{
	struct inode *inode = BPF_CORE_READ(task, mm, exe_file, f_inode);

	__builtin_memset(file, 0, sizeof(*file));
	if (!inode)
		return;
	file->ino = BPF_CORE_READ(inode, i_ino);
	file->dev = BPF_CORE_READ(inode, i_sb, s_dev);
	file->change_ms = change_ms_of(inode);
}

static __always_inline struct sequence_profile *profile_of(struct sequence_task *own)
{
	return &control.profiles[own->profile & (SEQUENCE_PROFILES - 1)];
}

static __always_inline void share_windows(struct sequence_task *own)
{
	if (own->profile)
		__sync_fetch_and_add(&profile_of(own)->windows, own->own);
	own->own = 0;
}

/* Another program or another table of files: what the task did before is no habit of what it runs now. */
static __noinline int find_profile(struct sequence_task *own)
{
	struct sequence_file file;
	__u32 *profile;

	if (!own)
		return 0;
	fill_file(&file, bpf_get_current_task_btf());
	profile = bpf_map_lookup_elem(&files, &file);
	own->generation = control.generation;
	if (own->profile != (profile ? *profile : 0)) {
		own->sequence.recent = 0;
		own->sequence.windows = 0;
		own->sequence.misses = 0;
		own->older = 0;
		own->own = 0;
		own->profile = profile ? *profile : 0;
	}
	return 0;
}

static __noinline int tell(struct sequence_task *own, enum sequence_told told)
{
	struct task_struct *task = bpf_get_current_task_btf();
	struct sequence_profile *profile;
	struct sequence_record *record;

	if (!own)
		return 0;
	record = begin(EVENT_SEQUENCE, told == SEQUENCE_DEPARTED ? RANK_IMPORTANT : RANK_BULK, sizeof(*record), task);
	if (!record)
		return 0;
	profile = profile_of(own);
	if (own->profile)
		record->file = profile->file;
	else
		fill_file(&record->file, task);
	record->recent = own->sequence.recent;
	record->older = own->older;
	record->told = told;
	record->mean = sequence_mean(&own->sequence, &profile->prior);
	record->windows = own->sequence.windows;
	record->misses = own->sequence.misses;
	bpf_ringbuf_submit(record, 0);
	return 0;
}

/* A window that its profile does not know. */
static __noinline int strange(struct sequence_task *own, int is_learning)
{
	struct sequence_profile *profile;
	__u64 now;

	if (!own)
		return 0;
	profile = profile_of(own);
	if (is_learning) {
		__sync_fetch_and_add(&profile->fresh, 1);
		return tell(own, SEQUENCE_LEARNED);
	}
	if (sequence_mean(&own->sequence, &profile->prior) <= profile->limit)
		return 0;
	__sync_fetch_and_add(&profile->departures, 1);
	now = bpf_ktime_get_boot_ns();
	if (own->told_ns && now - own->told_ns < SEQUENCE_PAUSE_NS) {
		__sync_fetch_and_add(&control.untold, 1);
		return 0;
	}
	own->told_ns = now;
	return tell(own, SEQUENCE_DEPARTED);
}

static __always_inline bool is_compat(struct task_struct *task, long number)
{
	struct task_struct___call *x86 = (void *)task;
	struct pt_regs___arm64 *arm = 0;

	/* 32-bit programs of arm64 are not told apart: their numbers are their own, and their executables too. */
	if (bpf_core_field_exists(arm->orig_x0))
		return false;
	return (x86->thread_info.status & X86_COMPAT) || (number & X32_BIT);
}

SEC("tp_btf/sys_enter")
int BPF_PROG(on_sequence, struct pt_regs *regs, long number)
{
	struct task_struct *task = bpf_get_current_task_btf();
	struct sequence_task *own = bpf_task_storage_get(&tasks, task, 0, 0);
	struct sequence_profile *profile;
	enum sequence_verdict verdict;
	__u32 mode, at, *bitmap;

	if (!own) {
		own = bpf_task_storage_get(&tasks, task, 0, BPF_LOCAL_STORAGE_GET_F_CREATE);
		if (!own) {
			__sync_fetch_and_add(&control.unplaced, 1);
			return 0;
		}
	}
	if (own->generation != control.generation)
		find_profile(own);
	at = own->profile;
	if (!at) {
		if (++own->own == SEQUENCE_CALLS_WORTH)
			tell(own, SEQUENCE_UNPROFILED);
		return 0;
	}
	profile = profile_of(own);
	mode = profile->mode;
	if (mode == SEQUENCE_OFF)
		return 0;
	bitmap = bpf_map_lookup_elem(&bitmaps, &at);
	if (!bitmap)
		return 0;
	own->older = own->older << SEQUENCE_CALL_BITS |
		     (own->sequence.recent >> SEQUENCE_CALL_BITS * (SEQUENCE_CALLS - 1) & SEQUENCE_CALL_MASK);
	verdict = sequence_step(&own->sequence, bitmap, sequence_call(number, is_compat(task, number)),
				mode == SEQUENCE_LEARN);
	if (verdict == SEQUENCE_SHORT)
		return 0;
	if (++own->own >= SEQUENCE_SHARE_WINDOWS)
		share_windows(own);
	if (verdict == SEQUENCE_NEW)
		strange(own, mode == SEQUENCE_LEARN);
	return 0;
}

SEC("tp_btf/sched_process_exec")
int BPF_PROG(on_sequence_exec, struct task_struct *task, int old_pid, struct linux_binprm *bprm)
{
	struct sequence_task *own = bpf_task_storage_get(&tasks, task, 0, 0);

	if (!own)
		return 0;
	share_windows(own);
	__builtin_memset(own, 0, sizeof(*own));
	return 0;
}

/* A child goes on where its parent is: who forks anew for each step gets no window, and no mean, of its own to hide in. */
SEC("tp_btf/task_newtask")
int BPF_PROG(on_sequence_fork, struct task_struct *child, __u64 clone_flags)
{
	struct sequence_task *parent = bpf_task_storage_get(&tasks, bpf_get_current_task_btf(), 0, 0);
	struct sequence_task *own;

	if (!parent)
		return 0;
	own = bpf_task_storage_get(&tasks, child, 0, BPF_LOCAL_STORAGE_GET_F_CREATE);
	if (!own)
		return 0;
	*own = *parent;
	own->own = 0;
	return 0;
}

SEC("tp_btf/sched_process_exit")
int BPF_PROG(on_sequence_exit, struct task_struct *task)
{
	struct sequence_task *own = bpf_task_storage_get(&tasks, task, 0, 0);

	if (own)
		share_windows(own);
	return 0;
}

char LICENSE[] SEC("license") = "Dual BSD/GPL";
