/* SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause) */
/* From a descriptor to what it stands for, by the kernel's own objects. */
#ifndef SWARMS_CALLS_FILE_H
#define SWARMS_CALLS_FILE_H

#include "calls-work.h"
#include "path.h"
#include "traits.h"

/* `task` as bpf_get_current_task_btf() gave it: its pointers are followed by plain loads, each a fraction of a helper's price. */
static __always_inline struct file *file_of_descriptor(struct task_struct *task, __s32 fd)
{
	struct fdtable *table = ((struct task_struct___call *)task)->files->fdt;
	struct file *file = 0;

	if (fd < 0 || (__u32)fd >= table->max_fds)
		return 0;
	bpf_probe_read_kernel(&file, sizeof(file), table->fd + fd);
	return file;
}

static __always_inline void take_file(struct call_work *work, struct task_struct *task, __s32 fd)
{
	struct file *file = file_of_descriptor(task, fd);

	if (!file)
		return;
	work->fd = fd;
	work->file = (__u64)file;
	work->inode = (__u64)BPF_CORE_READ(file, f_inode);
}

/* Left until it is known that the call is told: merged opens need no path. */
static __always_inline void take_place(struct call_work *work)
{
	struct file *file = (void *)work->file;

	if (!file)
		return;
	work->dentry = (__u64)BPF_CORE_READ(file, f_path.dentry);
	work->mnt = (__u64)BPF_CORE_READ(file, f_path.mnt);
}

static __always_inline void take_working_directory(struct call_work *work, struct task_struct *task)
{
	struct dentry *dentry = task->fs->pwd.dentry;

	work->fd = WORKING_DIRECTORY;
	work->dentry = (__u64)dentry;
	work->mnt = (__u64)task->fs->pwd.mnt;
	work->inode = (__u64)dentry->d_inode;
}

static __always_inline unsigned long magic_of(struct inode *inode)
{
	return BPF_CORE_READ(inode, i_sb, s_magic);
}

/* A socket that is open: a socket's name on disk (opened by O_PATH) has another file system. */
static __always_inline struct sock *sock_of(struct file *file, struct inode *inode)
{
	struct socket *socket;

	if (!file || magic_of(inode) != SOCKFS_MAGIC)
		return 0;
	socket = BPF_CORE_READ((struct file___call *)file, private_data);
	return BPF_CORE_READ(socket, sk);
}

static __always_inline bool is_regular(struct inode *inode)
{
	return (BPF_CORE_READ(inode, i_mode) & TYPE_MASK) == TYPE_REGULAR && magic_of(inode) != ANON_INODE_MAGIC;
}

static __always_inline void fill_fd(struct call_fd *fd, struct call_work *work)
{
	struct inode *inode = (void *)work->inode;

	fd->ino = BPF_CORE_READ(inode, i_ino);
	fd->dev = BPF_CORE_READ(inode, i_sb, s_dev);
	fd->number = work->fd;
	fd->mode = BPF_CORE_READ(inode, i_mode);
	fd->traits = traits_of((void *)work->dentry, inode);
	fd->anonymous = magic_of(inode) == ANON_INODE_MAGIC;
	fd->reserved = 0;
}

/* Address and length of a unix socket's own name, or of the other end's; length 0 where neither has one. */
static __always_inline __u32 unix_name(struct sock *sk, void **name)
{
	struct unix_sock *unix_sock = (void *)sk;
	struct unix_address *address = 0;
	struct unix_sock *peer = 0;
	int length;

	if (!bpf_core_type_exists(struct unix_sock))
		return 0;
	address = BPF_CORE_READ(unix_sock, addr);
	if (!address) {
		peer = (void *)BPF_CORE_READ(unix_sock, peer);
		address = BPF_CORE_READ(peer, addr);
	}
	if (!address)
		return 0;
	length = BPF_CORE_READ(address, len) - (int)sizeof(__u16);
	*name = (void *)address + bpf_core_field_offset(struct unix_address, name) + sizeof(__u16);
	return length > 0 && length <= CALL_UNIX_LEN ? length : 0;
}

static __always_inline void fill_socket(struct call_socket *out, struct sock *sk)
{
	__u16 family = BPF_CORE_READ(sk, __sk_common.skc_family);

	__builtin_memset(out, 0, sizeof(*out));
	out->family = family;
	out->type = BPF_CORE_READ(sk, sk_type);
	out->protocol = BPF_CORE_READ(sk, sk_protocol);
	if (family != FAMILY_INET && family != FAMILY_INET6)
		return;
	out->local_port = BPF_CORE_READ(sk, __sk_common.skc_num);
	out->remote_port = __builtin_bswap16(BPF_CORE_READ(sk, __sk_common.skc_dport));
	if (family == FAMILY_INET) {
		BPF_CORE_READ_INTO((__u32 *)out->local, sk, __sk_common.skc_rcv_saddr);
		BPF_CORE_READ_INTO((__u32 *)out->remote, sk, __sk_common.skc_daddr);
	} else if (bpf_core_field_exists(sk->__sk_common.skc_v6_daddr)) {
		BPF_CORE_READ_INTO((struct in6_addr *)out->local, sk, __sk_common.skc_v6_rcv_saddr);
		BPF_CORE_READ_INTO((struct in6_addr *)out->remote, sk, __sk_common.skc_v6_daddr);
	}
}

#endif
