/** Numbers of prctl(2) and capset(2) by which a process changes what it may do (linux/prctl.h, linux/capability.h). */
export const PRCTL = {
  parentDeathSignal: 1,
  keepCapabilities: 8,
  dropFromBoundingSet: 24,
  noNewPrivileges: 38,
  ambientCapabilities: 47,
} as const;

/** Second arguments of PRCTL.ambientCapabilities. */
export const AMBIENT = { raise: 2, clearAll: 4 } as const;

/** Of the header of capset(2): the version that has 64 capabilities. */
export const CAPABILITY_VERSION_3 = 0x2008_0522;
