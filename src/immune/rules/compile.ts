import type { Remark, Span } from "../../core/config-positions.ts";
import { nearest } from "../../core/nearest.ts";
import { type Comparison, withConstant, withList } from "./compare.ts";
import type { Facts, FieldType, FieldValue } from "./fields/field.ts";
import { generationOf } from "./fields/field.ts";
import { FIELDS, fieldNamed, type FieldUse } from "./fields/fields.ts";
import type { ModifierName, OperatorName } from "./language/operators.ts";
import { OPERATORS } from "./language/operators.ts";
import type { Resolved, ResolvedCheck, ResolvedConstant, ResolvedOperand } from "./resolved.ts";
import { TRANSFORM } from "./transform.ts";

export type Test = (facts: Facts) => boolean;
export type Read = (facts: Facts) => FieldValue;

/** One of the things that all have to hold. */
export interface Conjunct {
  readonly test: Test;
  /** Where it says that a text field is one of some values: by these a rule is found instead of asked. */
  readonly among?: { readonly field: string; readonly read: Read; readonly values: ReadonlySet<string> };
}

/** What compiling found, beside the test. */
export interface Findings {
  readonly wrong: Remark[];
  /** Every field that was compiled, once. */
  readonly uses: Map<string, FieldUse & { readonly span: Span }>;
}

/** Told of one condition. */
const MAX_MISTAKES = 100;

interface Operand {
  readonly read: Read;
  readonly type: FieldType;
  /** Two operands with the same name read the same. */
  readonly name: string;
}

/**
 * Makes conditions of all rules into functions. What is written twice, in a macro or in two rules, is one function, and
 * is asked once for an event: fields are read on demand, and both values and answers are kept until the facts change.
 */
export class Compiler {
  private readonly fields = new Map<string, Read>();
  private readonly checks = new Map<string, Test>();
  /** Macros are shared as objects: each is compiled once, with what was found in it. */
  private readonly groups = new Map<Resolved, { readonly test: Test; readonly found: Findings }>();

  /** What all have to hold, in the order in which they are written; undefined where something is wrong, which stands in the findings. */
  compile(resolved: Resolved, findings: Findings): readonly Conjunct[] | undefined {
    const before = findings.wrong.length;
    const parts = conjuncts(resolved).map((part) => this.conjunct(part, findings));
    return findings.wrong.length > before ? undefined : parts;
  }

  /** A macro on its own: only for what is wrong with it. */
  check(resolved: Resolved, findings: Findings): void {
    this.condition(resolved, findings);
  }

  private conjunct(part: Resolved, findings: Findings): Conjunct {
    const test = this.condition(part, findings);
    const among = part.kind === "check" ? valuesOf(part) : undefined;
    if (part.kind !== "check" || among === undefined) return { test };
    const { read, type, name } = this.operand(part.left, findings);
    return type === "text" && !name.includes("(") && !isOfMany(name)
      ? { test, among: { field: name, read, values: among } }
      : { test };
  }

  /** A value apart from any condition. */
  reader(operand: ResolvedOperand, findings: Findings): Read {
    return this.operand(operand, findings).read;
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
        ? this.negation(resolved.part, found)
        : remembered(this.group(resolved.kind, resolved.parts, found));
    // Of a mistake that macros double again and again, some are enough.
    found.wrong.splice(MAX_MISTAKES);
    const group = { test, found };
    this.groups.set(resolved, group);
    return group;
  }

  private negation(part: Resolved, findings: Findings): Test {
    const test = this.condition(part, findings);
    return (facts) => !test(facts);
  }

  private group(kind: "and" | "or", parts: readonly Resolved[], findings: Findings): Test {
    const tests = parts.map((part) => this.condition(part, findings));
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
    const left = this.operand(check.left, findings);
    const right = this.rightName(check);
    const name = `${left.name}\u0000${check.operator}\u0000${check.modifier ?? ""}\u0000${right}`;
    const known = this.checks.get(name);
    if (known !== undefined) return known;
    const test = this.newCheck(check, left, findings);
    if (test === undefined) return () => false;
    const kept = remembered(test);
    this.checks.set(name, kept);
    return kept;
  }

  private rightName({ right }: ResolvedCheck): string {
    if (right.kind === "nothing") return "";
    if (right.kind === "value") return `v${right.text}`;
    if (right.kind === "list") return `l${right.texts.join("\u0001")}`;
    return `f${operandName(right)}`;
  }

  private newCheck(check: ResolvedCheck, left: Operand, findings: Findings): Test | undefined {
    const { operator, right, modifier, span } = check;
    if (operator === "exists") return (facts) => left.read(facts) !== undefined;
    if (right.kind === "field" || right.kind === "transformed")
      return this.againstField(left, operator, this.operand(right, findings));
    const texts = right.kind === "list" ? right.texts : right.kind === "value" ? [right.text] : [];
    if (modifier !== undefined) return this.modified(left, operator, modifier, texts, span, findings);
    const comparison =
      OPERATORS[operator].takes === "list"
        ? withList(left.type, operator, texts)
        : withConstant(left.type, operator, texts[0] ?? "");
    if (!comparison.ok) {
      findings.wrong.push({ span, says: comparison.says });
      return undefined;
    }
    return against(left.read, comparison.value);
  }

