import type { Argument, Command, Option } from "commander";
import { headingOf } from "./commands.ts";

export interface OptionRow {
  /** As the help writes it: "-V, --version", "--state <dir>". */
  readonly flags: string;
  /** "-V" and "--version"; one of them may be missing. */
  readonly names: readonly string[];
  /** What the value is called; undefined where it takes none. */
  readonly value: string | undefined;
  readonly choices: readonly string[];
  readonly says: string;
}

export interface ArgumentRow {
  readonly name: string;
  /** With brackets, as the help writes it. */
  readonly shown: string;
  readonly choices: readonly string[];
  readonly says: string;
}

/** One command, as everything that is made from the command line needs it: man page, completions. */
export interface CommandRow {
  /** Without the program's own name: ["journal", "export"]; [] for the program. */
  readonly path: readonly string[];
  /** Of the help; "" below the first level. */
  readonly heading: string;
  readonly says: string;
  readonly arguments: readonly ArgumentRow[];
  readonly options: readonly OptionRow[];
  readonly commands: readonly CommandRow[];
}

/** Commander's tree as a table, hidden commands and options left out. */
export function commandTable(command: Command, path: readonly string[] = []): CommandRow {
  const below = command.createHelp().visibleCommands(command);
  return {
    path,
    heading: path.length === 1 ? headingOf(command.name()) : "",
    says: command.description(),
    arguments: command.registeredArguments.map(argumentRow),
    options: command.options.filter(({ hidden }) => !hidden).map(optionRow),
    commands: below.filter((one) => one.name() !== "help").map((one) => commandTable(one, [...path, one.name()])),
  };
}

/** The command and all below it, in the order of the help. */
export function everyCommand(row: CommandRow): CommandRow[] {
  return [row, ...row.commands.flatMap(everyCommand)];
}

function optionRow(option: Option): OptionRow {
  const names = [option.short, option.long].filter((name) => name !== undefined);
  const [, value] = /[<[]([^>\]]+)[>\]]/.exec(option.flags) ?? [];
  return { flags: option.flags, names, value, choices: option.argChoices ?? [], says: option.description };
}

function argumentRow(argument: Argument): ArgumentRow {
  const name = `${argument.name()}${argument.variadic ? "..." : ""}`;
  const shown = argument.required ? `<${name}>` : `[${name}]`;
  return { name: argument.name(), shown, choices: argument.argChoices ?? [], says: argument.description };
}
