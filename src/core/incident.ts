import type { Evidence } from "./action.ts";
import type { EntityKey } from "./entity.ts";

/** One step of a process's ancestry, youngest first. */
export interface LineageStep {
  readonly process: EntityKey;
  readonly comm: string;
  readonly path: string;
}

/** A quorum reached, with its evidence and its process lineage. */
export interface Incident {
  readonly id: string;
  readonly atMs: number;
  readonly lastMs: number;
  readonly entity: EntityKey;
  /** Sum of concentrations when the quorum was reached. */
  readonly concentration: number;
  readonly kinds: readonly string[];
  /** Of its evidence, the heaviest first (core/techniques.ts). */
  readonly techniques?: readonly string[];
  readonly evidence: readonly Evidence[];
  readonly lineage: readonly LineageStep[];
  /** One paragraph for a tired person. */
  readonly says: string;
  /** Times the same thing happened again since. */
  readonly count: number;
  readonly status: "open" | "dismissed";
  /** A person said that it is what it says. */
  readonly confirmed?: boolean;
  /** Whose word was the latest (that it is, that it is nothing, that it is open again), as they say who they are. */
  readonly judgedBy?: string;
  /** The confirmed incident that it is like (memory cells). */
  readonly seenBefore?: string;
}
