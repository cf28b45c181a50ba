import type { AgentContext } from "../../core/agent.ts";
import { type EntityKey, processKey, type ProcessRef } from "../../core/entity.ts";
import type { PluginFact, PluginHost } from "../../core/plugin.ts";
import { printable } from "../../core/printable.ts";
import type { Testimony } from "../../immune/evidence/testimony.ts";

/** Of one fact. */
const MAX = { says: 300, what: 4, numbers: 16, techniques: 8 } as const;

/** The agent's context, narrowed to looking and to telling facts under the plugin's own name. */
export function pluginHost(name: string, testimony: Testimony, context: AgentContext): PluginHost {
  return {
    get nowMs() {
      return context.nowMs;
    },
    get wallMs() {
      return context.wallMs;
    },
    process: (of) => context.processes.get(keyOf(of)),
    lineage: (of) => context.processes.lineage(keyOf(of)),
    danger: (of) => context.field.concentration(keyOf(of), "danger"),
    tell: (fact) => tell(name, testimony, fact, context),
  };
}

function tell(name: string, testimony: Testimony, fact: PluginFact, context: AgentContext): void {
  const entity = keyOf(fact.about);
  if (testimony.isLoud(entity, context.nowMs)) return;
  const weight = Math.min(1, Number(fact.weight));
  if (!(weight > 0)) return;
  const says = printable(String(fact.says), MAX.says);
  const techniques = (fact.techniques ?? []).filter((each) => /^TA?\d{4}(?:\.\d{3})?$/.test(each));
  const what = (fact.what ?? [says]).slice(0, MAX.what).map((each) => printable(String(each)));
  const told = { agent: name, kind: name, entity, weight, says, numbers: numbersOf(fact) };
  testimony.tell(what, { ...told, techniques: techniques.slice(0, MAX.techniques) }, context);
}

function numbersOf({ numbers = {} }: PluginFact): Record<string, number> {
  const finite = Object.entries(numbers).filter(([, value]) => Number.isFinite(value));
  return Object.fromEntries(finite.slice(0, MAX.numbers).map(([key, value]) => [printable(key, 32), value]));
}

function keyOf(of: ProcessRef | EntityKey): EntityKey {
  return typeof of === "string" ? of : processKey(of);
}
