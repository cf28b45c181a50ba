/* SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause) */
/* What a new program finds as its standard input, output and error: by that, a shell at a terminal and one at a socket differ. */
#ifndef SWARMS_DESCRIPTORS_H
#define SWARMS_DESCRIPTORS_H

#include "kernel.h"
#include "swarms.h"

enum {
	STDIO_TYPE_SHIFT = 12, /* S_IFMT begins at this bit of st_mode (inode(7)) */
	STDIO_TYPE_CHAR = 2,
	STDIO_TYPE_SOCKET = 12,
	STDIO_INET = 2,
	STDIO_INET6 = 10,
};

/* include/uapi/linux/magic.h: a socket that is open, and not its name on disk. */
#define STDIO_SOCKFS_MAGIC 0x534f434b

#pragma clang attribute push(__attribute__((preserve_access_index)), apply_to = record)

struct in6_addr___stdio {
	__u8 bytes[16];
};

struct sock_common___stdio {
	unsigned short skc_family;
	unsigned char skc_state;
	__u32 skc_daddr;
	__u16 skc_dport;
	__u16 skc_num;
	struct in6_addr___stdio skc_v6_daddr; /* with CONFIG_IPV6 */
};

struct sock___stdio {
	struct sock_common___stdio __sk_common;
};

struct socket___stdio {
	struct sock___stdio *sk;
};

struct inode___stdio {
	__u32 i_rdev;
};

struct file___stdio {
	void *private_data;
};

struct fdtable___stdio {
	unsigned int max_fds;
	struct file **fd;
};

struct files_struct___stdio {
	struct fdtable___stdio *fdt;
};

struct task_struct___stdio {
	struct files_struct___stdio *files;
};

#pragma clang attribute pop

static __always_inline void take_peer(struct exec_stdio *stdio, int fd, struct sock___stdio *sk)
{
	__u16 family = BPF_CORE_READ(sk, __sk_common.skc_family);

	stdio->family[fd] = family;
	if (stdio->socket_state || (family != STDIO_INET && family != STDIO_INET6))
		return;
	stdio->socket_state = BPF_CORE_READ(sk, __sk_common.skc_state);
	stdio->local_port = BPF_CORE_READ(sk, __sk_common.skc_num);
	stdio->remote_port = __builtin_bswap16(BPF_CORE_READ(sk, __sk_common.skc_dport));
	if (family == STDIO_INET)
		BPF_CORE_READ_INTO((__u32 *)stdio->remote, sk, __sk_common.skc_daddr);
	else if (bpf_core_field_exists(sk->__sk_common.skc_v6_daddr))
		BPF_CORE_READ_INTO((struct in6_addr___stdio *)stdio->remote, sk, __sk_common.skc_v6_daddr);
	stdio->remote_family = family == STDIO_INET ? 4 : 6;
}

static __always_inline void take_descriptor(struct exec_stdio *stdio, int fd, struct file *file)
{
	struct inode *inode = BPF_CORE_READ(file, f_inode);
	__u8 type = BPF_CORE_READ(inode, i_mode) >> STDIO_TYPE_SHIFT;

	stdio->type[fd] = type;
	stdio->object[fd] = type == STDIO_TYPE_CHAR ? BPF_CORE_READ((struct inode___stdio *)inode, i_rdev)
						    : BPF_CORE_READ(inode, i_ino);
	if (type != STDIO_TYPE_SOCKET || BPF_CORE_READ(inode, i_sb, s_magic) != STDIO_SOCKFS_MAGIC)
		return;
	struct socket___stdio *socket = BPF_CORE_READ((struct file___stdio *)file, private_data);

	take_peer(stdio, fd, BPF_CORE_READ(socket, sk));
}

/* The kernel has closed by now what was to be closed at exec. */
static __always_inline void fill_stdio(struct exec_stdio *stdio, struct task_struct *task)
{
	struct fdtable___stdio *table = BPF_CORE_READ((struct task_struct___stdio *)task, files, fdt);
	struct file **files = BPF_CORE_READ(table, fd);

#pragma unroll
	for (int fd = 0; fd < EXEC_STDIO; fd++) {
		struct file *file = 0;

		/* A table has 64 places at least (NR_OPEN_DEFAULT). */
		bpf_probe_read_kernel(&file, sizeof(file), files + fd);
		if (file)
			take_descriptor(stdio, fd, file);
	}
}

#endif
