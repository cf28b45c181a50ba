/* SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause) */
/*
 * Layout of what the programs hand to user space. src/senses/records.ts has the same offsets for the
 * reader; a test compares the two through the objects' BTF. Little endian, no implicit padding.
 */
#ifndef SWARMS_H
#define SWARMS_H

#include <linux/types.h>

/* As EVENTS in src/core/event-kinds.ts; those of system calls come from a table that user space fills. */
enum event_kind {
	EVENT_EXEC = 1,
	EVENT_FORK = 2,
	EVENT_EXIT = 3,
	EVENT_CONNECT = 4,
	EVENT_NAME = 5,
	EVENT_CODE_LIMIT = 40,
};

/* What goes first when the ring fills; as EventRank in src/core/event-kinds.ts. */
enum event_rank {
	RANK_VITAL = 0, /* until the ring is full */
	RANK_IMPORTANT = 1, /* up to seven eighths */
	RANK_BULK = 2, /* up to a half */
};

enum {
	COMM_LEN = 16,
	PATH_LEN = 256, /* 255 bytes and the terminating NUL */
	RING_BYTES_DEFAULT = 4 << 20,
	DEVICE_MINOR_BITS = 20,
};

/* Constants that user space sets before load; all of .rodata. */
struct load_config {
	__u32 cpu_on_v1; /* the cpu controller is bound to a v1 hierarchy */
	__u32 shards; /* of each group's cells; max_entries of `cells` is RUNQ_GROUPS * shards */
	__u32 ring_bytes; /* max_entries of `ring` */
};

/* Start of every record. The process is named by tgid and the start of its group leader. */
struct record_head {
	__u16 kind; /* enum event_kind */
	__u16 size; /* of the whole record in bytes, a multiple of 8 */
	__u32 pid;
	__u64 at_ns; /* CLOCK_BOOTTIME */
	__u64 seq; /* per kind from 0; a gap is a lost record */
	__u64 cgroup_id; /* v2 hierarchy */
	__u64 cpu_cgroup_id; /* hierarchy of the cpu controller */
	__u64 start_ns; /* CLOCK_BOOTTIME; / 10^7 is field 22 of /proc/PID/stat */
	char comm[COMM_LEN];
	__u32 uid;
	__u32 tid; /* the thread that acted */
};

/* What kind of file runs, and what was cut; traits as `enum file_trait` in bpf/traits.h. */
enum exec_flag {
	EXEC_TRAITS = 0xff,
	EXEC_ARGV_CUT = 0x100,
};

/* Bytes at most, without a NUL, of the texts behind an exec_record. */
enum {
	EXEC_PATH_MAX = PATH_LEN - 1,
	EXEC_EXE_MAX = 511,
	EXEC_CWD_MAX = 255,
	EXEC_INTERP_MAX = 63,
	EXEC_CGROUP_MAX = 255,
	EXEC_ARGV_MAX = 1024,
	EXEC_RECORD_MAX = 1840, /* argv gets what the others leave of it, 250 at least */
};

enum { EXEC_STDIO = 3 };

/* Standard input, output and error of a new program; all 0 where closed. Of the first that is an IP socket, both ends. */
struct exec_stdio {
	__u64 object[EXEC_STDIO]; /* inode; of a character device its number, major << 20 | minor */
	__u8 remote[16]; /* network order; the first four bytes where remote_family is 4 */
	__u8 type[EXEC_STDIO]; /* S_IFMT >> 12 */
	__u8 family[EXEC_STDIO]; /* AF_* of a socket */
	__u8 socket_state; /* TCP_* of the kernel's tcp_states.h; 1 where connected; 0: no IP socket */
	__u8 remote_family; /* 4 or 6 */
	__u16 local_port; /* host order */
	__u16 remote_port;
	__u32 reserved;
};

/*
 * Then the texts in this order, each of the length told and without a NUL at its end: path as typed, path of the
 * executable, working directory, interpreter of a script, v2 cgroup, arguments (a NUL behind each). Then zeros up to a multiple of 8.
 */
