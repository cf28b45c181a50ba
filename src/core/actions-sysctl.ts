import type { ActionSpec } from "./action.ts";

const HOST_WIDE = {
  colony: "balance",
  perMinute: 6,
  maxLeaseMs: 60_000,
  containment: false,
  byName: true,
  reach: "host",
} as const;

/**
 * Settings of the whole host that measurably matter and can be taken back exactly
 * (Documentation/admin-guide/sysctl/vm.rst and net.rst, Documentation/networking/ip-sysctl.rst). None is
 * touched unless the configuration names it, nor where the operator has set it in /etc/sysctl.d.
 */
export const SYSCTL_ACTIONS = {
  "sysctl.vm.swappiness": {
    ...HOST_WIDE,
    unit: "of 200",
    min: 0,
    max: 200,
    maxStepFactor: 1,
    maxStep: 40,
    says: "how readily memory of programs goes to swap instead of file cache being dropped: lower keeps services answering at once after a lull",
  },
  "sysctl.vm.vfs_cache_pressure": {
    ...HOST_WIDE,
    unit: "%",
    min: 10,
    max: 500,
    maxStepFactor: 2,
    says: "how readily names and inodes are dropped: lower keeps stat and open fast on hosts with many files",
  },
  "sysctl.vm.dirty_background_ratio": {
    ...HOST_WIDE,
    unit: "% of memory",
    min: 1,
    max: 40,
    maxStepFactor: 2,
    says: "unwritten data at which the kernel begins to write: lower spreads what would come as a burst that stalls others",
  },
  "sysctl.vm.dirty_ratio": {
    ...HOST_WIDE,
    unit: "% of memory",
    min: 5,
    max: 60,
    maxStepFactor: 2,
    says: "unwritten data at which writers have to wait: higher lets bursts through, lower bounds the wait for fsync",
  },
  "sysctl.vm.watermark_scale_factor": {
    ...HOST_WIDE,
    unit: "of 10000",
    min: 10,
    max: 500,
    maxStepFactor: 5,
    says: "how early memory is freed in the background: higher spares bursts of allocation from freeing it themselves",
  },
  "sysctl.vm.compaction_proactiveness": {
    ...HOST_WIDE,
    unit: "%",
    min: 0,
    max: 100,
    maxStepFactor: 1,
    maxStep: 40,
    says: "how much memory is tidied in the background for huge pages: 0 takes that work from latency-sensitive hosts",
  },
  "sysctl.vm.page-cluster": {
    ...HOST_WIDE,
    unit: "power of two pages",
    min: 0,
    max: 5,
    maxStepFactor: 1,
    maxStep: 3,
    says: "pages read at once from swap: 0 answers soonest on zram and flash, 3 suits rotating disks",
  },
  "sysctl.net.core.somaxconn": {
    ...HOST_WIDE,
    unit: "connections",
    min: 128,
    max: 65_535,
    maxStepFactor: 4,
    says: "longest queue of connections that wait for accept: too short a one refuses clients in a burst",
  },
  "sysctl.net.core.netdev_max_backlog": {
    ...HOST_WIDE,
    unit: "packets",
    min: 300,
    max: 65_535,
    maxStepFactor: 4,
    says: "packets that wait for the kernel on each CPU: too few drops bursts",
  },
  "sysctl.net.core.netdev_budget": {
    ...HOST_WIDE,
    unit: "packets",
    min: 50,
    max: 2000,
    maxStepFactor: 2,
    says: "packets handled in one turn of the network's interrupt work: lower leaves the CPU to others sooner, higher drops less",
  },
  "sysctl.net.ipv4.tcp_slow_start_after_idle": {
    ...HOST_WIDE,
    unit: "flag",
    min: 0,
    max: 1,
    maxStepFactor: 1,
    says: "whether a connection that was quiet begins slowly again: 0 keeps long-lived connections fast",
  },
  "sysctl.net.ipv4.tcp_notsent_lowat": {
    ...HOST_WIDE,
    unit: "bytes",
    min: 16_384,
    max: 4_294_967_295,
    maxStepFactor: 1,
    says: "unsent data at which a socket stops being writable: a bound keeps what is sent fresh and saves memory",
  },
} as const satisfies Record<`sysctl.${string}`, ActionSpec>;
