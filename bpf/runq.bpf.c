// SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause)
/*
 * How long tasks wait for a CPU, and how long they have it, per cgroup of the cpu controller.
 *
 * A task begins to wait when it is woken, or when it is switched out while it could still run. It
 * stops when it is switched in; a move to another CPU in between does not interrupt the wait (the
 * kernel's own sched_info starts over there, which hides the longest waits).
 *
 * This runs at every context switch, so it makes no map call on its way but one inlined array
 * lookup. Waiting tasks are kept in a direct-mapped table: of two that share a place, the later one
 * wins and one sample is missed. Time and pid share one word, so that a sample is never mixed.
 */
#include "kernel.h"
#include "swarms.h"
#include "tasks.h"

struct {
	__uint(type, BPF_MAP_TYPE_ARRAY);
	__uint(map_flags, BPF_F_MMAPABLE);
	__uint(max_entries, RUNQ_GROUPS);
	__type(key, __u32);
	__type(value, struct runq_cell);
} cells SEC(".maps");

struct runq_state state;

#define PID_MASK ((1ull << RUNQ_PID_BITS) - 1)

static __always_inline __u64 *place_of(__u32 pid)
{
	return &state.queued[pid & (RUNQ_TASKS - 1)];
}

static __always_inline __u64 cpu_group_id(struct task_struct *task)
{
	__u64 id = 0;

	if (!config.cpu_on_v1)
		return task->cgroups->dfl_cgrp->kn->id;
	if (bpf_core_field_exists(task->sched_task_group))
		id = task->sched_task_group->css.cgroup->kn->id;
	return id ? id : ROOT_CGROUP_ID;
}

/* The group that holds the cells of a cgroup, taken at first sight; RUNQ_GROUPS where all probed places are taken. */
static __always_inline __u32 group_of(__u64 id)
{
	__u32 first = (__u32)((id * 0x9e3779b97f4a7c15ull) >> 32);

#pragma unroll
	for (int i = 0; i < RUNQ_PROBES; i++) {
		__u32 group = (first + i) & (RUNQ_GROUPS - 1);

		if (state.owners[group] == id)
			return group;
	}
#pragma unroll
	for (int i = 0; i < RUNQ_PROBES; i++) {
		__u32 group = (first + i) & (RUNQ_GROUPS - 1);
		__u64 was = __sync_val_compare_and_swap(&state.owners[group], 0, id);

		if (was == 0 || was == id)
			return group;
	}
	return RUNQ_GROUPS;
}

static __always_inline __u32 bucket_of(__u64 delay_ns)
{
	__u64 units = delay_ns >> RUNQ_UNIT_BITS;
	__u32 power = 0, rest;

	if (units >> RUNQ_POWERS)
		return RUNQ_BUCKETS - 1;
	rest = units;
	if (rest < 1 << RUNQ_SUB_BITS)
		return rest;
	if (rest >> 16) {
		power += 16;
		rest >>= 16;
	}
	if (rest >> 8) {
		power += 8;
		rest >>= 8;
	}
	if (rest >> 4) {
		power += 4;
		rest >>= 4;
	}
	if (rest >> 2) {
		power += 2;
		rest >>= 2;
	}
	power += rest >> 1;
	return ((power - RUNQ_SUB_BITS + 1) << RUNQ_SUB_BITS) +
	       (((__u32)units >> (power - RUNQ_SUB_BITS)) & ((1 << RUNQ_SUB_BITS) - 1));
}

static __always_inline struct runq_cell *cell_of(__u32 group, __u32 cpu)
{
	__u32 index = group * config.shards + cpu % config.shards;

	return bpf_map_lookup_elem(&cells, &index);
}

static __always_inline void woken(struct task_struct *task)
{
	__u32 pid = task->pid;
	__u64 *place = place_of(pid);

	/* Woken while it waits already: the wait goes on. */
	if ((*place & PID_MASK) != pid)
		*place = bpf_ktime_get_ns() << RUNQ_PID_BITS | pid;
}

SEC("tp_btf/sched_wakeup")
int BPF_PROG(on_wakeup, struct task_struct *task)
{
	woken(task);
	return 0;
}

SEC("tp_btf/sched_wakeup_new")
int BPF_PROG(on_wakeup_new, struct task_struct *task)
{
	woken(task);
	return 0;
}

static __always_inline bool still_runnable(bool preempted, struct task_struct *task)
{
	struct task_struct___before_5_14 *old = (void *)task;

	if (preempted)
		return true;
	if (bpf_core_field_exists(task->__state))
		return task->__state == 0;
	return BPF_CORE_READ(old, state) == 0;
}

static __always_inline void left(struct runq_running *running, __u32 cpu, __u64 now, bool slept)
{
	struct runq_cell *cell;

	if (running->since_ns == 0)
		return;
	cell = cell_of(running->group, cpu);
	if (cell) {
		__u64 burst = now - running->since_ns;
		__u32 bucket = bucket_of(burst);

		__sync_fetch_and_add(&cell->on_cpu_ns, burst);
		if (slept)
			__sync_fetch_and_add(&cell->sleeps, 1);
		if (bucket < RUNQ_BUCKETS)
			__sync_fetch_and_add(&cell->bursts[bucket], 1);
	}
	running->since_ns = 0;
}

static __always_inline void arrived(struct runq_running *running, __u32 cpu, __u64 now, struct task_struct *task)
{
	__u32 pid = task->pid;
	__u64 *place = place_of(pid);
	__u64 queued = *place, delay;
	__u32 group = group_of(cpu_group_id(task));
	struct runq_cell *cell;

	if (group >= RUNQ_GROUPS) {
		__sync_fetch_and_add(&state.unplaced, 1);
		return;
	}
	running->group = group;
	running->since_ns = now;
	if ((queued & PID_MASK) != pid)
		return;
	*place = 0;
	cell = cell_of(group, cpu);
	if (!cell)
		return;
	/* Modulo 2^42 ns (73 minutes), like the time kept. */
	delay = ((now << RUNQ_PID_BITS) - (queued & ~PID_MASK)) >> RUNQ_PID_BITS;
	if (delay >> 41) /* clocks of two CPUs a little apart */
		delay = 0;
	__u32 bucket = bucket_of(delay);

	if (bucket < RUNQ_BUCKETS)
		__sync_fetch_and_add(&cell->buckets[bucket], 1);
	__sync_fetch_and_add(&cell->delay_ns, delay);
}

SEC("tp_btf/sched_switch")
int BPF_PROG(on_switch, bool preempted, struct task_struct *prev, struct task_struct *next)
{
	__u64 now = bpf_ktime_get_ns();
	__u32 cpu = bpf_get_smp_processor_id() & (RUNQ_CPUS - 1);
	struct runq_running *running = &state.running[cpu];
	__u32 pid = prev->pid;
	bool runnable = still_runnable(preempted, prev);

	left(running, cpu, now, !runnable);
	/* Pid 0 is the idle task. Cleared where prev blocks: a wake-up that found it running left a mark. */
	if (pid)
		*place_of(pid) = runnable ? now << RUNQ_PID_BITS | pid : 0;
	if (next->pid)
		arrived(running, cpu, now, next);
	return 0;
}

char LICENSE[] SEC("license") = "Dual BSD/GPL";
