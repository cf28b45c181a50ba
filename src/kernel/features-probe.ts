import { readFileSync } from "node:fs";
import type { CgroupFs } from "./cgroup-fs.ts";
import type { Feature } from "./feature.ts";

/** What a probe may look at. */
export interface ProbeWorld {
  readonly procRoot: string;
  readonly sysRoot: string;
  readonly fs: CgroupFs;
  readonly path: string;
}

export type Finding = Pick<Feature, "available" | "found">;

/** One row of the table of features: what it is, and how it is tried. Never throws. */
export interface FeatureProbe extends Pick<Feature, "name" | "area" | "lost" | "needs"> {
  attempt(world: ProbeWorld): Finding;
}

export function yes(found: string): Finding {
  return { available: true, found };
}

export function no(found: string): Finding {
  return { available: false, found };
}

/** First 64 KB of a file as text; undefined where it cannot be read. */
export function textOf(path: string): string | undefined {
  try {
    return readFileSync(path, "utf8").slice(0, 65_536);
  } catch {
    return undefined;
  }
}
