/**
 * Quorum sensing: act when enough has gathered, and from enough independent sources. Bacteria measure the concentration
 * of one signal (Waters and Bassler, Annual Review of Cell and Developmental Biology 21, 2005); what is added here is that a
 * concentration made by one loud source is no quorum, as ants count nest mates met and not the zeal of one (Pratt et al.,
 * Behavioral Ecology and Sociobiology 52, 2002).
 */
export interface QuorumRule {
  /** Sum that must be reached. */
  readonly concentration: number;
  /** Independent kinds that must take part. */
  readonly kinds: number;
  /** Less than this of a kind is a stray hint and does not count. */
  readonly leastOfAKind: number;
  /** More than this of a kind adds nothing: repeating does not replace independence. */
  readonly mostOfAKind: number;
}

export interface QuorumCount {
  readonly reached: boolean;
  /** Sum of what counts. */
  readonly concentration: number;
  /** Those that count, sorted. */
  readonly kinds: readonly string[];
}

export function countQuorum(bySource: ReadonlyMap<string, number>, rule: QuorumRule): QuorumCount {
  const counted = [...bySource].filter(([, amount]) => amount > 0 && amount >= rule.leastOfAKind);
  // Sorted before it is added up, so that the order of deposits changes nothing, not even by rounding.
  const amounts = counted.map(([, amount]) => Math.min(amount, rule.mostOfAKind)).sort((a, b) => a - b);
  const concentration = amounts.reduce((sum, amount) => sum + amount, 0);
  const kinds = counted.map(([kind]) => kind).sort();
  return { reached: kinds.length >= rule.kinds && concentration >= rule.concentration, concentration, kinds };
}
