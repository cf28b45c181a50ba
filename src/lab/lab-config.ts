import type { LabGroups } from "./lab-groups.ts";

/** Highest acceptable run-queue delay of the service at its 99th percentile: the layer's own default. */
export const TARGET_MS = 1;

/** The configuration an operator would write for these workloads; only the lab's own cgroups are in scope. */
export function labConfig(groups: LabGroups): string {
  return [
    "mode: enforce",
    `scope: ["${groups.root}"]`,
    // The lab learns its own application; a host is given a day before what is only new to it is acted on.
    "colonies: { immune: { learningHours: 0 } }",
    "workloads:",
    `  - { name: service, cgroup: "${groups.path("service")}", kind: latency, targetMs: ${TARGET_MS} }`,
    `  - { name: batch, cgroup: "${groups.path("batch")}", kind: batch }`,
    "",
  ].join("\n");
}
