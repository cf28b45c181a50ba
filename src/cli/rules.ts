import type { Command } from "commander";
import { showRemark } from "../core/config-positions.ts";
import { EXIT, SwarmsError } from "../core/errors.ts";
import { nearest } from "../core/nearest.ts";
import { printable } from "../core/printable.ts";
import { FIELDS } from "../immune/rules/fields/fields.ts";
import { MODIFIERS, OPERATORS } from "../immune/rules/language/operators.ts";
import { TRANSFORMERS } from "../immune/rules/language/transformer-names.ts";
import { type Loaded, loadRules, type Rule, type RuleSet } from "../immune/rules/rule-set.ts";
import { readRuleTests, runRuleTest } from "../immune/rules/rule-tests.ts";
import { kindsOfType } from "../senses/calls/event-types.ts";
import { ruleFiles } from "../warden/rule-sources.ts";
import { globalsOf, must } from "./global-options.ts";
import { readNamed } from "./named-file.ts";
import { labelled, labelledLines } from "./labelled.ts";
import { printJson, printLines, printRows, textWidth } from "./output.ts";
import { wrap } from "./view/columns.ts";
import { fit, piece, type Row, widthOf } from "./view/row.ts";
import { many } from "./view/words.ts";

const FILES = "rule files in Falco's format, in order; the layer's own where left out";

/** `swarms rules`: what is looked for, whether files are sound, and what a rule means. Asks no running layer. */
export function registerRules(program: Command): void {
  const rules = program.command("rules").description("detection rules in Falco's format: list, check, explain, test");
  rules
    .command("list")
    .description("every rule with its priority and what it needs to be sensed")
    .argument("[files...]", FILES)
    .action((files: string[], _options: object, command: Command) => {
      const { rules: all } = usable(load(files));
      if (globalsOf(command).json) printJson(all.map(ruleObject));
      else printRows(listRows(all, textWidth()));
    });
  rules
    .command("validate")
    .description("check rule files: every mistake with its place and the way out; changes nothing")
    .argument("[files...]", FILES)
    .action((files: string[], _options: object, command: Command) => validate(load(files), globalsOf(command).json));
  rules
    .command("explain")
    .description("what a rule notices, needs and says")
    .argument("<name>", "the rule's name, or a part of it")
    .argument("[files...]", FILES)
    .action((name: string, files: string[], _options: object, command: Command) => {
      const rule = find(usable(load(files)), name);
      if (globalsOf(command).json) printJson(ruleObject(rule));
      else printRows(explainRows(rule));
    });
  rules
    .command("test")
    .description("given these events, do the expected rules fire? exit 1 where one differs")
    .argument("<file>", "YAML with `tests`: name, line, process, event, fires")
    .argument("[rules...]", FILES)
    .action((file: string, files: string[], _options: object, command: Command) =>
      runTests(file, usable(load(files)), globalsOf(command).json),
    );
  rules
    .command("fields")
    .description("the fields, operators and transformers that conditions are made of")
    .action((_options: object, command: Command) => {
      if (globalsOf(command).json) printJson(fieldObjects());
      else printRows(fieldRows());
    });
}

function load(files: readonly string[]): Loaded {
  const sources = (files.length > 0 ? files : ruleFiles()).map(readNamed);
  return loadRules(sources, kindsOfType);
}

function usable({ set, wrong }: Loaded): RuleSet {
  if (set === undefined) throw new SwarmsError("SW-RULE", wrong.map(showRemark).join("\n"));
  return set;
}

function validate({ set, wrong, warnings }: Loaded, json: boolean): void {
  if (json) {
    const plain = ({ span, says }: Loaded["wrong"][number]): object => ({
      file: span.source.file,
      at: showRemark({ span, says }).split("\n")[0],
      says,
    });
    printJson({
      ok: set !== undefined,
      rules: set?.rules.length ?? 0,
      wrong: wrong.map(plain),
      warnings: warnings.map(plain),
    });
  } else {
    printLines(warnings.map((warning) => `warning: ${showRemark(warning)}`));
    if (set !== undefined) {
      const { macros, lists } = set.book;
      printRows([
        [
          piece("OK", "good"),
          piece(
            `  ${many(set.rules.length, "rule")}, ${many(macros.size, "macro")}, ${many(lists.size, "list")}, ${many(warnings.length, "warning")}`,
          ),
        ],
      ]);
    }
  }
  if (set === undefined && !json) usable({ set, wrong, warnings });
  if (set === undefined) process.exitCode = EXIT.dataErr;
}

