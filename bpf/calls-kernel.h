/* SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause) */
/* Kernel structures, or members of them, that only the call sensor reads. As kernel.h. */
#ifndef SWARMS_CALLS_KERNEL_H
#define SWARMS_CALLS_KERNEL_H

#include "kernel.h"

#define SOCKFS_MAGIC 0x534f434b /* include/uapi/linux/magic.h */
#define ANON_INODE_MAGIC 0x09041934
#define PIPEFS_MAGIC 0x50495045

#define FILE_MODE_WRITE 2 /* FMODE_WRITE of include/linux/fs.h */
#define TYPE_MASK 0170000 /* inode(7) */
#define TYPE_REGULAR 0100000
#define OPEN_ACCESS 3 /* open(2) */
#define OPEN_CREATE 0100
#define OPEN_TRUNCATE 01000
#define WORKING_DIRECTORY (-100) /* AT_FDCWD */

#define X32_BIT 0x40000000 /* __X32_SYSCALL_BIT */
#define X86_COMPAT 2 /* TS_COMPAT of arch/x86/include/asm/thread_info.h */
#define ARM64_COMPAT 0x10 /* PSR_MODE32_BIT */

#define FAMILY_UNIX 1
#define FAMILY_INET 2
#define FAMILY_INET6 10

#pragma clang attribute push(__attribute__((preserve_access_index)), apply_to = record)

struct pt_regs___x86 {
	unsigned long bp;
	unsigned long bx;
	unsigned long r10;
	unsigned long r9;
	unsigned long r8;
	unsigned long cx;
	unsigned long dx;
	unsigned long si;
	unsigned long di;
	unsigned long orig_ax;
};

struct pt_regs___arm64 {
	__u64 regs[31];
	__u64 pstate;
	__u64 orig_x0;
	__s32 syscallno;
};

struct thread_info___x86 {
	__u32 status;
};

struct fdtable {
	unsigned int max_fds;
	struct file **fd;
};

struct files_struct {
	struct fdtable *fdt;
};

struct task_struct___call {
	struct thread_info___x86 thread_info;
	struct files_struct *files;
};

struct file___call {
	unsigned int f_mode;
	void *private_data;
};

struct in6_addr {
	__u8 bytes[16];
};

struct sock_common {
	__u32 skc_daddr;
	__u32 skc_rcv_saddr;
	__u16 skc_dport;
	__u16 skc_num;
	__u16 skc_family;
	struct in6_addr skc_v6_daddr;
	struct in6_addr skc_v6_rcv_saddr;
};

struct sock {
	struct sock_common __sk_common;
	__u16 sk_type;
	__u16 sk_protocol;
};

struct socket {
	short type;
	struct sock *sk;
};

struct sockaddr_un___kernel {
	__u16 sun_family;
	char sun_path[108];
};

struct unix_address {
	int len;
	struct sockaddr_un___kernel name[0];
};

struct unix_sock {
	struct unix_address *addr;
	struct sock *peer;
};

#pragma clang attribute pop

#endif
