/* SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause) */
/*
 * What the call sensor (calls.bpf.c) is told and what it tells. src/senses/calls/records.ts has the same offsets;
 * a test compares the two. Little endian, no implicit padding.
 */
#ifndef SWARMS_CALLS_H
#define SWARMS_CALLS_H

#include "swarms.h"

enum {
	CALL_NUMBERS = 1024,
	CALL_URING_OPCODES = 64,
	CALL_SOCKETCALLS = 32, /* SYS_* of linux/net.h */
	CALL_ROWS = 256, /* row 0 is none */
	CALL_ARGS = 6,
	CALL_FD_RESULT = CALL_ARGS + 1, /* as `fd` of a row: the descriptor that the call returned */
	CALL_TEXT_LEN = 512, /* of a path, one more than is told */
	CALL_UNIX_LEN = 108, /* sun_path */
};

/* Codes of the kinds that are treated apart: EVENT_CODES of src/core/event-kinds.ts. */
enum call_kind {
	CALL_KIND_OPEN_READ = 9,
	CALL_KIND_OPEN_WRITE = 10,
	CALL_KIND_OPEN_FAILED = 11,
	CALL_KIND_SYMLINK = 15,
	CALL_KIND_TRUNCATE = 35,
};

/* Which of a row's calls are told, and as what. */
enum call_rule {
	CALL_RULE_ALWAYS = 0,
	CALL_RULE_OPEN = 1, /* by mode and result */
	CALL_RULE_FAILED = 2, /* those that failed */
	CALL_RULE_SUCCEEDED = 3,
	CALL_RULE_STANDARD = 4, /* those that returned 0, 1 or 2 */
	CALL_RULE_CALLER = 5, /* clone(2) returns twice: not in the child, which sees 0 */
	CALL_RULE_DESTINATION = 6, /* those with an address */
	CALL_RULE_WRITE = 7, /* counted only */
	CALL_RULE_TRUNCATE = 8, /* counted, and told */
	CALL_RULE_SOCKETCALL = 9, /* socketcall(2): another row's, with its arguments in memory */
};

enum call_entry {
	CALL_ENTRY_64 = 0,
	CALL_ENTRY_32 = 1,
	CALL_ENTRY_URING = 2,
};

/* One row of src/senses/calls/call-table.ts. An argument is its number from 1; 0 is none. */
struct call_row {
	__u64 only; /* told only where bit v of this is set, v the value of only_arg; */
	__u64 only_from; /* or bit v - only_base of this */
	__u32 flags_any; /* told only where flags_arg has one of these bits */
	__u16 only_base;
	__u8 only_arg;
	__u8 flags_arg;
	__u8 rule; /* enum call_rule */
	__u8 kind; /* event code */
	__u8 args; /* how many are the call's own */
	__u8 path;
	__u8 path2;
	__u8 dir; /* descriptor that a relative path begins at */
	__u8 fd; /* or CALL_FD_RESULT */
	__u8 address; /* its length is the next argument */
	__u8 message; /* struct user_msghdr */
	__u8 open_flags;
	__u8 words_at; /* a structure in user memory, */
	__u8 words; /* of which so many 64-bit words are put */
	__u8 words_to; /* into the arguments from this one on */
	__u8 caps; /* the task's capability sets are put into the arguments from this one on */
	__u8 relative; /* a path without `dir` begins at the working directory */
	__u8 buffer; /* what is written, in one piece */
};

/* Mapped by user space, which may write to everything but `merged` while the programs run. */
struct call_control {
	__u8 row_of[2][2][CALL_NUMBERS]; /* by entry, and whether it failed; 0: nobody wants it */
	__u8 row_of_uring[CALL_URING_OPCODES];
	__u8 row_of_socketcall[CALL_SOCKETCALLS];
	__u8 wanted[EVENT_CODE_LIMIT];
	__u8 rank[EVENT_CODE_LIMIT]; /* enum event_rank */
	__u64 merged[EVENT_CODE_LIMIT]; /* opens and truncations that were counted instead of told */
	struct call_row rows[CALL_ROWS];
};

/* Which parts a record has. */
enum call_part {
	CALL_PART_FD = 1,
	CALL_PART_SOCKET = 2,
	CALL_PART_ADDRESS = 4,
};

/*
 * Followed by: path and zeros up to a multiple of 8; the parts, in the order of their bits; path2, the descriptor's path,
 * the socket's, the address's, without anything between them; zeros up to a multiple of 8.
 */
struct call_record {
	struct record_head head;
	__s64 result;
	__u64 args[CALL_ARGS];
	__u32 repeats; /* identical opens since the last one told */
	__u8 row;
	__u8 entry; /* enum call_entry */
	__u8 parts; /* enum call_part */
	__u8 reserved;
	__u16 path_len;
	__u16 path2_len;
	__u16 fd_path_len;
	__u8 socket_path_len;
	__u8 address_path_len;
};

/* What a descriptor stands for. */
struct call_fd {
	__u64 ino;
	__u32 dev; /* major << 20 | minor */
	__s32 number; /* AT_FDCWD for the working directory */
	__u16 mode; /* st_mode */
	__u8 traits; /* enum file_trait */
	__u8 anonymous; /* eventfd, epoll, bpf and the like */
	__u32 reserved;
};

struct call_socket {
	__u16 family; /* AF_* */
	__u16 type; /* SOCK_* */
	__u16 protocol;
	__u16 local_port; /* host order */
	__u16 remote_port;
	__u16 reserved[3];
	__u8 local[16]; /* network order; the first four bytes where the family is AF_INET */
	__u8 remote[16];
};

/* As given by the caller. */
struct call_address {
	__u16 family;
	__u16 port; /* host order */
	__u32 reserved;
	__u8 address[16];
};

enum {
	SAMPLE_BYTES = 64,
	/*
	 * Different bytes in a sample of chance: 256 * (1 - (255 / 256)^64) = 56.7 expected, deviation 2.2. Text has some 25,
	 * programs 35, base64 of chance 41 (64 letters).
	 */
	SAMPLE_RANDOM = 49,
	/* Each write is looked at up to so many between two looks of user space, then every eighth. */
	SAMPLE_EACH = 64,
	SAMPLE_EVERY = 8,
};

/* What a process wrote to regular files. */
struct write_key {
	__u64 start_ns; /* as in record_head */
	__u64 pid;
};

struct write_count {
	__u64 calls;
	__u64 bytes;
	__u64 truncations;
	__u64 sampled; /* writes of which SAMPLE_BYTES were looked at, */
	__u64 random; /* and those of them that look like chance: encrypted or compressed */
	__u64 cgroup_id;
	__u64 cpu_cgroup_id;
	char comm[COMM_LEN];
	__u32 uid;
	__u32 reserved;
};

#endif
