import { resolve } from "node:path";
import type { Command } from "commander";
import { showRemark, type Source, type Span } from "../core/config-positions.ts";
import { kindOf } from "../core/actions-plugin.ts";
import { loadConfig } from "../core/config-load.ts";
import { ERRORS, EXIT } from "../core/errors.ts";
import { loadRules } from "../immune/rules/rule-set.ts";
import { kindsOfType } from "../senses/calls/event-types.ts";
import { readPlugins, type PluginFolder } from "../warden/plugin-folders.ts";
import { ruleFiles } from "../warden/rule-sources.ts";
import { globalsOf, must } from "./global-options.ts";
import { readNamed } from "./named-file.ts";
import { printJson, printRows } from "./output.ts";
import { piece, type Row } from "./view/row.ts";
import { many } from "./view/words.ts";

/** `swarms plugins [FOLDER...]`: which would be loaded, and what is wrong with the others. Runs nothing of them. */
export function registerPlugins(program: Command): void {
  program
    .command("plugins")
    .description(
      "agents, rules, outputs and knobs of your own: which would be loaded, and why the others would not; runs nothing of them",
    )
    .argument("[folders...]", "instead of those that the configuration lists")
    .action((folders: readonly string[], _options: object, command: Command) => {
      const { configPath, json } = globalsOf(command);
      const { config } = must(loadConfig(configPath === undefined ? {} : { path: configPath }));
      const { plugins, refused } = readPlugins(
        folders.length > 0 ? folders.map((folder) => resolve(folder)) : config.plugins,
      );
      const { own, files } = config.rules;
      const before = [...(own ? ruleFiles() : []), ...files].map(readNamed);
      const seen = plugins.map((plugin) => look(plugin, before));
      if (json) printJson({ plugins: seen, refused });
      else printRows(rowsOf(seen, refused));
      if (refused.length > 0 || seen.some(({ wrong }) => wrong.length > 0)) process.exitCode = EXIT.failed;
    });
}

interface Seen {
  readonly name: string;
  readonly folder: string;
  readonly agent: boolean;
  readonly output: boolean;
  readonly rules: number;
  readonly knobs: readonly string[];
  readonly wrong: readonly string[];
}

/** `before`: the files that apply before its own, whose lists and macros its rules may use. */
function look({ name, folder, agent, output, knobs = [], rules }: PluginFolder, before: readonly Source[]): Seen {
  const { set, wrong } = loadRules([...before, ...rules], kindsOfType);
  const isOwn = (span: Span): boolean => rules.some(({ file }) => file === span.source.file);
  const own = set?.rules.filter(({ definition }) => isOwn(definition.span)) ?? [];
  const says = wrong.filter(({ span }) => isOwn(span)).map((each) => showRemark(each));
  return {
    name,
    folder,
    agent: agent !== undefined,
    output: output !== undefined,
    rules: own.length,
    knobs: knobs.map(kindOf),
    wrong: says,
  };
}

function rowsOf(seen: readonly Seen[], refused: readonly string[]): Row[] {
  if (seen.length + refused.length === 0) return [[piece("no plugins: the configuration lists none")]];
  return [
    ...seen.flatMap(({ name, folder, agent, output, rules, knobs, wrong }): Row[] => [
      [
        piece(wrong.length === 0 ? "OK     " : "WRONG  ", wrong.length === 0 ? "good" : "bad"),
        piece(
          `${name}: ${[agent ? "an agent" : [], output ? "an output" : [], knobs, rules > 0 ? many(rules, "rule") : []].flat().join(", ")}`,
        ),
        piece(`  ${folder}`, "dim"),
      ],
      ...wrong.flatMap((says) => says.split("\n").map((line): Row => [piece(`       ${line}`, "warn")])),
    ]),
    ...refused.map((says): Row => [piece("REFUSED ", "bad"), piece(says)]),
    ...(refused.length > 0 ? [[piece(`  → ${ERRORS["SW-PLUGIN"].todo}`, "dim")]] : []),
  ];
}
