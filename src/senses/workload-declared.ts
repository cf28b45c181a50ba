import type { Config } from "../core/config.ts";
import type { Reading, WorkloadInfo } from "../core/reading.ts";
import type { CgroupFs } from "../kernel/cgroup-fs.ts";
import { listPids } from "../kernel/procfs.ts";
import type { CgroupTree } from "./sampler-tree.ts";
import {
  adoptionPlace,
  isByProcess,
  type Matches,
  matchProcesses,
  straysInfo,
  straysReadings,
} from "./workload-match.ts";
import { declaredInfo, resolveDeclared, type Told } from "./workloads.ts";

const NO_MATCHES: Matches = { groups: [], strays: [] };

/** What is declared and where it is: paths at every look, processes as the last scan found them. */
export class DeclaredGroups {
  private readonly fs: CgroupFs;
  private readonly procRoot: string;
  private matches = NO_MATCHES;
  private names = new Map<string, string>();

  constructor(fs: CgroupFs, procRoot: string) {
    this.fs = fs;
    this.procRoot = procRoot;
  }

  takeScan({ workloads }: Config, tree: CgroupTree): void {
    const { fs, procRoot } = this;
    this.matches = workloads.some(isByProcess)
      ? matchProcesses(workloads, { fs, procRoot, tree, pids: listPids(procRoot) })
      : NO_MATCHES;
  }

  /** Groups by path. The first declaration that has a path keeps it. */
  infos({ workloads }: Config, told: (path: string) => Told | undefined): Map<string, WorkloadInfo> {
    const infos = new Map<string, WorkloadInfo>();
    this.names = new Map();
    for (const match of [...resolveDeclared(workloads, this.fs), ...this.matches.groups]) {
      const { path, declared } = match;
      if (infos.has(path)) continue;
      infos.set(path, declaredInfo(match, told(path)));
      this.names.set(path, declared.name);
    }
    return infos;
  }

  /** As the configuration has it, of a path that `infos` gave last. */
  nameOf(path: string): string | undefined {
    return this.names.get(path);
  }

  /** Declared processes that no group tells apart. */
  astray({ scope }: Config): { workloads: WorkloadInfo[]; readings: Reading[] } {
    const { strays } = this.matches;
    if (strays.length === 0) return { workloads: [], readings: [] };
    const into = adoptionPlace(scope, this.fs);
    return {
      workloads: strays.map((each) => straysInfo(each, into)),
      readings: strays.flatMap(straysReadings),
    };
  }
}
