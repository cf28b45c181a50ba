import { readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import type { Proposal } from "../core/action.ts";
import type { ConditionFacts } from "../core/condition.ts";
import type { Config } from "../core/config.ts";
import { matchOf } from "../core/workload-match.ts";
import { WEEKDAYS } from "../core/policy.ts";
import { printable } from "../core/printable.ts";
import { readExe } from "../kernel/procfs.ts";
import { pressureFile, type PressureResource } from "../kernel/pressure.ts";
import type { Asked } from "./checks.ts";

/** Processes looked at for a condition's `executables` and `users`. */
const MAX_LOOKED_AT = 64;

/** Where the facts about the host come from. */
export interface FactSources {
  readonly config: Config;
  readonly procRoot: string;
  readonly wallMs: number;
}

/**
 * What conditions are asked about. The target's processes are read from the host; the proposal and its evidence are the
 * hive's word, so a condition on them narrows what an honest hive does: scope, protection, bounds and budgets are
 * checked whatever it says.
 */
export function factsOf(proposal: Proposal, asked: Asked, sources: FactSources): ConditionFacts {
  const { config, procRoot, wallMs } = sources;
  const { target, value } = asked;
  const members = asked.members();
  const pids = members.ok ? members.value.pids : [];
  const looked = pids.slice(0, MAX_LOOKED_AT);
  const at = new Date(wallMs);
  return {
    proposal: {
      kind: target.kind,
      colony: target.spec.colony,
      agent: proposal.agent,
      value,
      target: printable(proposal.target),
      incident: proposal.incident ?? "",
      leaseSeconds: proposal.leaseMs / 1000,
    },
    entity: {
      cgroup: target.cgroup,
      workload: workloadName(config, target.cgroup),
      processes: BigInt(pids.length),
      executables: unique(looked.flatMap((pid) => readExe(pid, procRoot) ?? [])).map((path) => printable(path)),
      users: unique(looked.flatMap((pid) => ownerOf(pid, procRoot))).map(BigInt),
    },
    evidence: evidenceFacts(proposal.evidence),
    host: {
      ...clockFacts(at),
      pressure: { cpu: some("cpu", procRoot), memory: some("memory", procRoot), io: some("io", procRoot) },
    },
  };
}

export function evidenceFacts(
  evidence: readonly { readonly kind: string; readonly agent: string; readonly weight: number }[],
): ConditionFacts["evidence"] {
  const weights = evidence.map(({ weight }) => weight);
  return {
    kinds: unique(evidence.map(({ kind }) => kind)),
    agents: unique(evidence.map(({ agent }) => agent)),
    count: BigInt(weights.length),
    total: weights.reduce((sum, weight) => sum + weight, 0),
    strongest: Math.max(0, ...weights),
  };
}

/** By the host's own clock and time zone. */
export function clockFacts(at: Date): Pick<ConditionFacts["host"], "hour" | "weekday"> {
  return { hour: BigInt(at.getHours()), weekday: WEEKDAYS[at.getDay()]! };
}

/** The operator's name for a declared workload, else "". */
export function workloadName(config: Config, cgroup: string): string {
  return config.workloads.find((workload) => matchOf(workload).cgroup === cgroup)?.name ?? "";
}

function unique<T>(values: readonly T[]): T[] {
  return [...new Set(values)];
}

function ownerOf(pid: number, procRoot: string): number[] {
  try {
    return [statSync(join(procRoot, String(pid))).uid];
  } catch {
    return [];
  }
}

/** The kernel's average over ten seconds, 0 to 1; 0 where it cannot be read. */
function some(resource: PressureResource, procRoot: string): number {
  try {
    const text = readFileSync(join(procRoot, pressureFile.host(resource)), "utf8");
    return Number(/^some avg10=([\d.]+)/.exec(text)?.[1] ?? 0) / 100;
  } catch {
    return 0;
  }
}
