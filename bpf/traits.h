/* SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause) */
/* What is special about a file: FileTraits in src/core/event.ts. */
#ifndef SWARMS_TRAITS_H
#define SWARMS_TRAITS_H

#include "kernel.h"

/* include/uapi/linux/magic.h */
#define OVERLAYFS_MAGIC 0x794c7630
#define SHMEM_MAGIC 0x01021994
#define HUGETLB_MAGIC 0x958458f6

enum file_trait {
	TRAIT_UPPER_LAYER = 1, /* of an overlay: changed since its image was made */
	TRAIT_MEMFD = 2, /* memfd_create(2) */
	TRAIT_DELETED = 4, /* its last name was removed */
};

#define MEMFD_PREFIX "memfd:"

/*
 * struct ovl_inode holds the inode and, right behind it since 4.13, the dentry of the upper layer. The module that
 * defines it may be loaded after these programs, so its type is not asked for.
 */
static __always_inline bool in_upper_layer(struct inode *inode)
{
	struct dentry *upper = 0;

	bpf_probe_read_kernel(&upper, sizeof(upper), (void *)inode + bpf_core_type_size(struct inode));
	return upper && BPF_CORE_READ(upper, d_inode);
}

/* Such a file has the name in no folder, which no path can imitate. */
static __always_inline bool is_memfd(struct dentry *dentry)
{
	char name[sizeof(MEMFD_PREFIX)] = {};

	if (BPF_CORE_READ(dentry, d_parent) != dentry)
		return false;
	bpf_probe_read_kernel(name, sizeof(name) - 1, BPF_CORE_READ(dentry, d_name.name));
	for (int at = 0; at < (int)sizeof(MEMFD_PREFIX) - 1; at++)
		if (name[at] != MEMFD_PREFIX[at])
			return false;
	return true;
}

static __always_inline __u32 traits_of(struct dentry *dentry, struct inode *inode)
{
	unsigned long magic = BPF_CORE_READ(inode, i_sb, s_magic);
	__u32 traits = 0;

	if (magic == OVERLAYFS_MAGIC && in_upper_layer(inode))
		traits |= TRAIT_UPPER_LAYER;
	if ((magic == SHMEM_MAGIC || magic == HUGETLB_MAGIC) && is_memfd(dentry))
		traits |= TRAIT_MEMFD;
	if (BPF_CORE_READ(inode, i_nlink) == 0)
		traits |= TRAIT_DELETED;
	return traits;
}

#endif
