import { join } from "node:path";
import type { WorkloadInfo } from "../core/reading.ts";
import type { CgroupFs } from "../kernel/cgroup-fs.ts";
import { PRESSURE_RESOURCES, pressureFile } from "../kernel/pressure.ts";

/** Tells when tasks begin to wait for a resource (kernel/pressure-trigger.ts). */
export interface StallWatch {
  /** From now on these pressure files and no others; of too many, the first. */
  watch(files: readonly string[]): void;
}

interface Followed {
  readonly info: WorkloadInfo;
  readonly probe: { readonly path: string };
}

/** The host's pressure files, and those of the workloads that must be fast: the others' waiting is nobody's alarm. */
export function stallFiles(
  { fs, procRoot }: { readonly fs: CgroupFs; readonly procRoot: string },
  present: readonly Followed[],
): string[] {
  const groups = present.flatMap(({ info, probe }) => {
    const dir = info.kind === "latency" ? fs.dir("v2", probe.path) : undefined;
    return dir === undefined ? [] : PRESSURE_RESOURCES.map((resource) => join(dir, pressureFile.cgroup(resource)));
  });
  return [...PRESSURE_RESOURCES.map((resource) => join(procRoot, pressureFile.host(resource))), ...groups];
}
