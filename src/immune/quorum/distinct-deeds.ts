import type { Evidence } from "../../core/action.ts";
import { PHEROMONES } from "../../core/agent.ts";
import { decayRate, remaining } from "../../swarm/evaporation.ts";
import type { QuorumCount } from "../../swarm/quorum.ts";

const DISTINCT = {
  /** Ways of giving deeds to kinds that are tried; six deeds that three agents speak of have so many. Of more, the rest goes to the strongest. */
  ways: 729,
} as const;

type Amounts = ReadonlyMap<string, number>;
type Trace = "danger" | "danger.slow";

/** What each kind says of one deed, or of several that the same kinds speak of. */
type Deed = Map<string, number>;

/**
 * Evidence by kind, with each deed counted once: where several kinds speak of one deed, it is given to one of them, so that as
 * much as possible counts. Two agents that describe the same file being written are two descriptions and one observation; what is
 * independent about them is what else they saw. Deeds that one fact names together are one, and so are deeds that the very
 * same kinds speak of: who agrees about forty files agrees about one. (Dependent witnesses are to be counted once: Dempster's rule
 * holds for distinct bodies of evidence only, Shafer, A Mathematical Theory of Evidence, 1976, chapter 3.)
 */
export function distinctDeeds(
  amounts: Amounts,
  evidence: readonly Evidence[],
  { trace, wallMs }: { readonly trace: Trace; readonly wallMs: number },
  count: (amounts: Amounts) => QuorumCount,
): Amounts {
  const deeds = shared(amounts, evidence, trace, wallMs).filter((deed) => deed.size > 1);
  if (deeds.length === 0) return amounts;
  let best: { readonly amounts: Amounts; readonly counted: QuorumCount } | undefined;
  for (const owners of waysToOwn(deeds)) {
    const left = withoutOthers(amounts, deeds, owners);
    const counted = count(left);
    if (best === undefined || isMore(counted, best.counted)) best = { amounts: left, counted };
  }
  return best?.amounts ?? amounts;
}

function isMore(one: QuorumCount, other: QuorumCount): boolean {
  if (one.reached !== other.reached) return one.reached;
  return one.concentration > other.concentration;
}

/** What is left where each deed counts for its owner alone. */
function withoutOthers(amounts: Amounts, deeds: readonly Deed[], owners: readonly string[]): Amounts {
  const left = new Map(amounts);
  for (const [at, deed] of deeds.entries())
    for (const [kind, amount] of deed)
      if (kind !== owners[at]) left.set(kind, Math.max(0, (left.get(kind) ?? 0) - amount));
  return left;
}

/** Each way to give every deed to one of the kinds that speak of it; beyond the bound only the strongest kind is tried. */
function waysToOwn(deeds: readonly Deed[]): string[][] {
  let ways: string[][] = [[]];
  for (const deed of deeds) {
    const kinds = [...deed].sort(([a, x], [b, y]) => y - x || (a < b ? -1 : 1)).map(([kind]) => kind);
    const tried = ways.length * kinds.length <= DISTINCT.ways ? kinds : kinds.slice(0, 1);
    ways = ways.flatMap((way) => tried.map((kind) => [...way, kind]));
  }
  return ways;
}

/** Deeds with what is left of each kind's word about them: the kind's amount, parted as its evidence is. */
function shared(amounts: Amounts, evidence: readonly Evidence[], trace: Trace, wallMs: number): Deed[] {
  const rate = decayRate(PHEROMONES[trace].halfLifeMs);
  const groups = new Groups();
  const words: { kind: string; deed: string; weight: number }[] = [];
  for (const { kind, weight, atMs, deeds = [], entity, bundled } of evidence) {
    if (!amounts.has(kind)) continue;
    const now = remaining(weight, Math.max(0, wallMs - atMs), rate);
    const names = deeds.length > 0 ? deeds : [`${kind} of ${entity}`];
    const parts = bundled === true ? names : [groups.join(names)];
    for (const deed of parts) words.push({ kind, deed, weight: now / parts.length });
  }
  const told = new Map<string, number>();
  for (const { kind, weight } of words) told.set(kind, (told.get(kind) ?? 0) + weight);
  const deeds = new Map<string, Deed>();
  for (const { kind, deed, weight } of words) {
    const part = weight / (told.get(kind) || 1);
    add(deeds, groups.of(deed), kind, part * (amounts.get(kind) ?? 0));
  }
  return [...bySpeakers(deeds.values()).values()];
}

function bySpeakers(deeds: Iterable<Deed>): Map<string, Deed> {
  const merged = new Map<string, Deed>();
  for (const deed of deeds) {
    const speakers = [...deed.keys()].sort().join("\n");
    for (const [kind, amount] of deed) add(merged, speakers, kind, amount);
  }
  return merged;
}

function add(deeds: Map<string, Deed>, name: string, kind: string, amount: number): void {
  const deed = deeds.get(name) ?? new Map<string, number>();
  deed.set(kind, (deed.get(kind) ?? 0) + amount);
  deeds.set(name, deed);
}

/** Names that stand for one thing (union-find, Galler and Fischer 1964). */
class Groups {
  private readonly above = new Map<string, string>();

  /** Makes one of them; gives one of their names. */
  join(names: readonly string[]): string {
    const [first = "", ...others] = names;
    for (const other of others) {
      const [a, b] = [this.of(first), this.of(other)];
      if (a !== b) this.above.set(b, a);
    }
    return first;
  }

  of(name: string): string {
    let at = name;
    for (let next = this.above.get(at); next !== undefined; next = this.above.get(at)) at = next;
    return at;
  }
}
