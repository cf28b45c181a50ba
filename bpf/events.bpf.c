// SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause)
/*
 * Processes begun, replaced and ended, and connections made. Each program stands alone, so that only
 * the wanted kinds are attached. All of these are rare next to system calls; none sits on a path that
 * every system call takes.
 */
#include "kernel.h"
#include "swarms.h"
#include "tasks.h"
#include "ring.h"
#include <bpf/bpf_endian.h>

#define SIGNAL_GROUP_EXIT 0x4 /* include/linux/sched/signal.h */
#define AF_INET6_FAMILY 6
#define AF_INET_FAMILY 4

struct exit_key {
	__u64 start_ns;
	__u64 pid;
};

/* Processes whose end was just reported; see on_exit. */
struct {
	__uint(type, BPF_MAP_TYPE_LRU_HASH);
	__uint(max_entries, 1024);
	__type(key, struct exit_key);
	__type(value, __u8);
} ended SEC(".maps");

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

/* After the point of no return: the task already runs the new program under its new name. */
SEC("tp_btf/sched_process_exec")
int BPF_PROG(on_exec, struct task_struct *task, int old_pid, struct linux_binprm *bprm)
{
	struct exec_record *record = begin(EVENT_EXEC, RANK_VITAL, sizeof(*record), task);

	if (!record)
		return 0;
	struct task_struct *parent = BPF_CORE_READ(task, real_parent);
	/* For a script this is the interpreter by now: the file that really runs. */
	struct inode *inode = BPF_CORE_READ(bprm, file, f_inode);

	record->parent_pid = BPF_CORE_READ(parent, tgid);
	record->parent_start_ns = BPF_CORE_READ(parent, group_leader, start_boottime);
	record->ino = BPF_CORE_READ(inode, i_ino);
	record->dev = BPF_CORE_READ(inode, i_sb, s_dev);
	inode_times(record, inode);
	bpf_probe_read_kernel_str(record->path, sizeof(record->path), BPF_CORE_READ(bprm, filename));
	bpf_ringbuf_submit(record, 0);
	return 0;
}

SEC("tp_btf/sched_process_fork")
int BPF_PROG(on_fork, struct task_struct *parent, struct task_struct *child)
{
	int pid = BPF_CORE_READ(child, pid);

	if (pid != BPF_CORE_READ(child, tgid)) /* a thread */
		return 0;
	struct fork_record *record = begin(EVENT_FORK, RANK_IMPORTANT, sizeof(*record), parent);

	if (!record)
		return 0;
	record->child_pid = pid;
	record->child_start_ns = BPF_CORE_READ(child, start_boottime);
	bpf_ringbuf_submit(record, 0);
	return 0;
}

/*
 * Once per process, with its last thread. Two threads that end at the same moment can both see no
 * live thread left, so the first one to enter the process in `ended` reports it. (The tracepoint says
 * which is last itself, but only in recent kernels.)
 */
SEC("tp_btf/sched_process_exit")
int BPF_PROG(on_exit, struct task_struct *task)
{
	struct signal_struct *signal = BPF_CORE_READ(task, signal);
	struct exit_key key = {};
	__u8 yes = 1;

	if (BPF_CORE_READ(signal, live.counter) != 0)
		return 0;
	key.pid = BPF_CORE_READ(task, tgid);
	key.start_ns = BPF_CORE_READ(task, group_leader, start_boottime);
	if (bpf_map_update_elem(&ended, &key, &yes, BPF_NOEXIST) == -17 /* EEXIST */)
		return 0;
	struct exit_record *record = begin(EVENT_EXIT, RANK_VITAL, sizeof(*record), task);

	if (!record)
		return 0;
	record->status = BPF_CORE_READ(signal, flags) & SIGNAL_GROUP_EXIT
				 ? BPF_CORE_READ(signal, group_exit_code)
				 : BPF_CORE_READ(task, group_leader, exit_code);
	bpf_ringbuf_submit(record, 0);
	return 0;
}

/*
 * Connections are seen by cgroup hooks at the root of v2, not by a system-call tracepoint: that one
 * taxes every system call of the host, misses io_uring and TCP fast open, and reads an address that
 * another thread can still change. Here the kernel has copied the address already, other families
 * never arrive, and the price is paid by connect(2) alone. Always 1: allow. An attempt is reported,
 * whether it succeeds or not.
 */
static __always_inline struct connect_record *begin_connect(struct bpf_sock_addr *ctx, __u16 family)
{
	__u16 port = bpf_ntohs((__u16)ctx->user_port);

	/* Resolvers connect datagram sockets to port 0 to learn the local address; nothing is sent. */
	if (port == 0 && ctx->type == 2 /* SOCK_DGRAM */)
		return 0;
	struct connect_record *record =
		begin(EVENT_CONNECT, RANK_IMPORTANT, sizeof(*record), (struct task_struct *)bpf_get_current_task());

	if (record) {
		record->family = family;
		record->port = port;
	}
	return record;
}

SEC("cgroup/connect4")
int on_connect4(struct bpf_sock_addr *ctx)
{
	__u32 address = ctx->user_ip4;
	struct connect_record *record = begin_connect(ctx, AF_INET_FAMILY);

	if (record) {
		*(__u32 *)record->address = address;
		bpf_ringbuf_submit(record, 0);
	}
	return 1;
}

SEC("cgroup/connect6")
int on_connect6(struct bpf_sock_addr *ctx)
{
	__u32 a = ctx->user_ip6[0], b = ctx->user_ip6[1], c = ctx->user_ip6[2], d = ctx->user_ip6[3];
	struct connect_record *record = begin_connect(ctx, AF_INET6_FAMILY);

	if (record) {
		__u32 *address = (__u32 *)record->address;

		address[0] = a;
		address[1] = b;
		address[2] = c;
		address[3] = d;
		bpf_ringbuf_submit(record, 0);
	}
	return 1;
}

char LICENSE[] SEC("license") = "Dual BSD/GPL";
