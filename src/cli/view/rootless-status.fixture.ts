import { busyStatus } from "../../api/status.fixture.ts";
import type { StatusDocument } from "../../core/status.ts";

const { lost: _lost, merged: _merged, ring: _ring, sensors: _sensors, ...withoutKernel } = busyStatus;

/** The busy host as a user without root sees it: sampled, nothing told by the kernel, nothing changed. */
export const rootless: StatusDocument = {
  ...withoutKernel,
  arrangement: "rootless",
  modes: { balance: "observe", immune: "observe" },
  scope: [],
  events: {
    source: "procfs",
    perSecond: { exec: 12.4, fork: 14.02, exit: 13.6 },
    total: { exec: 1, fork: 1, exit: 1 },
  },
  leases: [],
  losses: { ring: 0, damaged: 0, shed: 0 },
};
