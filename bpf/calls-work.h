/* SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause) */
/* A call that is being looked at: one for each CPU, since nothing interrupts these programs but programs that do not use it. */
#ifndef SWARMS_CALLS_WORK_H
#define SWARMS_CALLS_WORK_H

#include "calls.h"
#include "calls-kernel.h"

enum {
	CALL_BYTES = 2048, /* more than the longest record, 1994 */
};

struct call_work {
	/* Addresses in user memory, in the kernel where `in_kernel`; 0: none. */
	__u64 path;
	__u64 path2;
	__u64 address;
	/* What the descriptor stands for: struct file *, dentry *, vfsmount *, inode *; a working directory has no file. */
	__u64 file;
	__u64 dentry;
	__u64 mnt;
	__u64 inode;
	__u64 request; /* struct io_kiocb */
	__u32 address_len;
	__s32 fd;
	__u8 in_kernel;
	__u8 compat; /* pointers in user memory are 32 bits wide */
	__u8 path_read;
	__u8 reserved[5];
	/* struct call_record and what follows it; a text is read with a length that the verifier knows below CALL_TEXT_LEN only */
	__u8 bytes[CALL_BYTES + CALL_TEXT_LEN];
};

struct {
	__uint(type, BPF_MAP_TYPE_PERCPU_ARRAY);
	__uint(max_entries, 1);
	__type(key, __u32);
	__type(value, struct call_work);
} works SEC(".maps");

/* In a section, and so in a map, of its own (libbpf 1.1 knows of no second .bss): user space writes to it. */
struct call_control control SEC(".data.calls");

static __always_inline struct call_work *this_work(void)
{
	__u32 zero = 0;

	return bpf_map_lookup_elem(&works, &zero);
}

static __always_inline struct call_record *record_of(struct call_work *work)
{
	return (void *)work->bytes;
}

static __always_inline struct call_row *row_at(__u32 index)
{
	return &control.rows[index & (CALL_ROWS - 1)];
}

static __always_inline struct call_work *begin_work(__u32 entry, __s64 result)
{
	struct call_work *work = this_work();
	struct call_record *record;

	if (!work)
		return 0;
	__builtin_memset(work, 0, __builtin_offsetof(struct call_work, bytes));
	record = record_of(work);
	record->result = result;
	record->repeats = 0;
	record->entry = entry;
	record->reserved = 0;
	return work;
}

/* An argument by its number in a row, which is 1 to CALL_ARGS. */
static __always_inline __u64 argument(struct call_record *record, __u8 number)
{
	return record->args[(number - 1) & 7];
}

#endif
