import type { Command } from "commander";
import { CONDITION_VARIABLES } from "../core/condition.ts";
import { loadConfig } from "../core/config-load.ts";
import { EXIT } from "../core/errors.ts";
import { printable } from "../core/printable.ts";
import { Policies } from "../guard/policies.ts";
import { readExamples, type Tried, tryExample } from "../guard/policy-examples.ts";
import { globalsOf, must } from "./global-options.ts";
import { readNamed } from "./named-file.ts";
import { printJson, printRows } from "./output.ts";
import { piece, type Row } from "./view/row.ts";

/** `swarms policy test FILE`: a person's own examples against the configuration; exit 1 where one differs. */
export function registerPolicy(program: Command): void {
  const policy = program.command("policy").description("try the configuration's policies on examples of your own");
  policy
    .command("test")
    .description("given these proposals, are the decisions as expected? changes nothing, asks no running layer")
    .argument("<file>", "YAML list of examples: name, proposal, at, entity, evidence, expect")
    .addHelpText("after", `\n${conditionHelp()}`)
    .action((file: string, _options: object, command: Command) => {
      const { configPath, json } = globalsOf(command);
      const { config } = must(loadConfig(configPath === undefined ? {} : { path: configPath }));
      const examples = must(readExamples(readNamed(file).text));
      const policies = new Policies(config);
      const tried = examples.map((given) => tryExample(config, policies, given));
      const failures = tried.filter(({ differs }) => differs.length > 0).length;
      if (json) printJson({ ok: failures === 0, tried });
      else printRows([...tried.flatMap(rowsOf), [piece(`${tried.length - failures} as expected, ${failures} not`)]]);
      if (failures > 0) process.exitCode = EXIT.failed;
    });
}

function rowsOf({ name, verdict, differs }: Tried): Row[] {
  const good = differs.length === 0;
  const what = `${verdict.outcome}${verdict.code === "" ? "" : ` ${verdict.code}`} (${verdict.says})`;
  return [
    [piece(good ? "ok    " : "WRONG ", good ? "good" : "bad"), piece(`${printable(name, 80)}: `), piece(what, "dim")],
    ...differs.map((says): Row => [piece(`      ${printable(says, 200)}`, "bad")]),
  ];
}

function conditionHelp(): string {
  const rows = Object.entries(CONDITION_VARIABLES).map(([name, { says }]) => `  ${name.padEnd(10)}${says}`);
  return ["A policy's `when` is a condition in the Common Expression Language over:", ...rows].join("\n");
}
