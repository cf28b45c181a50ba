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
#include "exec.h"
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

/* After the point of no return: the task already runs the new program under its new name. */
SEC("tp_btf/sched_process_exec")
int BPF_PROG(on_exec, struct task_struct *task, int old_pid, struct linux_binprm *bprm)
{
	__u64 seq = next_seq(EVENT_EXEC);
	struct exec_scratch *scratch = this_exec();

	if (!scratch)
		return 0;
	struct exec_record *record = &scratch->record;

	__builtin_memset(record, 0, sizeof(*record));
	fill_head(&record->head, EVENT_EXEC, 0, seq, task);
	/* Where a thread executes, it takes the first thread's place, and id, before this. */
	record->head.tid = old_pid;
	fill_exec(record, task, bprm);
	record->head.size = fill_texts(scratch, task, bprm);
	if (bpf_ringbuf_output(&ring, scratch, record->head.size & (EXEC_SIZE_LIMIT - 1), 0))
		lost_one(EVENT_EXEC);
	return 0;
}

/* Told before the child runs, with the flags that clone(2) was called with; sched_process_fork has none. */
SEC("tp_btf/task_newtask")
int BPF_PROG(on_fork, struct task_struct *child, __u64 clone_flags)
{
	int pid = BPF_CORE_READ(child, pid);

	if (pid != BPF_CORE_READ(child, tgid)) /* a thread */
		return 0;
	struct task_struct *parent = (struct task_struct *)bpf_get_current_task();
	struct fork_record *record = begin(EVENT_FORK, RANK_IMPORTANT, sizeof(*record), parent);

	if (!record)
		return 0;
	record->child_pid = pid;
	record->child_start_ns = BPF_CORE_READ(child, start_boottime);
	record->clone_flags = clone_flags;
	bpf_ringbuf_submit(record, 0);
	return 0;
}

#define KERNEL_THREAD 0x200000 /* PF_KTHREAD of include/linux/sched.h */

/* By prctl(2) or /proc/self/comm. An exec gives a new name too, and tells it itself. */
SEC("tp_btf/task_rename")
int BPF_PROG(on_rename, struct task_struct *task, const char *name)
{
	if (BPF_CORE_READ_BITFIELD_PROBED(task, in_execve) || BPF_CORE_READ(task, flags) & KERNEL_THREAD)
		return 0;
	struct name_record *record = begin(EVENT_NAME, RANK_BULK, sizeof(*record), task);

	if (!record)
		return 0;
	bpf_probe_read_kernel_str(record->name, sizeof(record->name), name);
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
		record->protocol = ctx->protocol;
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
