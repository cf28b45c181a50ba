import { parseYamlDocuments } from "../../core/config-load-yaml.ts";
import type { Remark, Source, Span } from "../../core/config-positions.ts";
import type { EventKind } from "../../core/event-kinds.ts";
import { Compiler } from "./compile.ts";
import type { MacroDefinition, RuleDefinition } from "./definitions.ts";
import { type EventTypes, eventTypes } from "./event-types.ts";
import type { FieldUse } from "./fields/fields.ts";
import { compileOutput, type Output } from "./output.ts";
import type { Findings } from "./operands.ts";
import { HostNameList, hostsOf } from "./host-names.ts";
import { Resolver } from "./resolve.ts";
import type { Resolved } from "./resolved.ts";
import { RuleBook } from "./rule-book.ts";
import { type Usability, usabilityOf } from "./usability.ts";

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
  readonly usability: Usability;
  /** Names of hosts that it compares with. */
  readonly hosts: readonly string[];
}

export interface RuleSet {
  readonly rules: readonly Rule[];
  /** Numbers the turns in which these rules were asked: their functions remember answers by it, whoever asks. */
  readonly turns: { last: number };
  /** What conditions become functions with. */
  readonly compiler: Compiler;
  readonly book: RuleBook;
  /** Names that have to be looked up: those of rules that are enabled and can fire. */
  readonly hosts: readonly string[];
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
    const { trees, wrong } = parseYamlDocuments(source);
    book.wrong.push(...wrong);
    for (const tree of trees) book.add(tree);
    yield;
  }
  const resolver = new Resolver(book, book.wrong);
  const compiler = new Compiler();
  const hosts = new HostNameList();
  const rules: Rule[] = [];
  for (const definition of book.rules()) {
    const rule = compileRule(definition, resolver, compiler, book, kindsOf, hosts);
    if (rule !== undefined) rules.push(rule);
    yield;
  }
  const elsewhere = usedElsewhere(book);
  for (const macro of book.macros.values()) {
    const isOthers = elsewhere.usedMacros.has(macro.name) && !resolver.usedMacros.has(macro.name);
    if (!isOthers) checkMacro(macro, resolver, compiler, book.wrong);
  }
  warnOfUnused(book, [resolver, elsewhere]);
  const set = book.wrong.length > 0 ? undefined : { rules, turns: { last: 0 }, compiler, book, hosts: hosts.names };
  return { set, wrong: unique(book.wrong), warnings: unique(book.warnings) };
}

function compileRule(
  definition: RuleDefinition,
  resolver: Resolver,
  compiler: Compiler,
  book: RuleBook,
  kindsOf: KindsOfType,
  lookedUp: HostNameList,
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
  const uses = [...findings.uses.values()];
  const { names, faults } = hostsOf(resolved);
  const isSensed = (type: string): boolean => kindsOf(type).length > 0;
  const lost = faults.map(({ says }) => says);
  const told = usabilityOf(resolved, types, uses, lost, compiler, isSensed);
  const over = definition.enabled && told.sees !== "nothing" ? lookedUp.add(names) : undefined;
  const usability: Usability = over === undefined ? told : { ...told, sees: "part", lacks: [over, ...told.lacks] };
  if (definition.enabled) book.warnings.push(...warningsOf(definition, types, usability, findings, faults));
  const kinds = types === "all" ? [] : [...new Set([...types].flatMap((type) => kindsOf(type)))];
  return { definition, condition: resolved, types, kinds, output, uses, usability, hosts: names };
}

/** What it will not see, by name and in its place: no rule is silently dead. */
function warningsOf(
  { name, condition, span, warnsWithoutType }: RuleDefinition,
  types: EventTypes,
  { sees, lacks, because }: Usability,
  { uses }: Findings,
  faults: readonly Remark[],
): readonly Remark[] {
  const place = firstLine(condition.pieces[0]?.span ?? span);
  const fields = [...uses.values()].flatMap(({ name: field, spec, span: at }): Remark[] => {
    if (spec.lacking === undefined) return [];
    return [
      { span: at, says: `rule \`${name}\` compares \`${field}\`, which never has a value here: ${spec.lacking}` },
    ];
  });
  for (const { span: at, says } of faults) fields.push({ span: at, says: `rule \`${name}\` compares ${says}` });
  const [first = ""] = lacks;
  // Lacking fields have been told one by one.
  const whole =
    sees === "nothing"
      ? `never fires: ${because === "events" ? first : "what it compares never has a value here"}`
      : sees === "part" && lacks.length > fields.length
        ? `sees only a part: ${first}`
        : types === "all" && warnsWithoutType
          ? "names no evt.type, so it is asked about every event that others want"
          : undefined;
  return whole === undefined ? fields : [...fields, { span: place, says: `rule \`${name}\` ${whole}` }];
}

/** What rules of other sources are made of: their macros may name fields that are none here. */
function usedElsewhere(book: RuleBook): Resolver {
  const resolver = new Resolver(book, []);
  for (const rule of book.rules()) if (rule.eventSource !== "syscall") resolver.rule(rule);
  return resolver;
}

function checkMacro(macro: MacroDefinition, resolver: Resolver, compiler: Compiler, wrong: Remark[]): void {
  const resolved = resolver.macro(macro);
  if (resolved === undefined) return;
  const findings: Findings = { wrong: [], uses: new Map() };
  compiler.compile(resolved, findings);
  wrong.push(...findings.wrong);
}

function warnOfUnused(book: RuleBook, resolvers: readonly Resolver[]): void {
  for (const { name, span } of book.macros.values())
    if (!resolvers.some(({ usedMacros }) => usedMacros.has(name)))
      book.warnings.push({ span, says: `macro \`${name}\` is used by no rule` });
  for (const { name, span } of book.lists.values())
    if (!resolvers.some(({ usedLists }) => usedLists.has(name)))
      book.warnings.push({ span, says: `list \`${name}\` is used by no rule` });
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
