// SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause)
/*
 * System calls that returned. One handler for all of them, fed by a table (src/senses/calls/call-table.ts) that
 * user space writes into `control`: which number is which row, and what its arguments are. The tracepoint of
 * the return has the arguments too, so that none has to be remembered from the entry, and what a descriptor
 * stands for is read from the kernel's own objects, which no thread can change any more.
 *
 * A call that nobody wants is left after one look into the table: that is what every call of the host pays.
 */
#include "calls.h"
#include "calls-work.h"
#include "calls-file.h"
#include "calls-merge.h"
#include "calls-writes.h"
#include "calls-tell.h"
#include "calls-uring.h"

/* A call that a signal interrupted returns these inside the kernel (include/linux/errno.h), and EINTR or again outside. */
#define RESTART_FIRST (-516)
#define RESTART_LAST (-512)
#define INTERRUPTED (-4)

static __always_inline void put_arguments(struct call_record *record, struct pt_regs *regs, bool compat)
{
	struct pt_regs___x86 *x86 = (void *)regs;
	struct pt_regs___arm64 *arm = (void *)regs;

	if (bpf_core_field_exists(arm->orig_x0)) {
		record->args[0] = arm->orig_x0;
		record->args[1] = arm->regs[1];
		record->args[2] = arm->regs[2];
		record->args[3] = arm->regs[3];
		record->args[4] = arm->regs[4];
		record->args[5] = arm->regs[5];
	} else if (compat) {
		record->args[0] = (__u32)x86->bx;
		record->args[1] = (__u32)x86->cx;
		record->args[2] = (__u32)x86->dx;
		record->args[3] = (__u32)x86->si;
		record->args[4] = (__u32)x86->di;
		record->args[5] = (__u32)x86->bp;
	} else {
		record->args[0] = x86->di;
		record->args[1] = x86->si;
		record->args[2] = x86->dx;
		record->args[3] = x86->r10;
		record->args[4] = x86->r8;
		record->args[5] = x86->r9;
	}
}

/* Of socketcall(2), whose arguments are words in user memory. Returns the row that it stands for. */
static __always_inline __u32 unpack_socketcall(struct call_record *record)
{
	__u32 index = control.row_of_socketcall[record->args[0] & (CALL_SOCKETCALLS - 1)];
	__u32 words[CALL_ARGS] = {}, bytes = row_at(index)->args * sizeof(__u32);

	if (record->args[0] >= CALL_SOCKETCALLS || bytes > sizeof(words))
		return 0;
	if (bpf_probe_read_user(words, bytes, (void *)record->args[1]))
		return 0;
	for (int at = 0; at < CALL_ARGS; at++)
		record->args[at] = words[at];
	return index;
}

static __always_inline bool passes_filters(struct call_row *row, struct call_record *record)
{
	__u64 value, above;

	if (row->only_arg) {
		value = argument(record, row->only_arg);
		above = value - row->only_base;
		if (!(value < 64 && (row->only >> value) & 1) && !(above < 64 && (row->only_from >> above) & 1))
			return false;
	}
	return !row->flags_any || (argument(record, row->flags_arg) & row->flags_any);
}

static __always_inline void put_capabilities(struct call_record *record, __u8 first, struct task_struct *task)
{
	record->args[(first - 1) & 3] = BPF_CORE_READ(task, cred, cap_effective.val);
	record->args[first & 3] = BPF_CORE_READ(task, cred, cap_permitted.val);
	record->args[(first + 1) & 3] = BPF_CORE_READ(task, cred, cap_inheritable.val);
}

/* The destination of struct user_msghdr: the caller's memory, as for every address. */
static __always_inline void take_message(struct call_work *work, __u64 message)
{
	struct {
		__u64 name;
		__u32 length;
	} wide = {};
	struct {
		__u32 name;
		__u32 length;
	} narrow = {};

	if (work->compat) {
		bpf_probe_read_user(&narrow, sizeof(narrow), (void *)message);
		work->address = narrow.name;
		work->address_len = narrow.length;
	} else {
		bpf_probe_read_user(&wide, 12, (void *)message);
		work->address = wide.name;
		work->address_len = wide.length;
	}
}

static __always_inline void take_descriptor(struct call_work *work, struct call_row *row, struct task_struct *task)
{
	struct call_record *record = record_of(work);
	__s32 fd = row->fd == CALL_FD_RESULT ? (__s32)record->result : (__s32)argument(record, row->fd);

	if (row->fd && (row->fd != CALL_FD_RESULT || record->result >= 0))
		take_file(work, task, fd);
}

/* Kind of an open, 0 where it is not told. */
static __always_inline __u32 settle_open(struct call_work *work, struct call_row *row, struct task_struct *task)
{
	struct call_record *record = record_of(work);
	__u32 flags = row->open_flags ? argument(record, row->open_flags) : OPEN_CREATE | OPEN_TRUNCATE;
	__u32 kind = CALL_KIND_OPEN_FAILED;

	if (record->result >= 0) {
		bool writes = flags & (OPEN_CREATE | OPEN_TRUNCATE);
		struct file___call *file;

		take_descriptor(work, row, task);
		file = (void *)work->file;
		if (file && (BPF_CORE_READ(file, f_mode) & FILE_MODE_WRITE))
			writes = true;
		if (control.wanted[0] && (flags & OPEN_TRUNCATE) && work->inode && is_regular((void *)work->inode))
			count_write(task, 0, 1);
		kind = writes ? CALL_KIND_OPEN_WRITE : CALL_KIND_OPEN_READ;
	}
	if (!control.wanted[kind])
		return 0;
	if (kind == CALL_KIND_OPEN_FAILED) {
		read_path(work);
		take_beginning(work, row, task);
	}
	if (merged_open(work, task, kind, flags)) {
		count_in_group(current_cpu_cgroup(task), kind);
		return 0;
	}
	return kind;
}

