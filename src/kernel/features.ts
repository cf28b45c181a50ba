import { CgroupFs } from "./cgroup-fs.ts";
import { probeCgroupLayout } from "./cgroup-layout.ts";
import type { Feature } from "./feature.ts";
import { CGROUP_PROBES } from "./features-cgroup.ts";
import { HOST_PROBES } from "./features-host.ts";
import type { FeatureProbe, ProbeWorld } from "./features-probe.ts";
import { READING_PROBES } from "./features-readings.ts";
import { SYSCALL_PROBES } from "./features-syscalls.ts";

export interface FeatureRoots {
  readonly procRoot?: string;
  readonly sysRoot?: string;
  /** Mount points of cgroups are taken relative to it: "/" on a host. */
  readonly hostRoot?: string;
  /** Folders with programs, separated by colons. */
  readonly path?: string;
  /** What others probed; listed after the own. */
  readonly more?: readonly Feature[];
}

const PROBES: readonly FeatureProbe[] = [...CGROUP_PROBES, ...READING_PROBES, ...SYSCALL_PROBES, ...HOST_PROBES];

let ofThisHost: readonly Feature[] | undefined;

/**
 * What this kernel offers, each by trying it or by the file that is it; about 20 ms the first time.
 * Nothing stays changed: a probe may make an empty cgroup named swarms-probe-PID and removes it.
 */
export function probeFeatures(roots: FeatureRoots = {}): Feature[] {
  const { more = [], ...own } = roots;
  if (Object.keys(own).length > 0) return [...run(own), ...more];
  ofThisHost ??= run({});
  return [...ofThisHost, ...more];
}

function run(roots: FeatureRoots): Feature[] {
  const procRoot = roots.procRoot ?? "/proc";
  const world: ProbeWorld = {
    procRoot,
    sysRoot: roots.sysRoot ?? "/sys",
    fs: new CgroupFs(probeCgroupLayout(procRoot, roots.hostRoot ?? "/")),
    path: roots.path ?? process.env["PATH"] ?? "/usr/sbin:/usr/bin:/sbin:/bin",
  };
  return PROBES.map(({ name, area, lost, needs, attempt }) => {
    const { available, found } = attempt(world);
    return { name, area, available, found, lost, needs };
  });
}
