import type { Conjunct, Read, Test } from "./compile.ts";
import type { Facts } from "./fields/field.ts";
import type { Rule } from "./rule-set.ts";

/** A rule and what is left to ask of it. */
interface Held {
  readonly rule: Rule;
  readonly rest: readonly Test[];
  readonly order: number;
}

/** Rules that ask the same first: asked only where it holds. */
interface Gate {
  readonly first: Test;
  readonly held: Held[];
}

/** Rules that want a field to be one of some texts: found by its value, not asked. */
interface Lookup {
  readonly read: Read;
  readonly byValue: Map<string, Held[]>;
}

/**
 * The rules for one type of event, so ordered that few are asked: what they say of the type itself is known to hold, most of the others
 * name the programs or files that they are about, and the rest begin with the same words as others.
 */
export class RuleIndex {
  private readonly gates = new Map<Test, Gate>();
  private readonly lookups = new Map<string, Lookup>();

  constructor(rules: readonly Rule[], type: string) {
    for (const [order, rule] of rules.entries())
      if (rule.types === "all" || rule.types.has(type)) this.add(rule, order, type);
  }

  get isEmpty(): boolean {
    return this.gates.size === 0 && this.lookups.size === 0;
  }

  /** In the order of their files. */
  holding(facts: Facts): readonly Rule[] {
    let found: Held[] | undefined;
    for (const { read, byValue } of this.lookups.values()) {
      const value = read(facts);
      const held = value === undefined ? undefined : byValue.get(String(value));
      if (held !== undefined) for (const each of held) if (holds(each, facts)) (found ??= []).push(each);
    }
    for (const { first, held } of this.gates.values()) {
      if (!first(facts)) continue;
      for (const each of held) if (holds(each, facts)) (found ??= []).push(each);
    }
    if (found === undefined) return NONE;
    return found.toSorted((a, b) => a.order - b.order).map(({ rule }) => rule);
  }

  private add(rule: Rule, order: number, type: string): void {
    const open = rule.parts.filter((part) => !saysOnlyType(part, type));
    const named = SELECTIVE.map((field) => open.find(({ among }) => among?.field === field)).find(
      (part) => part !== undefined,
    );
    if (named?.among !== undefined) {
      const rest = open.filter((part) => part !== named).map(({ test }) => test);
      const { field, read, values } = named.among;
      const lookup = this.lookups.get(field) ?? { read, byValue: new Map<string, Held[]>() };
      this.lookups.set(field, lookup);
      for (const value of values) {
        const held = lookup.byValue.get(value) ?? [];
        held.push({ rule, rest, order });
        lookup.byValue.set(value, held);
      }
      return;
    }
    const [first = ALWAYS, ...rest] = open.map(({ test }) => test);
    const gate = this.gates.get(first) ?? { first, held: [] };
    gate.held.push({ rule, rest, order });
    this.gates.set(first, gate);
  }
}

/** Fields whose one value rules out most rules, the best first. */
const SELECTIVE = [
  "fd.name",
  "fd.filename",
  "proc.name",
  "fd.directory",
  "proc.exepath",
  "proc.pname",
  "proc.exe",
  "fs.path.name",
] as const;

function saysOnlyType({ among }: Conjunct, type: string): boolean {
  return (
    among !== undefined && (among.field === "evt.type" || among.field === "syscall.type") && among.values.has(type)
  );
}

function holds({ rest }: Held, facts: Facts): boolean {
  for (const test of rest) if (!test(facts)) return false;
  return true;
}

const NONE: readonly Rule[] = [];
const ALWAYS: Test = () => true;
