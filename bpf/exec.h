/* SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause) */
/*
 * What a process is after an exec, from the kernel's own objects: the file by device and inode, the credentials
 * in force, and texts to go with them. Only the path as typed and the arguments are the caller's words.
 */
#ifndef SWARMS_EXEC_H
#define SWARMS_EXEC_H

#include "kernel.h"
#include "swarms.h"
#include "descriptors.h"
#include "path.h"
#include "traits.h"

enum {
	EXEC_SIZE_LIMIT = 2048, /* a power of two above EXEC_RECORD_MAX, for the verifier */
	EXEC_TEXT_MAX = EXEC_RECORD_MAX - sizeof(struct exec_record),
	PAGE_BYTES_MIN = 4096,
	NOBODY_LOGGED_IN = ~0U,
};

/* Where a record is put together. A text is copied with a length that the verifier bounds apart from its place. */
struct exec_scratch {
	struct exec_record record;
	char texts[EXEC_SIZE_LIMIT + EXEC_SIZE_LIMIT];
};

/* The kernel never runs one program twice at once on a CPU (struct bpf_prog, active), so that one each is enough. */
struct {
	__uint(type, BPF_MAP_TYPE_PERCPU_ARRAY);
	__uint(max_entries, 1);
	__type(key, __u32);
	__type(value, struct exec_scratch);
} execs SEC(".maps");

static __always_inline struct exec_scratch *this_exec(void)
{
	__u32 zero = 0;

	return bpf_map_lookup_elem(&execs, &zero);
}

static __always_inline void inode_times(struct exec_record *record, struct inode *inode)
{
	if (bpf_core_field_exists(inode->i_ctime_sec)) {
		record->ctime_s = BPF_CORE_READ(inode, i_ctime_sec);
		record->ctime_ns = BPF_CORE_READ(inode, i_ctime_nsec) & ~I_CTIME_QUERIED;
		record->mtime_s = BPF_CORE_READ(inode, i_mtime_sec);
		record->mtime_ns = BPF_CORE_READ(inode, i_mtime_nsec);
		return;
	}
	struct inode___before_6_11 *middle = (void *)inode;
	struct inode___before_6_6 *old = (void *)inode;

	if (bpf_core_field_exists(middle->__i_ctime)) {
		record->ctime_s = BPF_CORE_READ(middle, __i_ctime.tv_sec);
		record->ctime_ns = BPF_CORE_READ(middle, __i_ctime.tv_nsec);
	} else {
		record->ctime_s = BPF_CORE_READ(old, i_ctime.tv_sec);
		record->ctime_ns = BPF_CORE_READ(old, i_ctime.tv_nsec);
	}
	if (bpf_core_field_exists(middle->__i_mtime)) {
		record->mtime_s = BPF_CORE_READ(middle, __i_mtime.tv_sec);
		record->mtime_ns = BPF_CORE_READ(middle, __i_mtime.tv_nsec);
	} else {
		record->mtime_s = BPF_CORE_READ(old, i_mtime.tv_sec);
		record->mtime_ns = BPF_CORE_READ(old, i_mtime.tv_nsec);
	}
}

/* As new_encode_dev() of include/linux/kdev_t.h does for /proc/PID/stat; 0 where there is no controlling terminal. */
static __always_inline __u32 terminal_of(struct task_struct *task)
{
	struct tty_struct *tty = BPF_CORE_READ(task, signal, tty);

	if (!tty)
		return 0;
	__u32 major = BPF_CORE_READ(tty, driver, major);
	__u32 minor = BPF_CORE_READ(tty, driver, minor_start) + BPF_CORE_READ(tty, index);

	return (minor & 0xff) | major << 8 | (minor & ~0xffU) << 12;
}

static __always_inline void fill_credentials(struct exec_record *record, struct task_struct *task)
{
	const struct cred *cred = BPF_CORE_READ(task, cred);

	record->euid = BPF_CORE_READ(cred, euid.val);
	record->suid = BPF_CORE_READ(cred, suid.val);
	record->gid = BPF_CORE_READ(cred, gid.val);
	record->egid = BPF_CORE_READ(cred, egid.val);
	bpf_probe_read_kernel(&record->caps_effective, 8, &cred->cap_effective);
	bpf_probe_read_kernel(&record->caps_permitted, 8, &cred->cap_permitted);
	bpf_probe_read_kernel(&record->caps_inheritable, 8, &cred->cap_inheritable);
	record->login_uid = NOBODY_LOGGED_IN;
	if (bpf_core_field_exists(task->loginuid))
		record->login_uid = BPF_CORE_READ(task, loginuid.val);
}

