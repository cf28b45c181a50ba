import type { ProcessView } from "../../core/agent.ts";
import type { SensedEvent } from "../../core/event.ts";
import { EVENT_KINDS, type EventKind } from "../../core/event-kinds.ts";
import { classOf, WAYS, wayOf } from "./event-class.ts";
import { EventFacts } from "./event-facts.ts";
import { callOf, eventTypeOf } from "./fields/event-type.ts";
import type { AccountNames, ContainerNames, HostNames } from "./fields/field.ts";
import { outputFields, renderOutput } from "./output.ts";
import { RuleIndex } from "./rule-index.ts";
import type { Rule, RuleSet } from "./rule-set.ts";

/** Which of the rules that hold for one event speak: the first in the order of the files, or all. */
export type RuleMatching = "first" | "all";

export interface EngineOptions {
  readonly processes: ProcessView;
  readonly accounts: AccountNames;
  /** Nothing is known of any without it. */
  readonly containers?: ContainerNames;
  /** No name leads anywhere without it. */
  readonly hosts?: HostNames;
  readonly hostname: string;
  readonly matching: RuleMatching;
}

/** A rule that held for an event. */
export interface Alert {
  readonly rule: Rule;
  /** The text for people, printable. */
  readonly text: string;
  /** Falco's output_fields. */
  readonly fields: Readonly<Record<string, string | number | boolean | null>>;
}

/** Asks rules about events. Rules are indexed by the type of event, so that most are never asked. */
export class RuleEngine {
  private readonly options: EngineOptions;
  private readonly byType = new Map<string, (RuleIndex | undefined)[]>();
  private readonly rules: readonly Rule[];
  private readonly facts: EventFacts;
  private readonly turns: RuleSet["turns"];
  private readonly compiler: RuleSet["compiler"];

  constructor(set: RuleSet, options: EngineOptions) {
    this.options = options;
    this.turns = set.turns;
    this.compiler = set.compiler;
    this.rules = set.rules.filter(({ definition }) => definition.enabled);
    this.facts = new EventFacts(options);
  }

  /** What has to be sensed for these rules. */
  wants(): readonly EventKind[] {
    const wanted = new Set(this.rules.flatMap(({ kinds }) => kinds));
    return EVENT_KINDS.filter((kind) => wanted.has(kind));
  }

  /** The rules that hold, in the order of their files; one, where the first is to decide. */
  match(event: SensedEvent, wallMs: number, processes = this.options.processes): readonly Alert[] {
    const index = this.indexFor(event);
    if (index.isEmpty) return NONE;
    const { facts } = this;
    facts.event = event;
    facts.number++;
    facts.wallMs = wallMs;
    facts.processes = processes;
    const found = this.ask(index, false, NONE);
    // Once more by the kernel's own path, where a link or a mount made the typed one another.
    if (!isElsewhere(event) || (found.length > 0 && this.options.matching === "first")) return found;
    return this.ask(index, true, found);
  }

  private ask(index: RuleIndex, asResolved: boolean, before: readonly Alert[]): readonly Alert[] {
    const { facts } = this;
    facts.asResolved = asResolved;
    facts.turn = ++this.turns.last;
    const found = index.holding(facts);
    if (found.length === 0) return before;
    const fresh = found.filter((rule) => !before.some((alert) => alert.rule === rule));
    const spoken = this.options.matching === "first" ? fresh.slice(0, 1) : fresh;
    return [...before, ...spoken.map((rule) => this.alert(rule))];
  }

  private alert(rule: Rule): Alert {
    return { rule, text: renderOutput(rule.output, this.facts), fields: outputFields(rule.output, this.facts) };
  }

  private indexFor(event: SensedEvent): RuleIndex {
    const type = eventTypeOf(event);
    let ways = this.byType.get(type);
    if (ways === undefined) {
      ways = Array.from({ length: WAYS }, () => undefined);
      this.byType.set(type, ways);
    }
    const way = wayOf(event);
    return (ways[way] ??= new RuleIndex(this.rules, classOf(event), this.compiler));
  }
}

const NONE: readonly Alert[] = [];

/** Whether the path as typed leads elsewhere than it says: through a link or a mount. */
export function isElsewhere(event: SensedEvent): boolean {
  const call = callOf(event);
  if (call?.fd === undefined || call.path === "" || call.fd.path === "") return false;
  return call.fd.path !== call.path;
}
