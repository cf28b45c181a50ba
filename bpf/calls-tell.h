/* SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause) */
/* Builds the record of a call and hands it to the ring. */
#ifndef SWARMS_CALLS_TELL_H
#define SWARMS_CALLS_TELL_H

#include "calls-file.h"
#include "ring.h"

enum {
	CALL_PART_MASK = 1016, /* where parts can begin: below 1024, at a multiple of 8 */
	CALL_TEXT_MASK = CALL_BYTES - 1,
};

static __always_inline __u32 up_to_8(__u32 bytes)
{
	return (bytes + 7) & ~7u;
}

static __always_inline void end_text(struct call_work *work, __u32 at)
{
	*(__u64 *)(work->bytes + (at & CALL_TEXT_MASK)) = 0;
}

/* Length without the NUL; 0 also where it cannot be read. */
static __always_inline __u32 put_text(struct call_work *work, __u32 at, __u64 from)
{
	void *to = work->bytes + (at & CALL_TEXT_MASK);
	long length = from == 0 ? 0
		      : work->in_kernel
			      ? bpf_probe_read_kernel_str(to, CALL_TEXT_LEN, (void *)from)
			      : bpf_probe_read_user_str(to, CALL_TEXT_LEN, (void *)from);

	return length > 0 ? length - 1 : 0;
}

/* The path as typed has a constant place, so that it can be read before it is known whether the call is told. */
static __always_inline void read_path(struct call_work *work)
{
	struct call_record *record = record_of(work);

	if (work->path_read)
		return;
	record->path_len = put_text(work, sizeof(*record), work->path);
	end_text(work, sizeof(*record) + record->path_len);
	work->path_read = 1;
}

/* Where a relative path begins, so that it means something. */
static __always_inline void take_beginning(struct call_work *work, struct call_row *row, struct task_struct *task)
{
	struct call_record *record = record_of(work);
	__s32 fd = row->dir ? (__s32)argument(record, row->dir) : WORKING_DIRECTORY;

	if (work->inode || !(row->dir || row->relative))
		return;
	read_path(work);
	/* Of a symbolic link the first path is only what it says: the second one has the folder, wherever that leads. */
	if (row->kind != CALL_KIND_SYMLINK && record->path_len > 0 && work->bytes[sizeof(*record)] == '/')
		return;
	if (fd == WORKING_DIRECTORY)
		take_working_directory(work, task);
	else
		take_file(work, task, fd);
}

static __always_inline bool copy_in(struct call_work *work, void *to, __u32 length, __u64 from)
{
	return (work->in_kernel ? bpf_probe_read_kernel(to, length, (void *)from)
				: bpf_probe_read_user(to, length, (void *)from)) == 0;
}

/* As struct sockaddr_in6; struct sockaddr_in has its address where that has the flow. */
struct typed_address {
	__u16 family;
	__u16 port;
	__u32 v4;
	__u8 v6[16];
};

/* Fills the address part from the caller's sockaddr; returns the length of a unix path, which follows the family. */
static __always_inline __u32 put_address(struct call_work *work, struct call_address *out)
{
	struct typed_address typed = {};
	__u32 length = work->address_len;

	__builtin_memset(out, 0, sizeof(*out));
	if (length < sizeof(typed.family) || !copy_in(work, &typed, sizeof(typed.family), work->address))
		return 0;
	out->family = typed.family;
	if (typed.family == FAMILY_UNIX) {
		length -= sizeof(typed.family);
		return length <= CALL_UNIX_LEN ? length : CALL_UNIX_LEN;
	}
	if (typed.family == FAMILY_INET && copy_in(work, &typed, 8, work->address))
		*(__u32 *)out->address = typed.v4;
	else if (typed.family == FAMILY_INET6 && copy_in(work, &typed, sizeof(typed), work->address))
		__builtin_memcpy(out->address, typed.v6, sizeof(out->address));
	else
		return 0;
	out->port = __builtin_bswap16(typed.port);
	return 0;
}

static __always_inline __u32 put_bytes(struct call_work *work, __u32 at, __u64 from, __u32 length, bool in_kernel)
{
	void *to = work->bytes + (at & CALL_TEXT_MASK);

	barrier_var(length);
	length &= 127;
	return (in_kernel ? bpf_probe_read_kernel(to, length, (void *)from)
			  : bpf_probe_read_user(to, length, (void *)from)) == 0
		       ? length
		       : 0;
}