static __always_inline void fill_exec(struct exec_record *record, struct task_struct *task, struct linux_binprm *bprm)
{
	struct task_struct *parent = BPF_CORE_READ(task, real_parent);
	/* For a script this is the interpreter by now: the file that really runs. */
	struct file *file = BPF_CORE_READ(bprm, file);
	struct inode *inode = BPF_CORE_READ(file, f_inode);

	record->parent_pid = BPF_CORE_READ(parent, tgid);
	record->parent_start_ns = BPF_CORE_READ(parent, group_leader, start_boottime);
	record->ino = BPF_CORE_READ(inode, i_ino);
	record->dev = BPF_CORE_READ(inode, i_sb, s_dev);
	inode_times(record, inode);
	fill_credentials(record, task);
	record->tty = terminal_of(task);
	fill_stdio(&record->stdio, task);
	record->sid = BPF_CORE_READ(task, signal, pids[SESSION_PID], numbers[0].nr);
	record->flags = traits_of(BPF_CORE_READ(file, f_path.dentry), inode);
}

/* A place in `texts` for the verifier, which loses track of sums. */
static __always_inline char *place(struct exec_scratch *scratch, __u32 at)
{
	barrier_var(at);
	return scratch->texts + (at & (EXEC_SIZE_LIMIT - 1));
}

/* `max` counts the NUL that the kernel puts at the end. Returns the length without it. */
static __always_inline __u32 put_text(struct exec_scratch *scratch, __u32 at, const char *text, __u32 max)
{
	long length = bpf_probe_read_kernel_str(place(scratch, at), max, text);

	return length > 0 && length <= max ? length - 1 : 0;
}

static __always_inline __u32 put_path(struct exec_scratch *scratch, __u32 at, const struct path *path, __u32 max)
{
	int length = walk_path_within((__u64)BPF_CORE_READ(path, dentry), (__u64)BPF_CORE_READ(path, mnt), max);

	if (length <= 0 || (__u32)length > max)
		return 0;
	copy_walked(place(scratch, at), length);
	return length;
}

/* On v2, so that whoever made the group by name, and a container's runtime does, is known from the first exec on. */
static __always_inline __u32 put_cgroup(struct exec_scratch *scratch, __u32 at, struct task_struct *task)
{
	int length = walk_cgroup((__u64)BPF_CORE_READ(task, cgroups, dfl_cgrp, kn), EXEC_CGROUP_MAX);

	if (length <= 0 || length > EXEC_CGROUP_MAX)
		return 0;
	copy_walked(place(scratch, at), length);
	return length;
}

/*
 * As much of the arguments as there is room for. The kernel has just written them, so that their pages are there;
 * should the last one have gone again, what lies before it is taken.
 */
static __always_inline __u32 put_arguments(struct exec_scratch *scratch, __u32 at, struct task_struct *task, __u32 room)
{
	__u64 start = BPF_CORE_READ(task, mm, arg_start);
	__u64 bytes = BPF_CORE_READ(task, mm, arg_end) - start;
	__u32 length = bytes < room ? bytes : room;

	barrier_var(length);
	if (bpf_probe_read_user(place(scratch, at), length & (EXEC_SIZE_LIMIT - 1), (void *)start)) {
		length = PAGE_BYTES_MIN - (start & (PAGE_BYTES_MIN - 1));
		barrier_var(length);
		if (length > room || bpf_probe_read_user(place(scratch, at), length & (EXEC_SIZE_LIMIT - 1), (void *)start))
			length = 0;
	}
	if (length < bytes)
		scratch->record.flags |= EXEC_ARGV_CUT;
	return length;
}

/* Puts the texts behind the record and returns the size of both, a multiple of 8 and below EXEC_SIZE_LIMIT. */
static __always_inline __u32 fill_texts(struct exec_scratch *scratch, struct task_struct *task, struct linux_binprm *bprm)
{
	struct exec_record *record = &scratch->record;
	struct file *file = BPF_CORE_READ(bprm, file);
	struct fs_struct *fs = BPF_CORE_READ(task, fs);
	const char *typed = BPF_CORE_READ(bprm, filename);
	const char *interpreter = BPF_CORE_READ(bprm, interp);
	__u32 at = 0;

	record->path_len = put_text(scratch, at, typed, EXEC_PATH_MAX + 1);
	at += record->path_len;
	record->exe_len = put_path(scratch, at, &file->f_path, EXEC_EXE_MAX);
	at += record->exe_len;
	record->cwd_len = put_path(scratch, at, &fs->pwd, EXEC_CWD_MAX);
	at += record->cwd_len;
	if (interpreter != typed) {
		record->interp_len = put_text(scratch, at, interpreter, EXEC_INTERP_MAX + 1);
		at += record->interp_len;
	}
	record->cgroup_len = put_cgroup(scratch, at, task);
	at += record->cgroup_len;
	__u32 room = EXEC_TEXT_MAX - at;

	barrier_var(room);
	record->argv_len = put_arguments(scratch, at, task, room < EXEC_ARGV_MAX ? room : EXEC_ARGV_MAX);
	at += record->argv_len;
	*(__u64 *)place(scratch, at) = 0;
	return (sizeof(*record) + at + 7) & ~7U;
}

#endif
