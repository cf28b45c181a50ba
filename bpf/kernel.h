/* SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause) */
/*
 * The kernel structures that the programs read, with only the members used. Offsets are corrected at
 * load from the running kernel's BTF (CO-RE), so neither order nor gaps matter, and no dump of one
 * kernel's types is needed. A suffix after three underscores names an older or newer shape of the
 * same structure; libbpf ignores it when it looks for the type.
 */
#ifndef SWARMS_KERNEL_H
#define SWARMS_KERNEL_H

#include <linux/bpf.h>
#include <linux/types.h>
#include <stdbool.h>
#include <bpf/bpf_helpers.h>
#include <bpf/bpf_tracing.h>
#include <bpf/bpf_core_read.h>

#pragma clang attribute push(__attribute__((preserve_access_index)), apply_to = record)

typedef struct {
	__u32 val;
} kuid_t;

typedef struct {
	__u32 val;
} kgid_t;

/* 64 bits in every version; the members inside have changed (6.3), so it is read whole. */
typedef struct {
	__u64 val;
} kernel_cap_t;

struct cred {
	kuid_t uid;
	kuid_t suid;
	kuid_t euid;
	kgid_t gid;
	kgid_t egid;
	kernel_cap_t cap_inheritable;
	kernel_cap_t cap_permitted;
	kernel_cap_t cap_effective;
};

struct kernfs_node {
	__u64 id;
	const char *name;
	struct kernfs_node *__parent; /* since 6.15 */
};

struct kernfs_node___before_6_15 {
	struct kernfs_node *parent;
};

struct cgroup {
	struct kernfs_node *kn;
};

struct css_set {
	struct cgroup *dfl_cgrp;
};

struct cgroup_subsys_state {
	struct cgroup *cgroup;
};

struct task_group {
	struct cgroup_subsys_state css;
};

typedef struct {
	int counter;
} atomic_t;

struct tty_driver {
	int major;
	int minor_start;
};

struct tty_struct {
	int index;
	struct tty_driver *driver;
};

struct upid {
	int nr;
};

struct pid {
	struct upid numbers[1]; /* one for each pid namespace, the first is the host's */
};

enum { SESSION_PID = 3 }; /* PIDTYPE_SID of enum pid_type */

struct signal_struct {
	atomic_t live;
	unsigned int flags;
	int group_exit_code;
	struct pid *pids[4];
	struct tty_struct *tty;
};

struct mm_struct {
	unsigned long arg_start;
	unsigned long arg_end;
	struct file *exe_file;
};

struct task_struct {
	unsigned int __state; /* since 5.14 */
	int pid;
	int tgid;
	int exit_code;
	unsigned int flags;
	unsigned int in_execve : 1;
	__u64 start_boottime;
	struct task_struct *real_parent;
	struct task_struct *group_leader;
	struct task_group *sched_task_group;
	struct signal_struct *signal;
	struct css_set *cgroups;
	const struct cred *cred;
	kuid_t loginuid; /* with CONFIG_AUDIT */
	struct fs_struct *fs;
	struct mm_struct *mm;
	char comm[16];
};

struct task_struct___before_5_14 {
	long state;
};

struct super_block {
	__u32 s_dev;
	unsigned long s_magic;
};

struct timespec64 {
	__s64 tv_sec;
	long tv_nsec;
};

/* Flag in i_ctime_nsec since 6.13 (multigrain timestamps, include/linux/fs.h): stat(2) has shown this time to somebody. */
#define I_CTIME_QUERIED (1U << 31)

struct inode {
	unsigned short i_mode;
	unsigned int i_nlink;
	struct super_block *i_sb;
	unsigned long i_ino;
	__s64 i_ctime_sec; /* since 6.11 */
	__s64 i_mtime_sec;
	__u32 i_ctime_nsec;
	__u32 i_mtime_nsec;
};

struct inode___before_6_11 {
	struct timespec64 __i_ctime; /* since 6.6 */
	struct timespec64 __i_mtime; /* since 6.7 */
};

struct inode___before_6_6 {
	struct timespec64 i_ctime;
	struct timespec64 i_mtime;
};

struct qstr {
	__u32 len;
	const unsigned char *name;
};

struct dentry {
	struct dentry *d_parent;
	struct qstr d_name;
	struct inode *d_inode;
};

struct vfsmount {
	struct dentry *mnt_root;
};

struct mount {
	struct mount *mnt_parent;
	struct dentry *mnt_mountpoint;
	struct vfsmount mnt;
};

struct path {
	struct vfsmount *mnt;
	struct dentry *dentry;
};

struct file {
	struct inode *f_inode;
	struct path f_path;
};

struct fs_struct {
	struct path root;
	struct path pwd;
};

struct linux_binprm {
	struct file *file;
	const char *filename;
	const char *interp;
};

#pragma clang attribute pop

#endif
