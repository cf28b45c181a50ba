import { type Comparison, type Made, withConstant, withList } from "./compare.ts";
import { checkCost, orderedByCost } from "./cost.ts";
import type { Facts, FieldValue } from "./fields/field.ts";
import type { ModifierName } from "./language/operators.ts";
import { hostCheck } from "./host-names.ts";
import { OPERATORS } from "./language/operators.ts";
import { type Findings, type Operand, operandName, Operands, type Read } from "./operands.ts";
import type { Resolved, ResolvedCheck, ResolvedOperand } from "./resolved.ts";

export type Test = (facts: Facts) => boolean;

/** A comparison of one operand with constants: its answer depends on nothing but the operand's value. */
export interface Check {
  readonly left: Operand;
  readonly meets: Comparison;
}

/** Told of one condition. */
const MAX_MISTAKES = 100;

/**
 * Makes conditions of all rules into functions. What is written twice, in a macro or in two rules, is one function, and
 * is asked once for an event: fields are read on demand, and both values and answers are kept until the facts change.
 */
export class Compiler {
  private readonly operands = new Operands();
  private readonly checks = new Map<string, Test>();
  /** Macros are shared as objects: each is compiled once, with what was found in it. */
  private readonly groups = new Map<Resolved, { readonly test: Test; readonly found: Findings }>();

  /** False where something is wrong, which stands in the findings. */
  compile(resolved: Resolved, findings: Findings): boolean {
    const before = findings.wrong.length;
    this.condition(resolved, findings);
    return findings.wrong.length === before;
  }

  /** A condition in which nothing is wrong. */
  test(resolved: Resolved): Test {
    return this.condition(resolved, { wrong: [], uses: new Map() });
  }

  /** A value apart from any condition. */
  reader(operand: ResolvedOperand, findings: Findings): Read {
    return this.operands.of(operand, findings).read;
  }

  /** Undefined where it compares with what changes from event to event, or is wrong. */
  constantCheck(check: ResolvedCheck): Check | undefined {
    const left = this.operands.of(check.left, { wrong: [], uses: new Map() });
    if (check.operator === "exists") return { left, meets: () => true };
    const made = comparisonOf(check, left);
    return made?.ok === true ? { left, meets: made.value } : undefined;
  }

  private condition(resolved: Resolved, findings: Findings): Test {
    if (resolved.kind === "check") return this.comparison(resolved, findings);
    const { test, found } = this.groups.get(resolved) ?? this.newGroup(resolved);
    findings.wrong.push(...found.wrong);
    for (const [name, use] of found.uses) if (!findings.uses.has(name)) findings.uses.set(name, use);
    return test;
  }

  private newGroup(resolved: Exclude<Resolved, ResolvedCheck>): { readonly test: Test; readonly found: Findings } {
    const found: Findings = { wrong: [], uses: new Map() };
    const test =
      resolved.kind === "not"
        ? negation(this.condition(resolved.part, found))
        : remembered(this.group(resolved.kind, resolved.parts, found));
    // Of a mistake that macros double again and again, some are enough.
    found.wrong.splice(MAX_MISTAKES);
    const group = { test, found };
    this.groups.set(resolved, group);
    return group;
  }

  private group(kind: "and" | "or", parts: readonly Resolved[], findings: Findings): Test {
    const tests = orderedByCost(parts).map((part) => this.condition(part, findings));
    const [first, second] = tests;
    if (tests.length === 2 && first !== undefined && second !== undefined)
      return kind === "and" ? (facts) => first(facts) && second(facts) : (facts) => first(facts) || second(facts);
    if (kind === "and")
      return (facts) => {
        for (const test of tests) if (!test(facts)) return false;
        return true;
      };
    return (facts) => {
      for (const test of tests) if (test(facts)) return true;
      return false;
    };
  }

  private comparison(check: ResolvedCheck, findings: Findings): Test {
    const left = this.operands.of(check.left, findings);
    const name = `${left.name}\u0000${check.operator}\u0000${check.modifier ?? ""}\u0000${rightName(check)}`;
    const known = this.checks.get(name);
    if (known !== undefined) return known;
    const test = this.newCheck(check, left, findings);
    if (test === undefined) return () => false;
    const kept = checkCost(check) < WORTH_KEEPING ? test : remembered(test);
    this.checks.set(name, kept);
    return kept;
  }

  private newCheck(check: ResolvedCheck, left: Operand, findings: Findings): Test | undefined {
    const { operator, right, span } = check;
    if (left.type === "host" && operator === "exists") return (facts) => hasName(left.read(facts));
    if (operator === "exists") return (facts) => left.read(facts) !== undefined;
    if (hostCheck(check)?.isVoid === true) return () => false;
    if (right.kind === "field" || right.kind === "transformed")
      return againstField(left, check, this.operands.of(right, findings));
    const comparison = comparisonOf(check, left);
    if (comparison?.ok === true) return against(left.read, comparison.value);
    findings.wrong.push({ span, says: comparison?.says ?? "" });
    return undefined;
  }
}

/** An address of which no name is known has an empty list of them. */
function hasName(value: FieldValue): boolean {
  return value !== undefined && (!Array.isArray(value) || value.length > 0);
}

/** A comparison cheaper than this is made anew rather than remembered (units of cost.ts). */
const WORTH_KEEPING = 3;

/** Undefined where the right side is no constant. */
function comparisonOf({ operator, modifier, right }: ResolvedCheck, { type }: Operand): Made | undefined {
  if (right.kind !== "list" && right.kind !== "value") return undefined;
  const texts = right.kind === "list" ? right.texts : [right.text];
  if (modifier === undefined)
    return OPERATORS[operator].takes === "list"
      ? withList(type, operator, texts)
      : withConstant(type, operator, texts[0] ?? "");
  const tests: Comparison[] = [];
  for (const text of texts) {
    const comparison = withConstant(type, operator, text);
    if (!comparison.ok) return comparison;
    tests.push(comparison.value);
  }
  const wanted = HOLDS[modifier];
  return { ok: true, value: (value) => wanted(tests.filter((test) => test(value)).length, tests.length) };
}

/** Both sides change from event to event, so the comparison is made anew each time. */
function againstField(left: Operand, { operator }: ResolvedCheck, right: Operand): Test {
  const isList = OPERATORS[operator].takes === "list";
  return (facts) => {
    const [value, other] = [left.read(facts), right.read(facts)];
    if (value === undefined || other === undefined) return false;
    const texts = Array.isArray(other) ? (other as readonly string[]) : [String(other)];
    const comparison = isList
      ? withList(left.type, operator, texts)
      : withConstant(left.type, operator, texts[0] ?? "");
    return comparison.ok && comparison.value(value);
  };
}

function rightName({ right }: ResolvedCheck): string {
  if (right.kind === "nothing") return "";
  if (right.kind === "value") return `v${right.text}`;
  if (right.kind === "list") return `l${right.texts.join("\u0001")}`;
  return `f${operandName(right)}`;
}

const HOLDS: Readonly<Record<ModifierName, (held: number, of: number) => boolean>> = {
  oneof: (held) => held === 1,
  anyof: (held) => held > 0,
  allof: (held, of) => held === of,
};

function against(read: Read, comparison: Comparison): Test {
  return (facts) => {
    const value = read(facts);
    return value !== undefined && comparison(value);
  };
}

function negation(test: Test): Test {
  return (facts) => !test(facts);
}

function remembered(test: Test): Test {
  let turn = -1;
  let answer = false;
  return (facts) => {
    if (turn !== facts.turn) {
      answer = test(facts);
      turn = facts.turn;
    }
    return answer;
  };
}
