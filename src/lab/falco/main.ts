import { readdirSync, readFileSync, statSync } from "node:fs";
import { hostname } from "node:os";
import { basename, join, resolve } from "node:path";
import { parseArgs } from "node:util";
import { readSource } from "../../core/config-load.ts";
import { showRemark } from "../../core/config-positions.ts";
import { ERRORS, failed, ok, type Result } from "../../core/errors.ts";
import { loadRules, type RuleSet } from "../../immune/rules/rule-set.ts";
import { probeCgroupLayout } from "../../kernel/cgroup-layout.ts";
import { kindsOfType } from "../../senses/calls/event-types.ts";
import { Progress } from "../progress.ts";
import { type SuiteReport, summaryOf, textOf } from "./report.ts";
import { furnishRoom, isInRoom, runInRoom } from "./room.ts";
import { type CaseResult, SuiteRun } from "./run-suites.ts";
import { readSuite, type SuiteCase } from "./suite-file.ts";

const USAGE = `Usage: npm run test:falco -- --rules FILE --suites DIR [--case TEXT] [--all-rules] [--list] [--json]

Makes the system calls that suites of Falco's event-generator describe, live, in namespaces of their own, and checks that the
rules notice each: its rule, priority and output fields. Needs root, eBPF and x86-64. Exit 1 where a case fails.

  --rules FILE   rules in Falco's format; may be given several times, read in this order
  --suites DIR   a folder of suites, or one suite; may be given several times
  --case TEXT    only cases whose name has this in it
  --all-rules    every rule that holds speaks, not the first alone (Falco's rule_matching)
  --list         only name the cases
  --json         the report as JSON on standard output
`;
const EXPECTED_MS = 40;

interface Suite {
  readonly file: string;
  readonly cases: readonly SuiteCase[];
}

process.exitCode = await main(process.argv.slice(2));

async function main(args: readonly string[]): Promise<number> {
  const options = optionsOf(args);
  if (!options.ok) return complain(options, USAGE);
  const { values } = options.value;
  if (values.help === true) return say(USAGE);
  if (values.rules.length === 0 || values.suites.length === 0)
    return complain(failed("SW-USAGE", "give --rules and --suites"), USAGE);
  const suites = readSuites(values.suites, values.case);
  if (!suites.ok) return complain(suites);
  if (values.list === true)
    return say(suites.value.flatMap(({ cases }) => cases.map(({ name, item }) => `${name}  ${item}\n`)).join(""));
  const rules = readRules(values.rules);
  if (!rules.ok) return complain(rules);
  if (process.getuid?.() !== 0) return complain(failed("SW-FALCO-ROOM", "needs root"));
  if (!isInRoom()) {
    const ran = runInRoom([process.execPath, ...process.execArgv, ...process.argv.slice(1)]);
    return ran.ok ? ran.value : complain(ran);
  }
  return runAll(suites.value, rules.value, values["all-rules"] === true, values.json === true);
}

async function runAll(suites: readonly Suite[], rules: RuleSet, all: boolean, json: boolean): Promise<number> {
  const log = (says: string): void => void process.stderr.write(`${says}\n`);
  const matching = all ? "all" : "first";
  const started = SuiteRun.start({ rules, hostname: hostname(), matching, layout: probeCgroupLayout(), log });
  if (!started.ok) return complain(started);
  const run = started.value;
  // Only now: the program itself may lie in a folder that is covered.
  const furnished = furnishRoom();
  if (!furnished.ok) {
    await run.close();
    return complain(furnished);
  }
  const total = suites.reduce((sum, { cases }) => sum + cases.length, 0);
  const progress = new Progress(process.stderr, process.stderr.isTTY !== true, (total * EXPECTED_MS) / 1000);
  const reports: SuiteReport[] = [];
  try {
    for (const { file, cases } of suites) {
      const results: CaseResult[] = [];
      for (const each of cases) {
        progress.step(`${basename(file)}: ${each.name}`);
        results.push(await run.run(each));
      }
      reports.push({ file, results });
    }
  } finally {
    progress.end();
    await run.close();
  }
  const summary = summaryOf(reports, run.lost());
  process.stdout.write(json ? `${JSON.stringify({ ...summary, suites: reports })}\n` : textOf(reports, summary));
  return summary.failed > 0 || summary.passed === 0 ? 1 : 0;
}

type Options = ReturnType<typeof parse>;

function parse(args: readonly string[]) {
  return parseArgs({
    args: [...args],
    options: {
      rules: { type: "string", multiple: true, default: [] },
      suites: { type: "string", multiple: true, default: [] },
      case: { type: "string" },
      "all-rules": { type: "boolean" },
      list: { type: "boolean" },
      json: { type: "boolean" },
      help: { type: "boolean", short: "h" },
    },
  });
}

function optionsOf(args: readonly string[]): Result<Options> {
  try {
    return ok(parse(args));
  } catch (error) {
    return failed("SW-USAGE", error instanceof Error ? error.message : String(error));
  }
}

function readSuites(paths: readonly string[], part = ""): Result<readonly Suite[]> {
  const suites: Suite[] = [];
  try {
    for (const file of paths.map((path) => resolve(path)).flatMap(suiteFiles)) {
      const cases = readSuite(readFileSync(file, "utf8"));
      if (!cases.ok) return failed(cases.code, `${file}: ${cases.says}`);
      const wanted = cases.value.filter(({ name }) => name.includes(part));
      if (wanted.length > 0) suites.push({ file, cases: wanted });
    }
  } catch (error) {
    return failed("SW-FALCO-SUITE", error instanceof Error ? error.message : String(error));
  }
  return suites.length > 0 ? ok(suites) : failed("SW-FALCO-SUITE", `no suite, or no such case, in ${paths.join(", ")}`);
}

function suiteFiles(path: string): readonly string[] {
  if (!statSync(path).isDirectory()) return [path];
  const names = readdirSync(path, { recursive: true, encoding: "utf8" });
  return names
    .filter((name) => /\.ya?ml$/.test(name))
    .sort()
    .map((name) => join(path, name));
}

function readRules(files: readonly string[]): Result<RuleSet> {
  const sources = [];
  for (const file of files) {
    const source = readSource(resolve(file));
    if (!source.ok) return source;
    sources.push(source.value);
  }
  const { set, wrong } = loadRules(sources, kindsOfType);
  return set === undefined ? failed("SW-RULE", wrong.map(showRemark).join("\n")) : ok(set);
}

function say(text: string): number {
  process.stdout.write(text);
  return 0;
}

function complain({ code, says }: Extract<Result<never>, { ok: false }>, more = ""): number {
  process.stderr.write(`${code}: ${says}\n${more}`);
  return ERRORS[code].exit;
}
