/* SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause) */
/*
 * Where a file really is: the names from it up to the root of its mount namespace, by the kernel's own
 * links. bpf_d_path() does this too, but is allowed in few programs. Nothing is locked on the way: a rename
 * at the same moment can mix two true paths, as in any other reader without the lock.
 */
#ifndef SWARMS_PATH_H
#define SWARMS_PATH_H

#include "kernel.h"

enum {
	PATH_WALK_LIMIT = 512, /* a path that was walked is shorter than this */
	PATH_WALK_STEPS = 96, /* names and mounts */
	CGROUP_WALK_STEPS = 24,
	NAME_LIMIT = 256, /* NAME_MAX and 1 */
	PATH_CUT_LEN = 3,
};

/* Written from PATH_WALK_LIMIT backwards. A name is read with a length that the verifier knows below NAME_LIMIT only. */
struct path_walk {
	char bytes[PATH_WALK_LIMIT + NAME_LIMIT];
};

struct {
	__uint(type, BPF_MAP_TYPE_PERCPU_ARRAY);
	__uint(max_entries, 1);
	__type(key, __u32);
	__type(value, struct path_walk);
} path_walks SEC(".maps");

static __always_inline struct path_walk *this_walk(void)
{
	__u32 zero = 0;

	return bpf_map_lookup_elem(&path_walks, &zero);
}

/* Says where a path was cut, or that it is the root, and returns its length. */
static __always_inline int end_walk(struct path_walk *walk, __u32 at, bool whole)
{
	if (!whole) {
		at -= PATH_CUT_LEN;
		barrier_var(at);
		at &= PATH_WALK_LIMIT - 1;
		for (int dot = 0; dot < PATH_CUT_LEN; dot++)
			walk->bytes[at + dot] = '.';
	} else if (at == PATH_WALK_LIMIT - 1) {
		at--;
		walk->bytes[at] = '/';
	}
	return PATH_WALK_LIMIT - 1 - at;
}

/*
 * Puts the path of a dentry (struct dentry *) seen through a mount (struct vfsmount *) into this CPU's path_walk
 * and returns its length, 1 to `limit`, or 0 where there is none. An over-long one is cut at the front: ".../x".
 * `limit` is at most PATH_WALK_LIMIT - 1. Not inlined, so that the verifier looks at it once; such functions take
 * numbers only.
 */
__noinline int walk_path_within(__u64 dentry_address, __u64 mnt_address, __u32 limit)
{
	struct dentry *dentry = (void *)dentry_address;
	struct vfsmount *mnt = (void *)mnt_address;
	struct path_walk *walk = this_walk();
	__u32 at = PATH_WALK_LIMIT - 1;
	/* Names end above this, so that there is room for what says that it was cut. */
	__u32 floor = PATH_WALK_LIMIT - 1 - limit + PATH_CUT_LEN;
	bool whole = false;

	if (!walk || !dentry || !mnt || limit <= PATH_CUT_LEN || limit >= PATH_WALK_LIMIT)
		return 0;
	for (int step = 0; step < PATH_WALK_STEPS; step++) {
		if (dentry == BPF_CORE_READ(mnt, mnt_root)) {
			struct mount *mount = (void *)mnt - bpf_core_field_offset(struct mount, mnt);
			struct mount *above = BPF_CORE_READ(mount, mnt_parent);

			if (above == mount) {
				whole = true;
				break;
			}
			dentry = BPF_CORE_READ(mount, mnt_mountpoint);
			mnt = &above->mnt;
			continue;
		}
		struct dentry *parent = BPF_CORE_READ(dentry, d_parent);
		__u32 length = BPF_CORE_READ(dentry, d_name.len);

		if (length >= NAME_LIMIT || at < floor + length + 1)
			break;
		at -= length + 1;
		/* The verifier does not follow the subtraction. */
		barrier_var(at);
		at &= PATH_WALK_LIMIT - 1;
		barrier_var(length);
		bpf_probe_read_kernel(walk->bytes + at + 1, length & (NAME_LIMIT - 1),
				      BPF_CORE_READ(dentry, d_name.name));
		walk->bytes[at] = '/';
		if (parent == dentry) {
			/* In no folder: memfd_create(2), or an unmounted file system. */
			whole = true;
			break;
		}
		dentry = parent;
	}
	return end_walk(walk, at, whole);
}

static __always_inline struct kernfs_node *above(struct kernfs_node *node)
{
	struct kernfs_node___before_6_15 *old = (void *)node;

	if (bpf_core_field_exists(node->__parent))
		return BPF_CORE_READ(node, __parent);
	return BPF_CORE_READ(old, parent);
}

/* As walk_path_within, for a cgroup by its directory (struct kernfs_node *): the path from its hierarchy's root. */
__noinline int walk_cgroup(__u64 node_address, __u32 limit)
{
	struct kernfs_node *node = (void *)node_address;
	struct path_walk *walk = this_walk();
	__u32 at = PATH_WALK_LIMIT - 1;
	__u32 floor = PATH_WALK_LIMIT - 1 - limit + PATH_CUT_LEN;
	bool whole = false;

	if (!walk || !node || limit <= PATH_CUT_LEN || limit >= PATH_WALK_LIMIT)
		return 0;
	for (int step = 0; step < CGROUP_WALK_STEPS; step++) {
		struct kernfs_node *parent = above(node);
		/* Names have no length here, so each is read behind the path first. */
		char *name = walk->bytes + PATH_WALK_LIMIT;
		long read;
		__u32 length;

		if (!parent) {
			whole = true;
			break;
		}
		read = bpf_probe_read_kernel_str(name, NAME_LIMIT, BPF_CORE_READ(node, name));
		if (read < 1 || read > NAME_LIMIT)
			break;
		length = read - 1;
		if (at < floor + length + 1)
			break;
		at -= length + 1;
		barrier_var(at);
		at &= PATH_WALK_LIMIT - 1;
		barrier_var(length);
		bpf_probe_read_kernel(walk->bytes + at + 1, length & (NAME_LIMIT - 1), name);
		walk->bytes[at] = '/';
		node = parent;
	}
	return end_walk(walk, at, whole);
}

/* What the last walk on this CPU put down, `length` as it returned; `to` has room for PATH_WALK_LIMIT bytes. */
static __always_inline void copy_walked(void *to, __u32 length)
{
	struct path_walk *walk = this_walk();
	__u32 from = PATH_WALK_LIMIT - 1 - length;

	barrier_var(from);
	barrier_var(length);
	if (walk)
		bpf_probe_read_kernel(to, length & (PATH_WALK_LIMIT - 1), walk->bytes + (from & (PATH_WALK_LIMIT - 1)));
}

static __always_inline int walk_path(__u64 dentry_address, __u64 mnt_address)
{
	return walk_path_within(dentry_address, mnt_address, PATH_WALK_LIMIT - 1);
}

static __always_inline __u32 path_of(const struct path *path)
{
	return walk_path((__u64)BPF_CORE_READ(path, dentry), (__u64)BPF_CORE_READ(path, mnt));
}

#endif
