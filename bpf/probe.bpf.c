// SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause)
/* One program of each type that the layer knows of, each doing nothing: loaded and attached for a moment to learn what the kernel allows. */
#include "kernel.h"

struct {
	__uint(type, BPF_MAP_TYPE_RINGBUF);
	__uint(max_entries, 4096);
} ring SEC(".maps");

SEC("tp_btf/sched_process_fork")
int BPF_PROG(probe_tp_btf)
{
	return 0;
}

SEC("tp_btf/sched_process_exec")
int BPF_PROG(probe_ring)
{
	return bpf_ringbuf_query(&ring, BPF_RB_AVAIL_DATA) ? 0 : 0;
}

/* The function that the kernel keeps for this purpose (net/bpf/test_run.c). */
SEC("fentry/bpf_fentry_test1")
int BPF_PROG(probe_fentry)
{
	return 0;
}

SEC("lsm/bprm_check_security")
int BPF_PROG(probe_lsm, struct linux_binprm *bprm, int result)
{
	return result;
}

SEC("cgroup/connect4")
int probe_cgroup(struct bpf_sock_addr *ctx)
{
	return 1;
}

char LICENSE[] SEC("license") = "Dual BSD/GPL";
