import type { QuorumRule } from "../../swarm/quorum.ts";

/** Evidence of this kind is enough on its own: a rule whose author wrote CRITICAL or graver. */
export const DECISIVE = "rule.critical";
/** Of it; it fades like any other. */
export const DECISIVE_LEAST = 0.5;

/** When evidence on one entity is enough for an incident. */
export const QUORUM = {
  danger: {
    /** One fact weighs at most 1: two strong ones, or three middling ones, within about a minute. */
    concentration: 1.5,
    /** Ten models of the same thing are no better than the best of them; independent kinds are (measured for sequence models: docs/architecture.md). */
    kinds: 2,
    /** A kind below this does not count as one: no stray hint makes a quorum of a single strong fact. */
    leastOfAKind: 0.15,
    /** However often one kind repeats, it counts no more than one strong fact: it takes another kind to get further. */
    mostOfAKind: 1,
  },
  /** The same over hours: three times as much, for chance adds up too. */
  "danger.slow": { concentration: 4.5, kinds: 2, leastOfAKind: 0.5, mostOfAKind: 3 },
} as const satisfies Record<string, QuorumRule>;
