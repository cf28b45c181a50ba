import type { ActionSpec } from "./action.ts";

const CONTAINMENT = {
  colony: "immune",
  unit: "flag",
  min: 1,
  max: 1,
  maxStepFactor: 1,
  perMinute: 10,
  maxLeaseMs: 3_600_000,
  containment: true,
  byName: true,
} as const;

/** What the immune colony can do, beside freezing. */
export const IMMUNE_ACTIONS = {
  thaw: {
    ...CONTAINMENT,
    containment: false,
    once: true,
    says: "let a group go on that somebody else froze, once (what the layer froze is undone instead)",
  },
  "net.deny": {
    ...CONTAINMENT,
    unit: "mode",
    max: 3,
    says: "cut the group from the network, what is open included: 1 all of it, 2 all but loopback, 3 all but `net.allow` of the configuration",
  },
  "exec.deny": {
    ...CONTAINMENT,
    says: "refuse an executable to the group: starting it fails with EPERM (BPF LSM, else fanotify)",
  },
  "exec.kill": {
    ...CONTAINMENT,
    says: "end whatever in the group starts an executable, before its first instruction (signal from the exec hook)",
  },
  "kill.process": {
    ...CONTAINMENT,
    once: true,
    reach: "process",
    says: "end one process (SIGKILL through a pidfd); cannot be undone",
  },
  "kill.cgroup": {
    ...CONTAINMENT,
    perMinute: 2,
    once: true,
    says: "end every process of the group and the groups below it; cannot be undone",
  },
} as const satisfies Record<string, ActionSpec>;