/* Pipes and sockets have no path. */
static __always_inline __u32 put_fd_path(struct call_work *work, __u32 at)
{
	unsigned long magic = magic_of((struct inode *)work->inode);
	__u32 length;

	if (magic == SOCKFS_MAGIC || magic == PIPEFS_MAGIC)
		return 0;
	length = walk_path(work->dentry, work->mnt);
	if (length == 0 || length >= CALL_TEXT_LEN)
		return 0;
	copy_walked(work->bytes + (at & CALL_TEXT_MASK), length);
	return length;
}

/* As cpu_cgroup_of and fill_head, of the current task: by plain loads instead of some twenty helpers. */
static __always_inline __u64 current_cpu_cgroup(struct task_struct *task)
{
	__u64 id = 0;

	if (!config.cpu_on_v1)
		return task->cgroups->dfl_cgrp->kn->id;
	if (bpf_core_field_exists(task->sched_task_group))
		id = task->sched_task_group->css.cgroup->kn->id;
	return id ? id : ROOT_CGROUP_ID;
}

static __always_inline void fill_current_head(struct record_head *head, __u32 kind, __u32 size, __u64 seq,
					      __u64 cpu_cgroup, struct task_struct *task)
{
	head->kind = kind;
	head->size = size;
	head->pid = task->tgid;
	head->tid = task->pid;
	head->at_ns = bpf_ktime_get_boot_ns();
	head->seq = seq;
	head->cgroup_id = task->cgroups->dfl_cgrp->kn->id;
	head->cpu_cgroup_id = cpu_cgroup;
	head->start_ns = task->group_leader->start_boottime;
	head->uid = task->cred->uid.val;
	bpf_get_current_comm(head->comm, sizeof(head->comm));
}

/* Tells this CPU's work as an event of this kind. Numbers only, so that the verifier looks at it once. */
__noinline int tell_call(__u32 kind)
{
	struct task_struct *task = bpf_get_current_task_btf();
	struct call_work *work = this_work();
	__u64 unix_path = 0, cpu_cgroup;
	struct call_record *record;
	struct sock *sk = 0;
	__u32 at, size;
	__u64 seq;

	if (!work || kind >= EVENT_CODE_LIMIT)
		return 0;
	record = record_of(work);
	seq = next_seq(kind);
	cpu_cgroup = current_cpu_cgroup(task);
	count_in_group(cpu_cgroup, kind);
	if (!admitted(control.rank[kind])) {
		lost_one(kind);
		return 0;
	}
	read_path(work);
	at = sizeof(*record) + up_to_8(record->path_len);
	record->parts = 0;
	record->fd_path_len = record->socket_path_len = record->address_path_len = 0;
	if (work->inode) {
		take_place(work);
		record->parts |= CALL_PART_FD;
		fill_fd((void *)(work->bytes + (at & CALL_PART_MASK)), work);
		at += sizeof(struct call_fd);
		sk = sock_of((void *)work->file, (void *)work->inode);
	}
	if (sk) {
		struct call_socket *part = (void *)(work->bytes + (at & CALL_PART_MASK));

		record->parts |= CALL_PART_SOCKET;
		fill_socket(part, sk);
		if (part->family == FAMILY_UNIX)
			record->socket_path_len = unix_name(sk, (void **)&unix_path);
		at += sizeof(*part);
	}
	if (work->address) {
		record->parts |= CALL_PART_ADDRESS;
		record->address_path_len = put_address(work, (void *)(work->bytes + (at & CALL_PART_MASK)));
		at += sizeof(struct call_address);
	}
	record->path2_len = put_text(work, at, work->path2);
	at += record->path2_len;
	if (work->inode)
		record->fd_path_len = put_fd_path(work, at);
	at += record->fd_path_len;
	if (record->socket_path_len)
		record->socket_path_len = put_bytes(work, at, unix_path, record->socket_path_len, true);
	at += record->socket_path_len;
	if (record->address_path_len)
		record->address_path_len = put_bytes(work, at, work->address + sizeof(__u16),
						     record->address_path_len, work->in_kernel);
	at += record->address_path_len;
	end_text(work, at);
	size = up_to_8(at);
	fill_current_head(&record->head, kind, size, seq, cpu_cgroup, task);
	if (size > CALL_BYTES || bpf_ringbuf_output(&ring, record, size, 0))
		lost_one(kind);
	return 0;
}

#endif
