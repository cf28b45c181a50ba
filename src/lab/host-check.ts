import { availableParallelism, cpus, release } from "node:os";
import { existsSync } from "node:fs";
import { failed, ok, type Result } from "../core/errors.ts";
import { type CgroupLayout, probeCgroupLayout } from "../kernel/cgroup-layout.ts";
import { readAllowedCpus } from "./allowed-cpus.ts";
import { PAYLOAD_SOURCE } from "./payload.ts";
import type { HostFacts } from "./results.ts";

export interface LabHost {
  readonly layout: CgroupLayout;
  readonly facts: HostFacts;
  /** The CPUs that the experiment uses, as taskset(1) takes them, and how many they are. */
  readonly cpus: string;
  readonly cores: number;
  /** Why the dropper cannot be shown here; undefined where it can. */
  readonly noDropper: string | undefined;
}

/** The experiment always uses two CPUs, however many there are, so that its figures compare between hosts. */
const CORES = 2;

/** What the lab needs of this host, each with what is lost without it. */
export function checkHost(uid = process.getuid?.() ?? -1, layout = probeCgroupLayout()): Result<LabHost> {
  if (uid !== 0)
    return failed(
      "SW-NEEDS-ROOT",
      "the lab makes cgroups of its own and runs the layer on them; without root neither use case can be shown",
    );
  if (layout.cpu === undefined)
    return failed("SW-LAB", "no hierarchy holds the cpu controller: the layer has no knob to turn");
  const allowed = readAllowedCpus();
  const used = allowed.slice(0, CORES);
  return ok({
    layout,
    cpus: used.join(","),
    cores: used.length,
    noDropper: whyNoDropper(layout),
    facts: {
      kernel: release(),
      cpuModel: cpus()[0]?.model.trim() ?? "unknown",
      cores: availableParallelism(),
      cgroups: layout.shape,
    },
  });
}

function whyNoDropper(layout: CgroupLayout): string | undefined {
  if (layout.freezer === undefined) return "no cgroup freezer is mounted: nothing could be frozen";
  if (!existsSync(PAYLOAD_SOURCE)) return `${PAYLOAD_SOURCE} is missing: the harmless payload is a copy of it`;
  return undefined;
}
