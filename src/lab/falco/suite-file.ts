import { parse, type ScalarTag } from "yaml";
import { failed, ok, type Result } from "../../core/errors.ts";
import { printable } from "../../core/printable.ts";
import { type SuiteTest, suiteTest } from "./suite-schema.ts";
import { casesOf, filled, isMap, type Plain, type PlainMap, quoteTemplates } from "./suite-template.ts";

export interface SuiteCase {
  /** Of the test, and with a number where it has cases. */
  readonly name: string;
  readonly test: SuiteTest;
  /** What its templates were filled with, for people. */
  readonly item: string;
}

/** `mode: 0644` is octal there, as in YAML 1.1. */
const OCTAL: ScalarTag = {
  identify: () => false,
  default: true,
  tag: "tag:yaml.org,2002:int",
  test: /^0[0-7]+$/,
  resolve: (text) => Number.parseInt(text, 8),
};

/** The cases of one suite file (falcosecurity/event-generator, `suite`), in their order. SW-FALCO-SUITE says what is wrong. */
export function readSuite(text: string): Result<readonly SuiteCase[]> {
  let document: Plain;
  try {
    document = parse(quoteTemplates(text), {
      customTags: (tags) => [OCTAL, ...tags],
      maxAliasCount: 1000,
      logLevel: "error",
    }) as Plain;
  } catch (error) {
    return failed("SW-FALCO-SUITE", printable(error instanceof Error ? error.message : String(error), 400));
  }
  const tests = isMap(document) ? document["tests"] : undefined;
  if (!Array.isArray(tests) || tests.length === 0) return failed("SW-FALCO-SUITE", "a suite has a list of `tests`");
  const cases: SuiteCase[] = [];
  for (const [index, test] of (tests as readonly Plain[]).entries()) {
    if (!isMap(test)) return failed("SW-FALCO-SUITE", `test ${index + 1} is no mapping`);
    const instances = instancesOf(test);
    if (!instances.ok) return failed("SW-FALCO-SUITE", `test ${nameOf(test, index)}: ${instances.says}`);
    cases.push(...instances.value);
  }
  return ok(cases);
}

function instancesOf({ cases: specs, ...template }: PlainMap): Result<readonly SuiteCase[]> {
  const name = typeof template["name"] === "string" ? template["name"] : "";
  if (specs === undefined) {
    const test = checked(template);
    return test.ok ? ok([{ name, test: test.value, item: "" }]) : test;
  }
  const items = casesOf(specs);
  if (!items.ok) return items;
  const instances: SuiteCase[] = [];
  for (const [index, item] of items.value.entries()) {
    const instance = filled(template, item);
    if (!instance.ok) return instance;
    const test = checked(instance.value);
    if (!test.ok) return failed(test.code, `case ${index}: ${test.says}`);
    instances.push({ name: `${name}#${index}`, test: test.value, item: printable(JSON.stringify(item), 300) });
  }
  return ok(instances);
}

function checked(test: Plain): Result<SuiteTest> {
  const read = suiteTest.safeParse(test);
  if (read.success) return ok(read.data);
  const [issue] = read.error.issues;
  return failed("SW-FALCO-SUITE", printable(`${issue?.path.join(".")}: ${issue?.message}`, 300));
}

const nameOf = (test: PlainMap, index: number): string =>
  typeof test["name"] === "string" ? printable(test["name"], 80) : String(index + 1);
