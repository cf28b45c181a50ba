import type { Agent, AgentContext, ProcessView } from "../../core/agent.ts";
import { type EntityKey, processKey } from "../../core/entity.ts";
import type { EventKind } from "../../core/event-kinds.ts";
import type { SensedEvent } from "../../core/event.ts";
import { printable } from "../../core/printable.ts";
import type { Priority } from "../rules/definitions.ts";
import { deedOfStart, deedsOf } from "./deeds.ts";
import { fileActOf } from "./files/file-act.ts";
import { SETTINGS_DEEDS } from "../novelty/habitual-files.ts";
import { DECISIVE } from "../quorum/quorum-rule.ts";
import { FileWitness } from "./witness.ts";

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

const DECISIVE_PRIORITIES: readonly Priority[] = ["EMERGENCY", "ALERT", "CRITICAL"];

/** Of what is said of a file that this program writes every day in its place (habitual-files.ts): with two other kinds it still counts. */
const USUAL = 0.2;

/** Of a rule's own text: what it is about stands first, and who did it is told with the incident anyway. */
const MAX_SAYS = 160;

/** A tag that numbers a technique or, `TA`, a tactic. */
const TECHNIQUE = /^TA?\d{4}(?:\.\d{3})?$/;
/** As the wire takes of one piece of evidence. */
const MAX_TECHNIQUES = 8;

/** What a rule said of an event. */
export interface RuleWord {
  readonly rule: string;
  readonly priority: Priority;
  readonly tags: readonly string[];
  /** Printable. */
  readonly text: string;
}

/** Rules that were read; the reader itself is loaded only where there are any. */
export interface RuleReader {
  readonly wants: readonly EventKind[];
  read(event: SensedEvent, wallMs: number, processes: ProcessView): readonly RuleWord[];
}

/** Rules in Falco's format as one kind of evidence among others. */
export class AntibodyAgent extends FileWitness implements Agent {
  readonly name = "rules";
  readonly colony = "immune";
  readonly says =
    "notices what detection rules in Falco's format describe; a rule alone is an incident only from CRITICAL on";
  /** How often each rule spoke since the start. */
  readonly counts = new Map<string, number>();
  private rules: RuleReader | undefined;

  get wants(): readonly EventKind[] {
    return this.rules?.wants ?? [];
  }

  get inForce(): RuleReader | undefined {
    return this.rules;
  }

  /** Other rules from now on; what was noticed before stays. */
  use(rules: RuleReader | undefined): void {
    this.rules = rules;
  }

  onEvent(event: SensedEvent, context: AgentContext): void {
    const words = this.rules?.read(event, context.wallMs, context.processes);
    if (words === undefined || words.length === 0) return;
    const entity = processKey(event.process);
    for (const word of words) this.tell(word, entity, event, context);
  }

  /** Of changes of files alone, by rule and file. */
  private isUsual(rule: string, entity: EntityKey, event: SensedEvent, context: AgentContext): boolean {
    const act = fileActOf(event, context);
    if (act === undefined || act.act === "read" || act.by !== entity) return false;
    return this.habits.isUsual(entity, `${rule}\n${act.path}`, ["rule", "persistence"], context, SETTINGS_DEEDS);
  }

  private tell(
    { rule, priority, tags, text }: RuleWord,
    entity: EntityKey,
    event: SensedEvent,
    context: AgentContext,
  ): void {
    this.counts.set(rule, (this.counts.get(rule) ?? 0) + 1);
    if (this.testimony.isLoud(entity, context.nowMs)) return;
    const techniques = tags.filter((tag) => TECHNIQUE.test(tag)).slice(0, MAX_TECHNIQUES);
    const isDecisive = DECISIVE_PRIORITIES.includes(priority);
    const isUsual = !isDecisive && this.isUsual(rule, entity, event, context);
    const fact = {
      agent: this.name,
      kind: isDecisive ? DECISIVE : "rule",
      entity,
      weight: RULE_WEIGHT[priority] * (isUsual ? USUAL : 1),
      says: `${printable(rule, 120)} (${priority}${["", ...techniques].join(", ")}): ${printable(text, MAX_SAYS)}`,
      numbers: { repeats: "repeats" in event ? event.repeats : 0 },
      techniques,
      // Who starts what, or what it is: which of the two a rule goes by is not known.
      ...(event.kind === "exec" && {
        deeds: [...deedsOf({ kind: "rule", entity }, context), deedOfStart(event)],
        bundled: true,
      }),
    };
    this.testimony.tell([rule], fact, context);
  }
}