function find({ rules }: RuleSet, name: string): Rule {
  const wanted = name.toLowerCase();
  const names = rules.map(({ definition }) => definition.name);
  const exact = rules.find(({ definition }) => definition.name.toLowerCase() === wanted);
  const part = rules.filter(({ definition }) => definition.name.toLowerCase().includes(wanted));
  const found = exact ?? (part.length === 1 ? part[0] : undefined);
  if (found !== undefined) return found;
  if (part.length > 1)
    throw new SwarmsError(
      "SW-NOT-FOUND",
      `several rules are called so: ${part.map(({ definition }) => definition.name).join("; ")}`,
      { todo: "give more of the name" },
    );
  const meant = nearest(name, names);
  throw new SwarmsError(
    "SW-NOT-FOUND",
    `no rule is called ${printable(name, 80)}${meant === undefined ? "" : `: did you mean \`${meant}\`?`}`,
    { todo: "see `swarms rules list`" },
  );
}

function runTests(file: string, set: RuleSet, json: boolean): void {
  const tests = must(readRuleTests(readNamed(file)));
  const results = tests.map((test) => runRuleTest(test, set, (call) => kindsOfType(call)[0]));
  const failures = results.filter(({ passed }) => !passed);
  if (json)
    printJson({
      ok: failures.length === 0,
      results: results.map(({ test, passed, fired }) => ({ name: test.name, passed, fired, expected: test.fires })),
    });
  else {
    const rows = failures.flatMap(({ test, fired }): Row[] => [
      [piece("WRONG ", "bad"), piece(printable(test.name, 120))],
      [piece(`      expected ${namesOf(test.fires)}, fired ${namesOf(fired)}`, "dim")],
    ]);
    printRows([
      ...rows,
      [
        piece(
          `${results.length - failures.length} as expected, ${failures.length} not`,
          failures.length === 0 ? "good" : "bad",
        ),
      ],
    ]);
  }
  if (failures.length > 0) process.exitCode = EXIT.failed;
}

function namesOf(names: readonly string[]): string {
  return names.length === 0 ? "none" : names.map((name) => `\`${name}\``).join(", ");
}

const NAME_WIDTH = 58;
/** Left to what a rule needs, whatever the width. */
const KINDS_WIDTH = 16;

function listRows(rules: readonly Rule[], width: number): Row[] {
  const longest = (texts: readonly string[]): number => Math.max(0, ...texts.map((text) => text.length));
  const priorities = longest(rules.map(({ definition }) => definition.priority)) + 2;
  const names = Math.min(NAME_WIDTH, longest(rules.map(({ definition }) => definition.name)));
  const room = Math.max(20, Math.min(names, width - priorities - KINDS_WIDTH - 2));
  return rules.map((rule) => {
    const { name, priority, enabled } = rule.definition;
    const look = !enabled ? "dim" : ["EMERGENCY", "ALERT", "CRITICAL"].includes(priority) ? "bad" : "plain";
    const named = [
      piece(priority.padEnd(priorities), look),
      piece(`${printable(name, room).padEnd(room)}  `, enabled ? "plain" : "dim"),
    ];
    const needs = needsOf(rule);
    const left = width - widthOf(named);
    return [...named, ...(widthOf(needs) > left ? fit(needs, left) : needs)];
  });
}

function needsOf({ definition, kinds, usability }: Rule): Row {
  if (!definition.enabled) return [piece("not enabled", "dim")];
  return usability.sees === "nothing" ? neverRow(usability) : [piece(kindWords(kinds), "dim")];
}

/** Several of one family by its name: "open" for open.read, open.write and open.failed. */
function kindWords(kinds: readonly string[]): string {
  const family = (kind: string): string => kind.split(".")[0] ?? kind;
  const families = Map.groupBy(kinds, family);
  return [...families].map(([name, members]) => (members.length > 1 ? name : members.join(", "))).join(", ");
}

