import { commandTable, type CommandRow, everyCommand } from "../command-table.ts";
import { createProgram } from "../program.ts";
import { code, type Page, sentence, table } from "./page.ts";

export const COMMAND_PAGE: Page = {
  file: "commands.md",
  title: "Commands",
  says: "What `swarms --help` and `swarms COMMAND --help` say, in one page. Exit status is by sysexits(3); errors have [codes](errors.md).",
  body: async () => {
    const [program, ...commands] = everyCommand(commandTable(await createProgram([])));
    return [...(program === undefined ? [] : [ofAll(program)]), ...commands.map(ofOne)].join("\n\n");
  },
};

function ofAll({ options }: CommandRow): string {
  return `## Options of every command\n\n${optionTable(options)}`;
}

function ofOne({ path, says, arguments: words, options }: CommandRow): string {
  const usage = ["swarms", ...path, ...words.map(({ shown }) => shown), ...(options.length > 0 ? ["[options]"] : [])];
  const given = words.map(({ shown, says: text, choices }) => [code(shown), withChoices(text, choices)]);
  return [
    `## swarms ${path.join(" ")}`,
    sentence(says),
    code(usage.join(" ")),
    ...(given.length > 0 ? [table(["argument", ""], given)] : []),
    ...(options.length > 0 ? [optionTable(options)] : []),
  ].join("\n\n");
}

function optionTable(options: CommandRow["options"]): string {
  return table(
    ["option", ""],
    options.map(({ flags, says, choices }) => [code(flags), withChoices(says, choices)]),
  );
}

function withChoices(says: string, choices: readonly string[]): string {
  return choices.length === 0 ? says : `${says}: ${choices.join(", ")}`;
}
