/* SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause) */
/*
 * io_uring does what system calls do without any. Its one tracepoint for a request comes after the request was
 * prepared: paths and addresses are the kernel's own copies by then, and no other thread can change them. It
 * comes before the request is carried out, so that there is no result.
 */
#ifndef SWARMS_CALLS_URING_H
#define SWARMS_CALLS_URING_H

#include "calls-file.h"
#include "calls-tell.h"

/* enum io_uring_op of include/uapi/linux/io_uring.h, beyond what Debian's header of 6.1 knows. */
enum uring_opcode {
	URING_SENDMSG = 9,
	URING_ACCEPT = 13,
	URING_CONNECT = 16,
	URING_OPENAT = 18,
	URING_SEND = 26,
	URING_OPENAT2 = 28,
	URING_RENAMEAT = 35,
	URING_UNLINKAT = 36,
	URING_SYMLINKAT = 38,
	URING_LINKAT = 39,
	URING_SOCKET = 45,
	URING_SEND_ZC = 47,
	URING_SENDMSG_ZC = 48,
	URING_BIND = 56,
	URING_LISTEN = 57,
};

#define URING_FIXED_FILE 1 /* REQ_F_FIXED_FILE: the descriptor is a number in the ring's own table */

#pragma clang attribute push(__attribute__((preserve_access_index)), apply_to = record)

struct filename {
	const char *name;
};

/* Since 7.0 (fs: delayed_filename): the same pointer in a structure of its own. */
struct delayed_filename {
	struct filename *__incomplete_filename;
};

struct open_how___kernel {
	__u64 flags;
	__u64 mode;
	__u64 resolve;
};

struct io_open {
	int dfd;
	struct filename *filename;
	struct open_how___kernel how;
};

struct io_open___delayed {
	struct delayed_filename filename;
};

struct io_rename {
	int old_dfd;
	int new_dfd;
	struct filename *oldpath;
	struct filename *newpath;
	int flags;
};

struct io_rename___delayed {
	struct delayed_filename oldpath;
	struct delayed_filename newpath;
};

struct io_unlink {
	int dfd;
	int flags;
	struct filename *filename;
};

struct io_unlink___delayed {
	struct delayed_filename filename;
};

/* Also of symlinkat. */
struct io_link {
	int old_dfd;
	int new_dfd;
	struct filename *oldpath;
	struct filename *newpath;
	int flags;
};

struct io_link___delayed {
	struct delayed_filename oldpath;
	struct delayed_filename newpath;
};

struct io_socket {
	int domain;
	int type;
	int protocol;
};

struct io_listen {
	int backlog;
};

struct io_connect {
	int addr_len;
};

struct io_bind {
	int addr_len;
};

struct __kernel_sockaddr_storage {
	__u16 ss_family;
};

struct msghdr___kernel {
	void *msg_name;
	int msg_namelen;
};

struct io_async_msghdr {
	struct msghdr___kernel msg;
	struct __kernel_sockaddr_storage addr;
};

struct io_cqe {
	int fd; /* until the request is done */
};

/* What an opcode's own structure lies over; has a name since 6.0. */
struct io_cmd_data {
	struct file *file;
};

struct io_kiocb {
	__u8 opcode;
	unsigned int flags;
	struct io_cqe cqe;
	void *async_data;
};

#pragma clang attribute pop

/* Address of a text that the kernel copied in; 0 where this kernel has no such structure. */
#define NAME_IN(request, type, member)                                                                                 \
	({                                                                                                             \
		struct type *__own = (void *)(request);                                                                \
		struct type##___delayed *__delayed = (void *)(request);                                                \
		__u64 __name = 0;                                                                                      \
		if (bpf_core_field_exists(__delayed->member.__incomplete_filename))                                    \
			__name = (__u64)BPF_CORE_READ(__delayed, member.__incomplete_filename, name);                  \
		else if (bpf_core_field_exists(__own->member))                                                         \
			__name = (__u64)BPF_CORE_READ(__own, member, name);                                            \
		__name;                                                                                                \
	})

#define FIELD_IN(request, type, member)                                                                                \
	({                                                                                                             \
		struct type *__own = (void *)(request);                                                                \
		bpf_core_field_exists(__own->member) ? BPF_CORE_READ(__own, member) : 0;                               \
	})

/*
 * connect(2) and bind(2) have kept their copy of the address in three ways: first and in the newest kernels alone, and
 * from 6.10 on for a while inside of struct io_async_msghdr, which begins with a pointer or NULL. No family has the
 * look of a kernel's pointer: aligned to 8, its upper 16 bits set.
 */
static __always_inline void take_kernel_address(struct call_work *work, struct io_kiocb *request, __u32 length)
{
	struct io_async_msghdr *message = BPF_CORE_READ(request, async_data);
	__u64 first = 0;

	if (!message)
		return;
	bpf_probe_read_kernel(&first, sizeof(first), message);
	work->address = (__u64)message;
	if (first == 0 || ((first >> 48) == 0xffff && (first & 7) == 0)) {
		if (!bpf_core_field_exists(message->addr))
			return;
		work->address += bpf_core_field_offset(message->addr);
	}
	work->address_len = length;
}

static __always_inline void take_kernel_message(struct call_work *work, struct io_kiocb *request)
{
	struct io_async_msghdr *message = BPF_CORE_READ(request, async_data);

	if (!message || !bpf_core_field_exists(message->msg.msg_name))
		return;
	work->address = (__u64)BPF_CORE_READ(message, msg.msg_name);
	work->address_len = BPF_CORE_READ(message, msg.msg_namelen);
}