function neverRow({ lacks }: Rule["usability"]): Row {
  return [piece("never fires here: ", "warn"), piece(lacks[0] ?? "", "dim")];
}

function explainRows({ definition, types, kinds, uses, usability, hosts }: Rule): Row[] {
  const { name, description, priority, tags, condition, output, exceptions, enabled, span } = definition;
  const { line } = placeOf(span);
  return [
    [piece(name, "bold")],
    ...wrap(description.replaceAll(/\s+/g, " "), textWidth(), MAX_LINES).map((text): Row => [piece(text)]),
    labelled("priority", `${priority}${enabled ? "" : ", not enabled"}`),
    ...wrapped("tags", tags.join(", ")),
    labelled("written", `${span.source.file}:${line}`),
    ...wrapped("events", types === "all" ? "every event that others want" : [...types].join(", ")),
    ...wrapped("sensed as", kinds.join(", ")),
    ...usability.lacks.flatMap((each, at) =>
      wrapped(at === 0 ? (usability.sees === "nothing" ? "never fires" : "in part") : "", each),
    ),
    ...wrapped("fields", uses.map((use) => use.name + (use.argument === "" ? "" : `[${use.argument}]`)).join(", ")),
    ...(hosts.length === 0 ? [] : wrapped("looks up", hosts.join(", "))),
    labelled("exceptions", exceptions.length === 0 ? "none" : exceptions.map((each) => each.name).join(", ")),
    ...wrapped("condition", condition.text.replaceAll(/\s+/g, " ").trim()),
    ...wrapped("says", output.text.replaceAll(/\s+/g, " ").trim()),
  ];
}

const MAX_LINES = 60;

function wrapped(label: string, text: string): Row[] {
  return labelledLines(label, text, textWidth());
}

function placeOf(span: Rule["definition"]["span"]): { readonly line: number } {
  return { line: span.source.text.slice(0, span.start).split("\n").length };
}

function ruleObject({ definition, types, kinds, uses, usability, hosts }: Rule): object {
  const { name, description, priority, enabled, tags, condition, output } = definition;
  return {
    name,
    description,
    priority,
    enabled,
    tags,
    condition: condition.text,
    output: output.text,
    types: types === "all" ? "all" : [...types],
    kinds,
    fields: uses.map((use) => use.name),
    hosts,
    sees: usability.sees,
    lacks: usability.lacks,
  };
}

function fieldObjects(): object {
  const fields = Object.entries(FIELDS).map(([name, { type, says, lacking, argument }]) => ({
    name,
    type,
    says,
    lacking,
    argument,
  }));
  return { fields, operators: OPERATORS, modifiers: MODIFIERS, transformers: TRANSFORMERS };
}

const FIELD_WIDTH = 40;

function fieldRows(): Row[] {
  const heading = (text: string): Row[] => [[piece("")], [piece(text, "bold")]];
  const rows = (name: string, says: string, lacking?: string): Row[] => {
    const look = lacking === undefined ? "plain" : "dim";
    const text = lacking === undefined ? says : `${says} (never here: ${lacking})`;
    return wrap(text, textWidth() - FIELD_WIDTH - 2, MAX_LINES).map((line, at) => [
      piece(`  ${(at === 0 ? name : "").padEnd(FIELD_WIDTH)}`, look),
      piece(line, look),
    ]);
  };
  return [
    [piece("fields", "bold")],
    ...Object.entries(FIELDS).flatMap(([name, { says, lacking, argument }]) =>
      rows(`${name}${argument === undefined ? "" : "[]"}`, says, lacking),
    ),
    ...heading("operators"),
    ...Object.entries(OPERATORS).flatMap(([name, { says }]) => rows(name, says)),
    ...heading("modifiers, between an operator and a list"),
    ...Object.entries(MODIFIERS).flatMap(([name, says]) => rows(name, says)),
    ...heading("transformers"),
    ...Object.entries(TRANSFORMERS).flatMap(([name, { says }]) => rows(`${name}()`, says)),
  ];
}
