import type { DeclaredWorkload, WorkloadMatch } from "./workload.ts";

/** What belongs to a workload, however it was written down. Here, and not with the schema: the sentinel loads no package. */
export function matchOf({ cgroup, match: by }: Pick<DeclaredWorkload, "cgroup" | "match">): WorkloadMatch {
  return by ?? { cgroup };
}
