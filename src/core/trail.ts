import type { ActionKind } from "./action.ts";
import type { EntityKey } from "./entity.ts";

/** One knob of a remembered winner. */
export interface TrailSetting {
  readonly kind: ActionKind;
  readonly entity: EntityKey;
  readonly value: number;
}

/**
 * Settings that won on a host like this with workloads like these under such a load. Fades with time and with failure, like the
 * pheromone on a path that nobody walks any more.
 */
export interface Trail {
  /** Short enough to type, as "t-3k9a2f". */
  readonly id: string;
  /** Who takes part, on what: `shapeOf` in balance/trail.ts. */
  readonly shape: string;
  /** Wake-ups per second of the latency workloads, as a power of two. */
  readonly load: number;
  readonly settings: readonly TrailSetting[];
  /** Of batch work over doing nothing, as a share, with the interval that holds it and the pairs behind it. */
  readonly gain: number;
  readonly interval: readonly [low: number, high: number];
  readonly pairs: number;
  readonly wins: number;
  readonly failures: number;
  /** As it was at `atMs`; what is left of it now is for whoever looks to compute. */
  readonly strength: number;
  /** Wall clock. */
  readonly atMs: number;
}
