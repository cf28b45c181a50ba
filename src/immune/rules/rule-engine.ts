import type { ProcessView } from "../../core/agent.ts";
import { processKey } from "../../core/entity.ts";
import { type SensedEvent } from "../../core/event.ts";
import { EVENT_KINDS, type EventKind } from "../../core/event-kinds.ts";
import { eventTypeOf } from "./fields/event-type.ts";
import type { AccountNames, Facts } from "./fields/field.ts";
import { outputFields, renderOutput } from "./output.ts";
import { RuleIndex } from "./rule-index.ts";
import type { Rule, RuleSet } from "./rule-set.ts";

/** Which of the rules that hold for one event speak: the first in the order of the files, or all. */
export type RuleMatching = "first" | "all";

export interface EngineOptions {
  readonly processes: ProcessView;
  readonly accounts: AccountNames;
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
  private readonly byType = new Map<string, RuleIndex>();
  private readonly rules: readonly Rule[];
  private readonly facts: Facts;
  private readonly turns: RuleSet["turns"];
  private readonly compiler: RuleSet["compiler"];

  constructor(set: RuleSet, options: EngineOptions) {
    this.options = options;
    this.turns = set.turns;
    this.compiler = set.compiler;
    this.rules = set.rules.filter(({ definition }) => definition.enabled);
    const { processes, accounts, hostname } = options;
    const event: SensedEvent = {
      kind: "exit",
      atNs: 0,
      process: { pid: 0, startTicks: 0 },
      comm: "",
      uid: 0,
      cgroupId: 0,
      cpuCgroupId: 0,
      status: 0,
    };
    this.facts = {
      event,
      number: 0,
      turn: 0,
      process: undefined,
      processes,
      wallMs: 0,
      asResolved: false,
      accounts,
      hostname,
      path: undefined,
      pathTurn: -1,
    };
  }

  /** What has to be sensed for these rules. */
  wants(): readonly EventKind[] {
    const wanted = new Set(this.rules.flatMap(({ kinds }) => kinds));
    return EVENT_KINDS.filter((kind) => wanted.has(kind));
  }

  /** The rules that hold, in the order of their files; one, where the first is to decide. */
  match(event: SensedEvent, wallMs: number, processes = this.options.processes): readonly Alert[] {
    const type = eventTypeOf(event);
    const index = this.indexFor(type);
    if (index.isEmpty) return NONE;
    const { facts } = this;
    facts.event = event;
    facts.number++;
    facts.wallMs = wallMs;
    facts.processes = processes;
    facts.process = processes.get(processKey(event.process));
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

  private indexFor(type: string): RuleIndex {
    const known = this.byType.get(type);
    if (known !== undefined) return known;
    const index = new RuleIndex(this.rules, type, this.compiler);
    this.byType.set(type, index);
    return index;
  }
}

const NONE: readonly Alert[] = [];

/** Whether the path as typed leads elsewhere than it says: through a link or a mount. */
export function isElsewhere(event: SensedEvent): boolean {
  return (
    "call" in event &&
    event.fd !== undefined &&
    event.path !== "" &&
    event.fd.path !== "" &&
    event.fd.path !== event.path
  );
}
