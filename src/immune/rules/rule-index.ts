import { ClueTable } from "./clue-table.ts";
import type { Compiler, Test } from "./compile.ts";
import { orderedByCost } from "./cost.ts";
import { type Demand, Demands } from "./demand.ts";
import { decidedByClass, type EventClass } from "./event-class.ts";
import type { Facts } from "./fields/field.ts";
import { fold, type Folded } from "./fold.ts";
import { byPath } from "./path-demand.ts";
import type { Resolved, ResolvedCheck, ResolvedOperand } from "./resolved.ts";
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

/**
 * The rules for one class of events, so ordered that few are asked: what they say of the class is decided, most of the others
 * are found by the one value that they demand of a program's or a file's name, and the rest begin with the same words as others.
 */
export class RuleIndex {
  private readonly gates: Gate[] = [];
  private readonly tables: ClueTable<Held>[] = [];
  private readonly tableOf = new Map<string, ClueTable<Held>>();
  private readonly compiler: Compiler;
  private readonly demands: Demands;

  constructor(rules: readonly Rule[], of: EventClass, compiler: Compiler) {
    const { type } = of;
    this.compiler = compiler;
    const nameOfFile = compiler.reader(NAME_OF_FILE, { wrong: [], uses: new Map() });
    const placed = (demand: Demand): Demand => byPath(demand, type, nameOfFile);
    this.demands = new Demands((check) => compiler.constantCheck(check), placed);
    const known = new Map<Resolved, Folded>();
    const decide = (check: ResolvedCheck): boolean | undefined => decidedByClass(check, of, compiler);
    for (const [order, rule] of rules.entries()) {
      if (rule.types !== "all" && !rule.types.has(type)) continue;
      const condition = fold(rule.condition, decide, known);
      if (condition !== false) this.add(rule, order, condition === true ? [] : conjuncts(condition));
    }
  }

  get isEmpty(): boolean {
    return this.gates.length === 0 && this.tables.length === 0;
  }

  /** In the order of their files. */
  holding(facts: Facts): readonly Rule[] {
    let found: Held[] | undefined;
    for (const table of this.tables)
      for (const each of table.at(facts))
        if (found?.includes(each) !== true && holds(each, facts)) (found ??= []).push(each);
    for (const { first, held } of this.gates) {
      if (!first(facts)) continue;
      for (const each of held) if (holds(each, facts)) (found ??= []).push(each);
    }
    if (found === undefined) return NONE;
    return found.toSorted((a, b) => a.order - b.order).map(({ rule }) => rule);
  }

  private add(rule: Rule, order: number, parts: readonly Resolved[]): void {
    const demands = parts.length === 0 ? undefined : this.demands.of({ kind: "and", parts });
    if (demands !== undefined && demands.every(({ rank }) => rank < MAX_RANK))
      return this.addToTables(rule, order, parts, demands);
    const [first = ALWAYS, ...rest] = orderedByCost(parts).map((part) => this.compiler.test(part));
    const held = { rule, rest, order };
    const gate = this.gates.find((each) => each.first === first);
    if (gate === undefined) this.gates.push({ first, held: [held] });
    else gate.held.push(held);
  }

  private addToTables(rule: Rule, order: number, parts: readonly Resolved[], demands: readonly Demand[]): void {
    const open = parts.filter((part) => !this.isAnswered(part, demands));
    const held = { rule, rest: orderedByCost(open).map((part) => this.compiler.test(part)), order };
    for (const { field, read, meets, clues } of demands) {
      const known = this.tableOf.get(field);
      const table = known ?? new ClueTable<Held>(read);
      if (known === undefined) {
        this.tableOf.set(field, table);
        this.tables.push(table);
      }
      table.add(meets, clues, held);
    }
  }

  /** Whether being found in the table says already that it holds. */
  private isAnswered(part: Resolved, demands: readonly Demand[]): boolean {
    const own = this.demands.of(part);
    const [only] = own ?? [];
    return demands.length === 1 && own?.length === 1 && only?.isWhole === true && only.field === demands[0]?.field;
  }
}

const NAME_OF_FILE = {
  kind: "field",
  name: "fd.name",
  span: { source: { file: "", text: "" }, start: 0, end: 0 },
} as const satisfies ResolvedOperand;

/** Worse than this is met by most values. */
const MAX_RANK = 500;

/** All of these have to hold. */
function conjuncts(resolved: Resolved): readonly Resolved[] {
  return resolved.kind === "and" ? resolved.parts.flatMap(conjuncts) : [resolved];
}

function holds({ rest }: Held, facts: Facts): boolean {
  for (const test of rest) if (!test(facts)) return false;
  return true;
}

const NONE: readonly Rule[] = [];
const ALWAYS: Test = () => true;
