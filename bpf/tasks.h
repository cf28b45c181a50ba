/* SPDX-License-Identifier: (GPL-2.0-only OR BSD-2-Clause) */
/* Which cgroup a task is in. */
#ifndef SWARMS_TASKS_H
#define SWARMS_TASKS_H

#include "kernel.h"
#include "swarms.h"

const volatile struct load_config config = { .shards = 1 };

/* Inode of the root directory of every cgroup hierarchy. */
#define ROOT_CGROUP_ID 1

static __always_inline __u64 v2_cgroup_of(struct task_struct *task)
{
	return BPF_CORE_READ(task, cgroups, dfl_cgrp, kn, id);
}

/*
 * On v1 by the scheduler's own group. A task in the root group may be in an autogroup instead
 * (sched(7)), which has no cgroup: the read through the null pointer gives 0.
 */
static __always_inline __u64 cpu_cgroup_of(struct task_struct *task)
{
	__u64 id = 0;

	if (!config.cpu_on_v1)
		return v2_cgroup_of(task);
	if (bpf_core_field_exists(task->sched_task_group))
		id = BPF_CORE_READ(task, sched_task_group, css.cgroup, kn, id);
	return id ? id : ROOT_CGROUP_ID;
}

#endif
