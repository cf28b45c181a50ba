import type { Agent, AgentContext, PheromoneName, ProcessView } from "../core/agent.ts";
import { type EntityKey, processKey } from "../core/entity.ts";
import type { EventKind } from "../core/event-kinds.ts";
import type { SensedEvent } from "../core/event.ts";
import { printable } from "../core/printable.ts";
import type { Priority } from "./rules/definitions.ts";
import type { AccountNames } from "./rules/fields/field.ts";
import { type Alert, RuleEngine, type RuleMatching } from "./rules/rule-engine.ts";
import type { RuleSet } from "./rules/rule-set.ts";
import { Testimony } from "./testimony.ts";

/**
 * What a rule's word weighs as evidence. A rule names one step that is often innocent, so below CRITICAL it needs another kind of
 * evidence beside it; who writes CRITICAL says that it needs none (docs/architecture.md).
 */
export const RULE_WEIGHT: Readonly<Record<Priority, number>> = {
  EMERGENCY: 1,
  ALERT: 1,
  CRITICAL: 1,
  ERROR: 0.9,
  WARNING: 0.7,
  NOTICE: 0.4,
  INFORMATIONAL: 0.1,
  DEBUG: 0.05,
};

/** Evidence of this kind is enough on its own. */
export const DECISIVE = "rule.critical";
const DECISIVE_PRIORITIES: readonly Priority[] = ["EMERGENCY", "ALERT", "CRITICAL"];

const MAX_SAYS = 600;

export interface AntibodyOptions {
  readonly accounts: AccountNames;
  readonly hostname: string;
  readonly matching: RuleMatching;
}

/** Rules in Falco's format as one kind of evidence among others. */
export class AntibodyAgent implements Agent {
  readonly name = "rules";
  readonly colony = "immune";
  readonly says =
    "notices what detection rules in Falco's format describe; a rule alone is an incident only from CRITICAL on";
  readonly feels = ["danger"] as const;
  /** How often each rule spoke since the start. */
  readonly counts = new Map<string, number>();
  private readonly options: AntibodyOptions;
  private readonly testimony = new Testimony();
  private rules: RuleSet | undefined;
  private engine: RuleEngine | undefined;

  constructor(rules: RuleSet | undefined, options: AntibodyOptions) {
    this.options = options;
    this.rules = rules;
  }

  get wants(): readonly EventKind[] {
    if (this.rules === undefined) return [];
    return this.engine?.wants() ?? engineOf(this.rules, NOBODY, this.options).wants();
  }

  /** Other rules from now on; what was noticed before stays. */
  use(rules: RuleSet | undefined): void {
    this.rules = rules;
    this.engine = undefined;
  }

  onEvent(event: SensedEvent, context: AgentContext): void {
    if (this.rules === undefined) return;
    this.engine ??= engineOf(this.rules, context.processes, this.options);
    const alerts = this.engine.match(event, context.wallMs);
    if (alerts.length === 0) return;
    const entity = processKey(event.process);
    for (const alert of alerts) this.tell(alert, entity, event, context);
  }

  onSignal(entity: EntityKey, _pheromone: PheromoneName, context: AgentContext): void {
    this.testimony.onDanger(entity, context);
  }

  private tell({ rule, text }: Alert, entity: EntityKey, event: SensedEvent, context: AgentContext): void {
    const { name, priority, tags } = rule.definition;
    this.counts.set(name, (this.counts.get(name) ?? 0) + 1);
    if (this.testimony.isLoud(entity, context.nowMs)) return;
    const techniques = tags.filter((tag) => /^T[A]?\d{4}/.test(tag)).join(", ");
    const fact = {
      agent: this.name,
      kind: DECISIVE_PRIORITIES.includes(priority) ? DECISIVE : "rule",
      entity,
      weight: RULE_WEIGHT[priority],
      says: `${printable(name, 120)} (${priority}${techniques === "" ? "" : `, ${techniques}`}): ${printable(text, MAX_SAYS)}`,
      numbers: { repeats: "repeats" in event ? event.repeats : 0 },
    };
    this.testimony.tell([name], fact, context);
  }
}

const NOBODY: ProcessView = { get: () => undefined, lineage: () => [] };

function engineOf(rules: RuleSet, processes: ProcessView, options: AntibodyOptions): RuleEngine {
  return new RuleEngine(rules, { ...options, processes });
}