/* Puts what the request carries where the call of the same row has it. */
static __always_inline void take_request(struct call_work *work, struct call_record *record, struct io_kiocb *request,
					 __u8 opcode)
{
	__u8 how = opcode == URING_OPENAT2 ? 4 : 2;

	switch (opcode) {
	case URING_OPENAT:
	case URING_OPENAT2:
		record->args[0] = (__u32)FIELD_IN(request, io_open, dfd);
		record->args[how] = FIELD_IN(request, io_open, how.flags);
		record->args[how + 1] = FIELD_IN(request, io_open, how.mode);
		work->path = NAME_IN(request, io_open, filename);
		break;
	case URING_UNLINKAT:
		record->args[0] = (__u32)FIELD_IN(request, io_unlink, dfd);
		record->args[2] = FIELD_IN(request, io_unlink, flags);
		work->path = NAME_IN(request, io_unlink, filename);
		break;
	case URING_RENAMEAT:
		record->args[0] = (__u32)FIELD_IN(request, io_rename, old_dfd);
		record->args[2] = (__u32)FIELD_IN(request, io_rename, new_dfd);
		record->args[4] = FIELD_IN(request, io_rename, flags);
		work->path = NAME_IN(request, io_rename, oldpath);
		work->path2 = NAME_IN(request, io_rename, newpath);
		break;
	case URING_LINKAT:
		record->args[0] = (__u32)FIELD_IN(request, io_link, old_dfd);
		record->args[2] = (__u32)FIELD_IN(request, io_link, new_dfd);
		record->args[4] = FIELD_IN(request, io_link, flags);
		work->path = NAME_IN(request, io_link, oldpath);
		work->path2 = NAME_IN(request, io_link, newpath);
		break;
	case URING_SYMLINKAT:
		record->args[1] = (__u32)FIELD_IN(request, io_link, new_dfd);
		work->path = NAME_IN(request, io_link, oldpath);
		work->path2 = NAME_IN(request, io_link, newpath);
		break;
	case URING_SOCKET:
		record->args[0] = FIELD_IN(request, io_socket, domain);
		record->args[1] = FIELD_IN(request, io_socket, type);
		record->args[2] = FIELD_IN(request, io_socket, protocol);
		break;
	case URING_LISTEN:
		record->args[1] = FIELD_IN(request, io_listen, backlog);
		break;
	case URING_CONNECT:
		take_kernel_address(work, request, FIELD_IN(request, io_connect, addr_len));
		break;
	case URING_BIND:
		take_kernel_address(work, request, FIELD_IN(request, io_bind, addr_len));
		break;
	case URING_SEND:
	case URING_SEND_ZC:
	case URING_SENDMSG:
	case URING_SENDMSG_ZC:
		take_kernel_message(work, request);
		break;
	}
}

/* The socket that the request is about, where it is in the process's own table. */
static __always_inline void take_request_socket(struct call_work *work, struct io_kiocb *request, __u8 opcode,
						struct task_struct *task)
{
	bool socket = opcode == URING_CONNECT || opcode == URING_BIND || opcode == URING_LISTEN ||
		      opcode == URING_ACCEPT || opcode == URING_SEND || opcode == URING_SENDMSG ||
		      opcode == URING_SEND_ZC || opcode == URING_SENDMSG_ZC;

	if (!socket || !bpf_core_field_exists(request->cqe.fd) || (BPF_CORE_READ(request, flags) & URING_FIXED_FILE))
		return;
	record_of(work)->args[0] = (__u32)BPF_CORE_READ(request, cqe.fd);
	take_file(work, task, BPF_CORE_READ(request, cqe.fd));
}

/* Told as the call of the same row; 0 as the result says no more than that it was asked for. */
__noinline int tell_request(__u32 opcode)
{
	struct task_struct *task = bpf_get_current_task_btf();
	struct call_work *work = this_work();
	struct io_kiocb *request;
	struct call_record *record;
	struct call_row *row;
	__u32 kind, flags;

	if (!work || opcode >= CALL_URING_OPCODES)
		return 0;
	request = (void *)work->request;
	record = record_of(work);
	record->row = control.row_of_uring[opcode];
	row = row_at(record->row);
	work->in_kernel = 1;
	__builtin_memset(record->args, 0, sizeof(record->args));
	take_request(work, record, request, opcode);
	take_request_socket(work, request, opcode, task);
	take_beginning(work, row, task);
	kind = row->kind;
	if (row->rule == CALL_RULE_OPEN) {
		flags = argument(record, row->open_flags);
		kind = flags & (OPEN_ACCESS | OPEN_CREATE | OPEN_TRUNCATE) ? CALL_KIND_OPEN_WRITE : CALL_KIND_OPEN_READ;
		if (!control.wanted[kind])
			return 0;
	}
	if (row->rule != CALL_RULE_DESTINATION || work->address)
		tell_call(kind);
	return 0;
}

static __always_inline void submitted(struct io_kiocb *request)
{
	__u8 opcode = BPF_CORE_READ(request, opcode);
	struct call_work *work;

	if (opcode >= CALL_URING_OPCODES || !control.row_of_uring[opcode])
		return;
	work = begin_work(CALL_ENTRY_URING, 0);
	if (!work)
		return;
	work->request = (__u64)request;
	tell_request(opcode);
}

SEC("tp_btf/io_uring_submit_req")
int BPF_PROG(on_uring_req, struct io_kiocb *request)
{
	submitted(request);
	return 0;
}

/* The name until 6.3; until 5.19 the request came second, and had no part with a name of its own. */
SEC("tp_btf/io_uring_submit_sqe")
int on_uring_sqe(__u64 *ctx)
{
	submitted((void *)(bpf_core_type_exists(struct io_cmd_data) ? ctx[0] : ctx[1]));
	return 0;
}

#endif
