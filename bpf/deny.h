/* SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause) */
/* What user space tells deny.bpf.c and refuse.bpf.c; src/kernel/net-deny.ts and exec-refusal.ts have the same layouts. */
#ifndef SWARMS_DENY_H
#define SWARMS_DENY_H

#include <linux/types.h>

enum deny_mode {
	DENY_ALL = 1,
	DENY_ALL_BUT_LOOPBACK = 2,
	DENY_ALL_BUT_LIST = 3,
};

enum {
	DENY_LIST_MAX = 256,
	REFUSED_MAX = 1024,
	/* Groups above the one that runs a program; deeper trees are refused by user space. */
	REFUSED_LEVELS = 24,
};

/* Constants that user space sets before load; all of .rodata. */
struct deny_config {
	__u32 mode; /* enum deny_mode */
};

/* Key of a longest-prefix match: the port is always whole, so 16 bits plus those of the network. */
struct allow4_key {
	__u32 prefix_bits;
	__u16 port; /* host order; 0: every port */
	__u8 address[4]; /* network order */
	__u16 reserved;
};

struct allow6_key {
	__u32 prefix_bits;
	__u16 port;
	__u8 address[16];
	__u16 reserved;
};

/* One executable refused to a group and the groups below it. */
struct refused_key {
	__u64 cgroup_id; /* v2 */
	__u64 ino;
	__u32 dev; /* major << 20 | minor */
	__u32 reserved;
};

#endif
