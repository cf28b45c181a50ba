/* SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause) */
/*
 * What the sequence sensor (sequences.bpf.c) is told and what it tells. src/senses/sequences/records.ts has the same offsets;
 * a test compares the two. Little endian, no implicit padding.
 */
#ifndef SWARMS_SEQUENCES_H
#define SWARMS_SEQUENCES_H

#include "swarms.h"
#include "sequence.h"

enum {
	EVENT_SEQUENCE = 34, /* EVENT_CODES of src/core/event-kinds.ts */
	SEQUENCE_PROFILES = 256, /* profile 0 is none */
	/* Windows that a task keeps to itself before it adds them to its profile's: an atomic addition a call would cost more than the check. */
	SEQUENCE_SHARE_WINDOWS = 64,
	/* Calls after which a task tells of an executable that has no profile: fewer could not be learned from. */
	SEQUENCE_CALLS_WORTH = 4096,
	/* Of one task, departures are told at most once in so many nanoseconds. */
	SEQUENCE_PAUSE_NS = 1000000000,
};

enum sequence_mode {
	SEQUENCE_OFF = 0,
	SEQUENCE_LEARN = 1,
	SEQUENCE_CHECK = 2,
};

/* Why a record was told. */
enum sequence_told {
	SEQUENCE_UNPROFILED = 0, /* many calls of an executable without a profile */
	SEQUENCE_LEARNED = 1, /* a window that was new, and is known now */
	SEQUENCE_DEPARTED = 2, /* a window that is not known, and the mean of the task is above the limit */
};

/* Which file, in which state of it: a change of its content gives it another change time. */
struct sequence_file {
	__u64 ino;
	__u64 change_ms; /* inode change time, since the epoch */
	__u32 dev; /* major << 20 | minor */
	__u32 reserved;
};

/* A cache line. The upper half is written by user space, the counts by the tasks. */
struct sequence_profile {
	__u32 mode; /* enum sequence_mode */
	__u32 limit; /* of 65,536: a mean above it is a departure */
	struct sequence_prior prior;
	struct sequence_file file;
	__u64 windows; /* learned or checked */
	__u32 fresh; /* windows that were new while learning */
	__u32 departures; /* told, and not told within the pause */
	__u64 reserved;
};

/* Mapped by user space. */
struct sequence_control {
	__u64 untold; /* departures within the pause, of all profiles */
	__u64 unplaced; /* calls of tasks for whose state there was no memory */
	__u32 generation; /* of the table of files: every task looks its own up again when it changes */
	__u32 reserved[11];
	struct sequence_profile profiles[SEQUENCE_PROFILES];
};

struct sequence_record {
	struct record_head head;
	struct sequence_file file;
	__u64 recent; /* the last 7 calls, the latest lowest: struct sequence */
	__u64 older; /* up to 7 before them */
	__u32 told; /* enum sequence_told */
	__u32 mean; /* of 65,536 */
	__u32 windows; /* of the task */
	__u32 misses;
};

#endif
