import type { Evidence } from "../../core/action.ts";
import type { Agent, AgentContext, PheromoneName } from "../../core/agent.ts";
import { processKey, type EntityKey } from "../../core/entity.ts";
import type { SensedEvent } from "../../core/event.ts";
import { QUORUM } from "../quorum/quorum-rule.ts";
import { nameOf } from "../programs/executable.ts";

export const PROVENANCE = {
  /** Part of a process's danger that a child starts with: two generations on, a third is left. */
  passed: 0.6,
  /** Less is dropped, which also ends the flow after a few generations. */
  least: 0.05,
  /** Live processes whose children are known. */
  parents: 8192,
  /** Children told of later evidence; a fork bomb's thousands get theirs at birth anyway. */
  children: 64,
  /** Names of deeds that go with it; more than one kind of evidence has on one process at most times. */
  deeds: 16,
} as const;

/** Name of the agent, by which inherited evidence is told from a process's own. */
export const INHERITED = "provenance";

const FLOWS = ["danger", "danger.slow"] as const satisfies readonly PheromoneName[];

/**
 * Danger flows down the process tree with loss: at fork a child gets a part of what its parent carries,
 * and evidence found on the parent later reaches the children as well. (Danger as a quantity propagated
 * along provenance edges: Hossain et al., "Combating Dependence Explosion in Forensic Analysis Using
 * Alternative Tag Propagation Semantics", IEEE S&P 2020.) Each source keeps its name on the way, so that
 * one fact counted on parent and child stays one kind of evidence. exec keeps pid and start time, and with them the danger.
 */
export class ProvenanceAgent implements Agent {
  readonly name = INHERITED;
  readonly colony = "immune";
  readonly says = "passes a part of a process's danger on to its children";
  readonly wants = ["fork", "exit"] as const;
  readonly feels = ["danger"] as const;
  private readonly children = new Map<EntityKey, Set<EntityKey>>();
  private readonly parents = new Map<EntityKey, EntityKey>();
  /** Evidence that has been passed on. */
  private readonly passed = new WeakSet<Evidence>();

  onEvent(event: SensedEvent, context: AgentContext): void {
    const key = processKey(event.process);
    if (event.kind === "exit") this.forget(key);
    if (event.kind !== "fork") return;
    const child = processKey(event.child);
    if (child === key) return;
    this.adopt(key, child);
    passDanger(key, child, () => fromParent(key, context), context);
  }

  onSignal(entity: EntityKey, _pheromone: PheromoneName, context: AgentContext): void {
    const children = [...(this.children.get(entity) ?? [])];
    for (const evidence of context.evidence(entity)) {
      // Marked also where there is no child yet: one born later gets its part of the whole at birth.
      if (this.passed.has(evidence)) continue;
      this.passed.add(evidence);
      // Facts go to both traces (danger.ts), and so do their shares.
      for (const child of children) pass(child, () => fromParent(entity, context), evidence, FLOWS, context);
    }
  }

  private adopt(parent: EntityKey, child: EntityKey): void {
    const siblings = this.children.get(parent) ?? new Set<EntityKey>();
    siblings.add(child);
    this.parents.set(child, parent);
    this.children.delete(parent);
    this.children.set(parent, siblings);
    if (siblings.size > PROVENANCE.children) this.forgetOldest(siblings);
    if (this.children.size <= PROVENANCE.parents) return;
    const oldest = this.children.keys().next();
    if (!oldest.done) this.forget(oldest.value);
  }

  private forgetOldest(siblings: Set<EntityKey>): void {
    const oldest = siblings.values().next();
    if (oldest.done) return;
    siblings.delete(oldest.value);
    this.parents.delete(oldest.value);
  }

  private forget(key: EntityKey): void {
    for (const child of this.children.get(key) ?? []) this.parents.delete(child);
    this.children.delete(key);
    const parent = this.parents.get(key);
    this.parents.delete(key);
    if (parent === undefined) return;
    const siblings = this.children.get(parent);
    siblings?.delete(key);
    if (siblings?.size === 0) this.children.delete(parent);
  }
}

function fromParent(parent: EntityKey, context: AgentContext): string {
  return `inherited from ${nameOf(context, parent)}, its parent`;
}

/** What a process carries, as far as it flows to another that has to do with it: to who runs what it wrote. */
export function passDanger(from: EntityKey, to: EntityKey, says: () => string, context: AgentContext): void {
  if (from === to) return;
  for (const pheromone of FLOWS)
    for (const [kind, amount] of context.field.bySource(from, pheromone))
      pass(to, says, { kind, weight: amount, deeds: deedsOfKind(from, kind, context) }, [pheromone], context);
}

/** Names of all that was told of this kind, the latest ones. */
function deedsOfKind(entity: EntityKey, kind: string, context: AgentContext): readonly string[] {
  const told = context.evidence(entity).filter((evidence) => evidence.kind === kind);
  return [...new Set(told.flatMap(({ deeds }) => deeds ?? []))].slice(-PROVENANCE.deeds);
}

function pass(
  to: EntityKey,
  says: () => string,
  { kind, weight: amount, deeds = [] }: Pick<Evidence, "kind" | "weight" | "deeds">,
  pheromones: readonly (typeof FLOWS)[number][],
  context: AgentContext,
): void {
  // One kind passes on no more than a quorum would count of it: a fresh program that starts itself over and over
  // does not become more dangerous with each generation.
  const room = pheromones.map((pheromone) => {
    const level = context.field.bySource(to, pheromone).get(kind) ?? 0;
    return QUORUM[pheromone].mostOfAKind * PROVENANCE.passed - level;
  });
  const weight = Math.min(amount * PROVENANCE.passed, ...room);
  if (!(weight >= PROVENANCE.least)) return;
  const numbers = { parentDanger: amount };
  const evidence: Evidence = {
    atMs: context.wallMs,
    agent: INHERITED,
    kind,
    entity: to,
    weight,
    says: says(),
    numbers,
    deeds,
    bundled: true,
  };
  for (const pheromone of pheromones) context.deposit(pheromone, evidence);
}
