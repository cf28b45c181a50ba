import { parseYaml } from "../../core/config-load-yaml.ts";
import type { Remark, Source, Span } from "../../core/config-positions.ts";
import type { EventKind } from "../../core/event-kinds.ts";
import { Compiler } from "./compile.ts";
import type { MacroDefinition, RuleDefinition } from "./definitions.ts";
import { type EventTypes, eventTypes } from "./event-types.ts";
import type { FieldUse } from "./fields/fields.ts";
import { compileOutput, type Output } from "./output.ts";
import type { Findings } from "./operands.ts";
import { Resolver } from "./resolve.ts";
import type { Resolved } from "./resolved.ts";
import { RuleBook } from "./rule-book.ts";

/** What this host can sense: the kinds of event behind a name of evt.type; none where it cannot. */
export type KindsOfType = (type: string) => readonly EventKind[];

export interface Rule {
  readonly definition: RuleDefinition;
  readonly condition: Resolved;
  readonly types: EventTypes;
  /** Kinds of event that it has to see. */
  readonly kinds: readonly EventKind[];
  readonly output: Output;
  readonly uses: readonly FieldUse[];
}

export interface RuleSet {
  readonly rules: readonly Rule[];
  /** Numbers the turns in which these rules were asked: their functions remember answers by it, whoever asks. */
  readonly turns: { last: number };
  /** What conditions become functions with. */
  readonly compiler: Compiler;
  readonly book: RuleBook;
}

export interface Loaded {
  /** Undefined where anything is wrong: rules are used as a whole or not at all. */
  readonly set: RuleSet | undefined;
  readonly wrong: readonly Remark[];
  /** Rules that will see less than they ask for, and what is surely not meant. */
  readonly warnings: readonly Remark[];
}

/** Reads rule files in their order. No text, however wrong, makes it throw. */
export function loadRules(sources: readonly Source[], kindsOf: KindsOfType): Loaded {
  const loading = loadInSteps(sources, kindsOf);
  for (;;) {
    const step = loading.next();
    if (step.done === true) return step.value;
  }
}

/** The same with pauses between files and rules, each some milliseconds of work: for who has to answer others meanwhile. */
export function* loadInSteps(
  sources: readonly Source[],
  kindsOf: KindsOfType,
): Generator<undefined, Loaded, undefined> {
  const book = new RuleBook();
  for (const source of sources) {
    const { tree, wrong } = parseYaml(source);
    book.wrong.push(...wrong);
    book.add(tree);
    yield;
  }
  const resolver = new Resolver(book, book.wrong);
  const compiler = new Compiler();
  const rules: Rule[] = [];
  for (const definition of book.rules()) {
    const rule = compileRule(definition, resolver, compiler, book, kindsOf);
    if (rule !== undefined) rules.push(rule);
    yield;
  }
  for (const macro of book.macros.values()) checkMacro(macro, resolver, compiler, book.wrong);
  warnOfUnused(book, resolver);
  const set = book.wrong.length > 0 ? undefined : { rules, turns: { last: 0 }, compiler, book };
  return { set, wrong: unique(book.wrong), warnings: unique(book.warnings) };
}

function compileRule(
  definition: RuleDefinition,
  resolver: Resolver,
  compiler: Compiler,
  book: RuleBook,
  kindsOf: KindsOfType,
): Rule | undefined {
  const { eventSource, span, name } = definition;
  if (eventSource !== "syscall") {
    book.warnings.push({
      span,
      says: `rule \`${name}\` is left out: there are no events of source ${eventSource} here`,
    });
    return undefined;
  }
  const resolved = resolver.rule(definition);
  const findings: Findings = { wrong: [], uses: new Map() };
  const inOutput: Findings = { wrong: findings.wrong, uses: new Map() };
  const isSound = resolved !== undefined && compiler.compile(resolved, findings);
  const output = compileOutput(definition.output, compiler, inOutput);
  if (findings.wrong.length > 0 && definition.skipsUnknown) {
    book.warnings.push(
      ...findings.wrong.map((remark) => ({ ...remark, says: `${remark.says}; so the rule is left out, as it asks` })),
    );
    return undefined;
  }
  book.wrong.push(...findings.wrong);
  if (!isSound || findings.wrong.length > 0) return undefined;
  const types = eventTypes(resolved);
  warnOfLacking(definition, findings, book.warnings);
  const kinds = sensed(definition, types, kindsOf, book.warnings);
  return { definition, condition: resolved, types, kinds, output, uses: [...findings.uses.values()] };
}

/** Which sensors it needs; says by name what none of them tells. */
function sensed(
  rule: RuleDefinition,
  types: EventTypes,
  kindsOf: KindsOfType,
  warnings: Remark[],
): readonly EventKind[] {
  const span = rule.condition.pieces[0]?.span ?? rule.span;
  const place = firstLine(span);
  if (types === "all") {
    if (rule.warnsWithoutType && rule.enabled)
      warnings.push({
        span: place,
        says: `rule \`${rule.name}\` names no evt.type, so it is asked about every event that others want`,
      });
    return [];
  }
  const missing = [...types].filter((type) => kindsOf(type).length === 0);
  if (missing.length > 0 && rule.enabled) {
    const whole = missing.length === types.size;
    const what = `${missing.join(", ")} ${missing.length === 1 ? "is" : "are"} not sensed here`;
    warnings.push({
      span: place,
      says: `rule \`${rule.name}\` ${whole ? `never fires: ${what}` : `sees only a part: ${what}`}`,
    });
  } else if (types.size === 0 && rule.enabled)
    warnings.push({
      span: place,
      says: `rule \`${rule.name}\` never fires: no event is of all the types that it asks for`,
    });
  return [...new Set([...types].flatMap((type) => kindsOf(type)))];
}

function warnOfLacking(rule: RuleDefinition, { uses }: Findings, warnings: Remark[]): void {
  if (!rule.enabled) return;
  for (const { name, spec, span } of uses.values())
    if (spec.lacking !== undefined)
      warnings.push({
        span,
        says: `rule \`${rule.name}\` compares \`${name}\`, which never has a value here: ${spec.lacking}`,
      });
}

function checkMacro(macro: MacroDefinition, resolver: Resolver, compiler: Compiler, wrong: Remark[]): void {
  const resolved = resolver.macro(macro);
  if (resolved === undefined) return;
  const findings: Findings = { wrong: [], uses: new Map() };
  compiler.compile(resolved, findings);
  wrong.push(...findings.wrong);
}

function warnOfUnused(book: RuleBook, resolver: Resolver): void {
  for (const { name, span } of book.macros.values())
    if (!resolver.usedMacros.has(name)) book.warnings.push({ span, says: `macro \`${name}\` is used by no rule` });
  for (const { name, span } of book.lists.values())
    if (!resolver.usedLists.has(name)) book.warnings.push({ span, says: `list \`${name}\` is used by no rule` });
}

/** A macro that is wrong is met by every rule that uses it: once is enough. */
function unique(remarks: readonly Remark[]): readonly Remark[] {
  const seen = new Set<string>();
  return remarks.filter(({ span, says }) => {
    const key = `${span.source.file}:${span.start}:${says}`;
    return seen.has(key) ? false : seen.add(key);
  });
}

function firstLine(span: Span): Span {
  const end = span.source.text.indexOf("\n", span.start);
  return { ...span, end: end < 0 ? span.end : Math.min(span.end, end) };
}
