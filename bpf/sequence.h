/* SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause) */
#ifndef SEQUENCE_H
#define SEQUENCE_H

#include <linux/types.h>

/*
 * Which windows of 7 system calls in a row an executable is known to make: a bitmap of their hashes, after stide (Forrest et al., "A sense
 * of self for Unix processes", 1996), with one hash and 8 KB instead of a table. No maps, no helpers: arithmetic on what the caller
 * holds. src/swarm/sequences/call-bitmap.ts is the same in TypeScript, and a test holds the two together.
 */

#define SEQUENCE_CALLS 7
/* 7 calls of 9 bits are 63 bits; numbers on x86-64 and i386 stay below 512. */
#define SEQUENCE_CALL_BITS 9
#define SEQUENCE_CALL_MASK 511
#define SEQUENCE_FULL (1ULL << 63)
#define SEQUENCE_NEXT_IS_FULL (1ULL << 54)
/* 2,048 words of 32 bits: 8 KB. */
#define SEQUENCE_WORDS 2048
/* At as many windows both counts are halved, so that a task that runs for months does not grow deaf. */
#define SEQUENCE_WINDOWS_MAX 65536

enum sequence_verdict {
	SEQUENCE_SHORT = 0,
	SEQUENCE_KNOWN = 1,
	SEQUENCE_NEW = 2,
};

/* Of one task. All zero: a new one. */
struct sequence {
	/* The last calls, the latest lowest, below a 1 that reaches the top bit with the seventh call. */
	__u64 recent;
	/* Windows that were checked, and those of them that were not known. */
	__u32 windows;
	__u32 misses;
};

/* What the running mean is drawn to: `share` of 65,536 windows, as if `windows` of them had been seen. */
struct sequence_prior {
	__u32 share;
	__u32 windows;
};

/* Numbers of the 32-bit table are told from those of the 64-bit one: else int 0x80 could pass one call for another. */
static inline __attribute__((always_inline)) __u32 sequence_call(__u32 number, int is_compat)
{
	__u32 call = number & SEQUENCE_CALL_MASK;

	return is_compat ? SEQUENCE_CALL_MASK - call : call;
}

static inline __attribute__((always_inline)) __u64 sequence_push(__u64 recent, __u32 call)
{
	__u64 before = recent ? recent : 1;
	__u64 after = before << SEQUENCE_CALL_BITS | (call & SEQUENCE_CALL_MASK);

	return before >= SEQUENCE_NEXT_IS_FULL ? after | SEQUENCE_FULL : after;
}

/* A bit of the bitmap, 0 to 65,535: two multiplications, then MurmurHash3's finaliser (Appleby, 2011). */
static inline __attribute__((always_inline)) __u32 sequence_bit(__u64 recent)
{
	__u32 high = (__u32)(recent >> 32) * 0x9e3779b1u;
	__u32 hash = (__u32)recent * 0x85ebca77u ^ (high << 15 | high >> 17);

	hash ^= hash >> 16;
	hash *= 0x85ebca6bu;
	hash ^= hash >> 13;
	hash *= 0xc2b2ae35u;
	return hash >> 16;
}

/* One call. While learning, windows are noted and not counted. `bitmap` has SEQUENCE_WORDS words. */
static inline __attribute__((always_inline)) enum sequence_verdict
sequence_step(struct sequence *task, __u32 *bitmap, __u32 call, int is_learning)
{
	task->recent = sequence_push(task->recent, call);
	if (!(task->recent & SEQUENCE_FULL))
		return SEQUENCE_SHORT;
	__u32 bit = sequence_bit(task->recent);
	__u32 *word = &bitmap[bit >> 5 & (SEQUENCE_WORDS - 1)];
	__u32 mask = 1u << (bit & 31);
	int is_known = (*word & mask) != 0;

	if (is_learning) {
		/* Tasks on other CPUs write the same word; a known window writes nothing. */
		if (!is_known)
			__sync_fetch_and_or(word, mask);
	} else {
		if (task->windows >= SEQUENCE_WINDOWS_MAX) {
			task->windows >>= 1;
			task->misses >>= 1;
		}
		task->windows++;
		task->misses += !is_known;
	}
	return is_known ? SEQUENCE_KNOWN : SEQUENCE_NEW;
}

/* The share of unknown windows, of 65,536, shrunk to the prior. */
static inline __attribute__((always_inline)) __u32 sequence_mean(const struct sequence *task,
								 const struct sequence_prior *prior)
{
	__u64 seen = (__u64)task->windows + prior->windows;
	__u64 missed = ((__u64)task->misses << 16) + (__u64)prior->share * prior->windows;

	return seen ? (__u32)(missed / seen) : 0;
}

#endif