/* Kind of a truncation that is told, 0 where a write or truncation is counted at most. */
static __always_inline __u32 settle_write(struct call_work *work, struct call_row *row, struct task_struct *task)
{
	struct call_record *record = record_of(work);
	bool truncates = row->rule == CALL_RULE_TRUNCATE;
	struct write_count *count;

	if (record->result < (truncates ? 0 : 1))
		return 0;
	take_descriptor(work, row, task);
	/* truncate(2) has no descriptor, and works on regular files only. */
	if (row->fd && !(work->inode && is_regular((void *)work->inode)))
		return 0;
	if (control.wanted[0]) {
		count = count_write(task, record->result, truncates);
		if (count && row->buffer)
			sample_write(count, argument(record, row->buffer), record->result);
	}
	if (!truncates || !control.wanted[CALL_KIND_TRUNCATE])
		return 0;
	/* A path as typed is told each time: there is no file to know a repeat by. */
	if (row->fd && merged_open(work, task, CALL_KIND_TRUNCATE, record->args[1] ? 0 : OPEN_TRUNCATE)) {
		count_in_group(current_cpu_cgroup(task), CALL_KIND_TRUNCATE);
		return 0;
	}
	take_beginning(work, row, task);
	return CALL_KIND_TRUNCATE;
}

/* Kind of the call that this CPU's work is about, 0 where it is not told. `index` is of its row. */
__noinline int settle_call(__u32 index)
{
	struct task_struct *task = bpf_get_current_task_btf();
	struct call_work *work = this_work();
	struct call_row *row = row_at(index);
	struct call_record *record;
	__s64 result;

	if (!work)
		return 0;
	record = record_of(work);
	result = record->result;
	for (__u32 at = 0; at < 3; at++)
		if (at < row->words)
			bpf_probe_read_user(&record->args[(row->words_to - 1 + at) & 7], sizeof(__u64),
					    (void *)(argument(record, row->words_at) + at * sizeof(__u64)));
	if (!passes_filters(row, record))
		return 0;
	/* Descriptors are 32 bits wide; what programs leave above means nothing. */
	if (row->dir)
		record->args[(row->dir - 1) & 3] = (__u32)argument(record, row->dir);
	if (row->fd && row->fd != CALL_FD_RESULT)
		record->args[(row->fd - 1) & 3] = (__u32)argument(record, row->fd);
	work->path = row->path ? argument(record, row->path) : 0;
	work->path2 = row->path2 ? argument(record, row->path2) : 0;
	if (row->rule == CALL_RULE_OPEN)
		return settle_open(work, row, task);
	if (row->rule == CALL_RULE_WRITE || row->rule == CALL_RULE_TRUNCATE)
		return settle_write(work, row, task);
	if ((row->rule == CALL_RULE_FAILED && result >= 0) || (row->rule == CALL_RULE_SUCCEEDED && result < 0) ||
	    (row->rule == CALL_RULE_STANDARD && (result < 0 || result > 2)) ||
	    (row->rule == CALL_RULE_CALLER && result == 0))
		return 0;
	if (row->address) {
		work->address = argument(record, row->address);
		work->address_len = argument(record, row->address + 1);
	} else if (row->message) {
		take_message(work, argument(record, row->message));
	}
	if (row->rule == CALL_RULE_DESTINATION && (!work->address || !work->address_len))
		return 0;
	if (row->caps)
		put_capabilities(record, row->caps, task);
	take_descriptor(work, row, task);
	take_beginning(work, row, task);
	return row->kind;
}

static __always_inline void returned(struct pt_regs *regs, long result, __u32 index, bool compat, bool narrow)
{
	struct call_work *work = begin_work(compat ? CALL_ENTRY_32 : CALL_ENTRY_64, result);
	struct call_record *record;
	__u32 kind;

	if (!work)
		return;
	record = record_of(work);
	work->compat = narrow;
	if (result >= RESTART_FIRST && result <= RESTART_LAST)
		record->result = INTERRUPTED;
	put_arguments(record, regs, compat);
	if (row_at(index)->rule == CALL_RULE_SOCKETCALL) {
		index = unpack_socketcall(record);
		if (!index)
			return;
	}
	for (__u32 at = 0; at < CALL_ARGS; at++)
		if (at >= row_at(index)->args)
			record->args[at] = 0;
	record->row = index;
	kind = settle_call(index);
	if (kind)
		tell_call(kind);
}

SEC("tp_btf/sys_exit")
int BPF_PROG(on_sys_exit, struct pt_regs *regs, long result)
{
	struct task_struct___call *task = (void *)bpf_get_current_task_btf();
	struct pt_regs___x86 *x86 = (void *)regs;
	struct pt_regs___arm64 *arm = (void *)regs;
	bool compat = false, narrow = false;
	__u64 number;
	__u32 index;

	if (bpf_core_field_exists(arm->syscallno)) {
		/* 32-bit programs have numbers of their own there, which no table here knows. */
		if (arm->pstate & ARM64_COMPAT)
			return 0;
		number = (__u32)arm->syscallno;
	} else {
		number = (__u32)x86->orig_ax;
		compat = task->thread_info.status & X86_COMPAT;
		narrow = compat || (number & X32_BIT);
		number &= ~X32_BIT;
	}
	if (number >= CALL_NUMBERS)
		return 0;
	index = control.row_of[compat][result < 0][number];
	if (index)
		returned(regs, result, index, compat, narrow);
	return 0;
}

char LICENSE[] SEC("license") = "Dual BSD/GPL";