  private modified(
    left: Operand,
    operator: OperatorName,
    modifier: ModifierName,
    texts: readonly string[],
    span: Span,
    findings: Findings,
  ): Test | undefined {
    const tests: Comparison[] = [];
    for (const text of texts) {
      const comparison = withConstant(left.type, operator, text);
      if (!comparison.ok) {
        findings.wrong.push({ span, says: comparison.says });
        return undefined;
      }
      tests.push(comparison.value);
    }
    const wanted = HOLDS[modifier];
    return against(left.read, (value) => wanted(tests.filter((test) => test(value)).length, tests.length));
  }

  /** Both sides change from event to event, so the comparison is made anew each time. */
  private againstField(left: Operand, operator: OperatorName, right: Operand): Test {
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

  private operand(operand: ResolvedOperand, findings: Findings): Operand {
    const name = operandName(operand);
    if (operand.kind === "field") return this.field(operand.name, operand.argument, operand.span, findings, name);
    const parts = operand.operands.map((part): Operand =>
      part.kind === "constant" ? constantOperand(part) : this.operand(part, findings),
    );
    const change = TRANSFORM[operand.by];
    const reads = parts.map(({ read }) => read);
    const argument = operand.argument;
    const type = transformedType(operand.by, parts[0]?.type ?? "text", argument);
    return {
      read: this.kept(name, (facts) =>
        change(
          reads.map((read) => read(facts)),
          argument,
        ),
      ),
      type,
      name,
    };
  }

  private field(name: string, argument: string | undefined, span: Span, findings: Findings, key: string): Operand {
    const use = fieldNamed(name, argument);
    const wrong = use === undefined ? unknownField(name) : argumentFault(use, argument);
    if (use === undefined || wrong !== undefined) {
      findings.wrong.push({ span, says: wrong ?? "" });
      return { read: () => undefined, type: "text", name: key };
    }
    if (!findings.uses.has(key)) findings.uses.set(key, { ...use, span });
    const { get, type } = use.spec;
    const read = this.kept(key, get === undefined ? () => undefined : (facts) => get(facts, use.argument));
    return { read, type, name: key };
  }

  private kept(name: string, read: Read): Read {
    const known = this.fields.get(name);
    if (known !== undefined) return known;
    let turn = -1;
    let value: FieldValue;
    const kept: Read = (facts) => {
      if (turn !== facts.turn) {
        turn = facts.turn;
        value = read(facts);
      }
      return value;
    };
    this.fields.set(name, kept);
    return kept;
  }
}

function conjuncts(resolved: Resolved): readonly Resolved[] {
  return resolved.kind === "and" ? resolved.parts.flatMap(conjuncts) : [resolved];
}

/** The texts of which a field has to be one. */
function valuesOf({ operator, right, modifier }: ResolvedCheck): ReadonlySet<string> | undefined {
  if (modifier !== undefined) return undefined;
  if ((operator === "=" || operator === "==") && right.kind === "value") return new Set([right.text]);
  return operator === "in" && right.kind === "list" ? new Set(right.texts) : undefined;
}

/** Without a number, such a field has many values. */
function isOfMany(name: string): boolean {
  return FIELDS[name]?.bare === true;
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

function operandName(operand: ResolvedOperand | ResolvedConstant): string {
  if (operand.kind === "constant") return JSON.stringify(operand.text);
  const argument = operand.argument === undefined ? "" : `[${operand.argument}]`;
  if (operand.kind === "field") return `${operand.name}${argument}`;
  return `${operand.by}(${operand.operands.map(operandName).join(",")})${argument}`;
}

function constantOperand({ text }: ResolvedConstant): Operand {
  return { read: () => text, type: "text", name: JSON.stringify(text) };
}

function transformedType(by: string, inner: FieldType, argument: string | undefined): FieldType {
  if (by === "val") return inner;
  if (by === "len") return "number";
  if (by === "getopt") return argument === undefined ? "list" : "text";
  return inner === "list" ? "list" : "text";
}

function unknownField(name: string): string {
  const meant = nearest(name, Object.keys(FIELDS));
  return `there is no field \`${name}\`${meant === undefined ? "; `swarms rules fields` lists them" : `: did you mean \`${meant}\`?`}`;
}

function argumentFault({ name, spec, argument }: FieldUse, given: string | undefined): string | undefined {
  if (spec.argument === undefined) return given === undefined ? undefined : `\`${name}\` takes nothing in brackets`;
  if (argument === "")
    return spec.bare === true
      ? undefined
      : `\`${name}\` needs something in brackets, such as ${name}[${spec.argument === "index" ? "1" : "name"}]`;
  if (spec.argument === "index" && generationOf(argument) === undefined)
    return `\`${name}\` takes the number of an ancestor, 0 being the process itself, not \`${argument}\``;
  return undefined;
}
