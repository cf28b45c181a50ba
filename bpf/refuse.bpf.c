// SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause)
/*
 * Refuses executables to cgroups, by device and inode: another name, a link or a relative path is no way
 * around it, a copy is another file. Two ways, of which user space loads one: end the process before its
 * first instruction, anywhere; or answer EPERM, where BPF LSM is at work. A script is its interpreter to
 * the first and itself to the second. A program that the loader is told to run (ld.so FILE) is the loader.
 */
#include "kernel.h"
#include "deny.h"

#define SIGKILL 9
#define EPERM 1

struct {
	__uint(type, BPF_MAP_TYPE_HASH);
	__uint(max_entries, REFUSED_MAX);
	__type(key, struct refused_key);
	__type(value, __u64); /* how often it was refused */
} refused SEC(".maps");

/* Whether any group above, or the group itself, is refused the file. A level that is not there has the id 0. */
static __always_inline bool is_refused(struct linux_binprm *bprm)
{
	struct inode *inode = BPF_CORE_READ(bprm, file, f_inode);
	struct refused_key key = {};

	key.ino = BPF_CORE_READ(inode, i_ino);
	key.dev = BPF_CORE_READ(inode, i_sb, s_dev);
	for (int level = 0; level < REFUSED_LEVELS; level++) {
		key.cgroup_id = bpf_get_current_ancestor_cgroup_id(level);
		if (!key.cgroup_id)
			return false;
		__u64 *count = bpf_map_lookup_elem(&refused, &key);

		if (count) {
			__sync_fetch_and_add(count, 1);
			return true;
		}
	}
	return false;
}

/* After the point of no return and before the first instruction of the new program. */
SEC("tp_btf/sched_process_exec")
int BPF_PROG(refuse_by_signal, struct task_struct *task, int old_pid, struct linux_binprm *bprm)
{
	if (is_refused(bprm))
		bpf_send_signal(SIGKILL);
	return 0;
}

SEC("lsm/bprm_check_security")
int BPF_PROG(refuse_by_lsm, struct linux_binprm *bprm, int result)
{
	if (result)
		return result;
	return is_refused(bprm) ? -EPERM : 0;
}

char LICENSE[] SEC("license") = "Dual BSD/GPL";
