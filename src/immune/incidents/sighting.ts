import type { AgentContext } from "../../core/agent.ts";
import type { EntityKey } from "../../core/entity.ts";
import type { LineageStep } from "../../core/incident.ts";
import type { QuorumCount } from "../../swarm/quorum.ts";
import { digest, type Digest } from "./digest.ts";
import { executableId } from "../programs/executable.ts";
import { dropOldest } from "../bounded/oldest.ts";
import { INHERITED } from "../context/provenance.ts";

const GATHER = {
  /** Evidence on relatives is told with a case if it is no older than this. */
  windowMs: 600_000,
  /** Parents and grandparents looked at. */
  ancestors: 4,
  /** Suspicious siblings remembered per parent, and parents. */
  siblings: 64,
  parents: 1024,
} as const;

/** What was counted on a process. */
export interface Counted extends Pick<QuorumCount, "kinds" | "concentration"> {
  /** Evidence that is enough alone is part of it. */
  readonly decisive: boolean;
  /** Kinds that are more than hints (STRENGTH). */
  readonly strongKinds: number;
  /** What the context makes of it, 0.5 to 1.5 (modulation.ts); 1 where nothing is known. */
  readonly factor: number;
  /** The confirmed incident that it is like, where only that made it enough or it is alike anyway. */
  readonly seenBefore?: string | undefined;
  /** Nothing strong is among it that a host's learning would not come to tolerate (response/learning.ts). */
  readonly isNovel: boolean;
}

/** One process on which a quorum was reached, with all that belongs to its case. */
export interface Sighting extends Counted, Digest {
  readonly entity: EntityKey;
  /** Learned name of what it runs, "" where unknown. */
  readonly program: string;
  readonly parent: EntityKey;
  /** Path of the process's cgroup, "" where unknown. */
  readonly cgroup: string;
  /** Whether anything was found on the process itself, not only on those before it. */
  readonly hasOwn: boolean;
  readonly lineage: readonly LineageStep[];
  /** Told, and not acted on: the host is still being learned. */
  readonly isTolerated: boolean;
}

/**
 * Gathers a case. What counted is on the process itself; what its ancestors and siblings did within ten
 * minutes did not count, but belongs to the story: the sibling that downloaded the file.
 */
export class CaseFile {
  private readonly suspects = new Map<EntityKey, Set<EntityKey>>();

  /** Remembers that there is evidence on this process, for the cases of its siblings. */
  note(entity: EntityKey, context: AgentContext): void {
    const parent = context.processes.get(entity)?.parent ?? "";
    if (parent === "") return;
    const siblings = this.suspects.get(parent) ?? new Set<EntityKey>();
    siblings.delete(entity);
    siblings.add(entity);
    dropOldest(siblings, GATHER.siblings);
    this.suspects.delete(parent);
    this.suspects.set(parent, siblings);
    dropOldest(this.suspects, GATHER.parents);
  }

  gather(entity: EntityKey, counted: Counted & Pick<Sighting, "isTolerated">, context: AgentContext): Sighting {
    const record = context.processes.get(entity);
    const lineage = context.processes.lineage(entity);
    const parent = record?.parent ?? "";
    const relatives = new Set([
      ...lineage.slice(1, 1 + GATHER.ancestors).map((step) => step.process),
      ...(this.suspects.get(parent) ?? []),
    ]);
    relatives.delete(entity);
    const told = [...relatives]
      .flatMap((relative) => context.evidence(relative))
      .filter((evidence) => evidence.agent !== INHERITED && context.wallMs - evidence.atMs <= GATHER.windowMs);
    const own = context.evidence(entity);
    return {
      ...digest([...told, ...own], entity, context.wallMs),
      entity,
      program: executableId(record?.path ?? "", record?.exe ?? ""),
      parent,
      cgroup: record?.cgroup ?? "",
      ...counted,
      hasOwn: own.some((evidence) => evidence.agent !== INHERITED),
      lineage,
    };
  }
}