struct exec_record {
	struct record_head head;
	__u64 parent_start_ns;
	struct exec_stdio stdio; /* before what is alike in every run of a program (src/senses/decode-exec.ts) */
	__u64 ino;
	__s64 ctime_s;
	__s64 mtime_s;
	__u32 ctime_ns;
	__u32 mtime_ns;
	__u32 parent_pid;
	__u32 dev; /* major << 20 | minor */
	__u64 caps_effective;
	__u64 caps_permitted;
	__u64 caps_inheritable;
	__u32 euid;
	__u32 suid;
	__u32 gid;
	__u32 egid;
	__u32 login_uid; /* ~0: never set */
	__u32 tty; /* as field 7 of /proc/PID/stat */
	__u32 sid;
	__u32 flags; /* enum exec_flag */
	__u16 path_len;
	__u16 exe_len;
	__u16 cwd_len;
	__u16 interp_len;
	__u16 cgroup_len;
	__u16 argv_len;
	__u16 reserved[2];
};

struct fork_record {
	struct record_head head; /* the process that called fork */
	__u64 child_start_ns;
	__u64 clone_flags; /* without the signal of the end */
	__u32 child_pid;
	__u32 reserved;
};

struct exit_record {
	struct record_head head;
	__s32 status; /* as wait(2) */
	__u32 reserved;
};

struct connect_record {
	struct record_head head;
	__u16 family; /* 4 or 6 */
	__u16 port; /* host order */
	__u32 protocol; /* IPPROTO_TCP, ... */
	__u8 address[16]; /* network order; the first four bytes where the family is 4 */
};

struct name_record {
	struct record_head head; /* with the old name */
	char name[COMM_LEN];
};

/* Mapped by user space. Indexed by event_kind. */
struct event_counters {
	__u64 made[EVENT_CODE_LIMIT];
	__u64 lost[EVENT_CODE_LIMIT]; /* of made: found the ring full */
};

/*
 * Run-queue delay. Histogram over u = ns >> 10: eight buckets of one u up to 8, then eight for each
 * power of two up to 2^22 (4.3 s, longer waits fall in the last). A bucket is at most an eighth of its
 * lower bound wide, so a quantile read at its middle is at most 6.3 % off.
 */
enum {
	RUNQ_UNIT_BITS = 10,
	RUNQ_SUB_BITS = 3,
	RUNQ_POWERS = 22,
	RUNQ_BUCKETS = (RUNQ_POWERS - RUNQ_SUB_BITS + 1) << RUNQ_SUB_BITS,
	RUNQ_GROUPS = 512,
	RUNQ_PROBES = 8,
	RUNQ_TASKS = 1 << 16,
	RUNQ_CPUS = 1024,
	RUNQ_PID_BITS = 22, /* PID_MAX_LIMIT is 2^22 */
	RUNQ_SHARDS_MAX = 16,
};

/* One cell of the `cells` map: index group * shards + cpu % shards. */
struct runq_cell {
	__u64 delay_ns;
	__u64 on_cpu_ns;
	__u64 sleeps; /* times that a task gave its CPU up because it had to wait for something else */
	__u64 padding[5];
	__u32 buckets[RUNQ_BUCKETS]; /* of waits */
	__u32 bursts[RUNQ_BUCKETS]; /* of stretches on a CPU, from switch-in to switch-out */
};

struct runq_running {
	__u64 since_ns; /* CLOCK_MONOTONIC; 0: idle or not known yet */
	__u64 group;
	__u64 padding[6]; /* a cache line each, so that CPUs do not share one */
};

struct runq_state {
	__u64 owners[RUNQ_GROUPS]; /* cgroup id that holds the group's cells; 0: free */
	__u64 unplaced; /* switches to a task whose cgroup found no free group */
	__u64 padding[7];
	struct runq_running running[RUNQ_CPUS];
	__u64 queued[RUNQ_TASKS]; /* enqueue time << RUNQ_PID_BITS | pid, at pid % RUNQ_TASKS; 0: none */
};

#endif
