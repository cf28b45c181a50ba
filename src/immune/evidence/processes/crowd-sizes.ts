import { dropOldest } from "../../bounded/oldest.ts";

export const CROWD = {
  /** Of a place of which nothing is known: pid_max is 32,768 on small hosts, and what a crowd of 256 does is felt. */
  unknown: 256,
  /** Where it is known how many there are at most: so many times as many is another order of magnitude, whatever the service. */
  times: 16,
  /** Never from less: fork-bomb.ts looks at no smaller family. */
  least: 64,
  /** As many families as a subject needs acts for its habits to count (novelty.ts). */
  enough: 16,
  places: 1024,
} as const;

interface Sizes {
  families: number;
  most: number;
}

/**
 * How many living copies of one program a place (a service, a session) has had at once: what is a crowd there. The history of a
 * place is another observation than the shape of a family tree. It is never lowered, and by little raised: an attacker who
 * grows his families slowly wins no more than what an unknown place is allowed.
 */
export class CrowdSizes {
  private readonly places = new Map<string, Sizes>();

  /** A family that was not accused is down to one or none again. */
  learn(place: string, peak: number): void {
    const known = this.places.get(place);
    if (known === undefined) {
      this.places.set(place, { families: 1, most: peak });
      dropOldest(this.places, CROWD.places);
      return;
    }
    known.families++;
    if (peak > known.most) known.most = peak;
  }

  /** From how many living copies on they are a crowd. */
  limitOf(place: string): number {
    const known = this.places.get(place);
    if (known === undefined || known.families < CROWD.enough) return CROWD.unknown;
    return Math.min(CROWD.unknown, Math.max(CROWD.least, known.most * CROWD.times));
  }

  /** Plain JSON: [place, families, most] each, of places that `keeps` does not refuse. */
  remember(keeps: (place: string) => boolean): unknown {
    return [...this.places]
      .filter(([place]) => keeps(place))
      .map(([place, { families, most }]) => [place, families, most]);
  }

  /** What `remember` gave; anything malformed is passed over. */
  recall(memory: unknown): void {
    if (!Array.isArray(memory)) return;
    for (const each of memory.slice(-CROWD.places) as unknown[]) {
      if (!Array.isArray(each)) continue;
      const [place, families, most] = each as unknown[];
      if (typeof place === "string" && isCount(families) && isCount(most)) this.places.set(place, { families, most });
    }
  }
}

function isCount(value: unknown): value is number {
  return typeof value === "number" && Number.isInteger(value) && value > 0 && value < 1e9;
}
