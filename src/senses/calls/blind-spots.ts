import type { Feature } from "../../kernel/feature.ts";

/** Something that the layer cannot see on this host. */
export interface BlindSpot {
  readonly what: string;
  readonly why: string;
  /** What is seen instead, or what helps. */
  readonly instead: string;
}

/** What cannot be seen on a host with these features. */
export function blindSpots(_features: readonly Feature[]): readonly BlindSpot[] {
  return [];
}
