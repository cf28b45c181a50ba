// SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause)
/* A program at the entry of every system call that does nothing: what being there costs. */
#include <linux/bpf.h>
#include <linux/types.h>
#include <bpf/bpf_helpers.h>
#include <bpf/bpf_tracing.h>

SEC("tp_btf/sys_enter")
int BPF_PROG(on_entry, void *regs, long id)
{
	return 0;
}

char LICENSE[] SEC("license") = "Dual BSD/GPL";
