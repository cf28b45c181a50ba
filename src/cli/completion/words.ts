import type { CommandRow, OptionRow } from "../command-table.ts";

/** What may stand after a command or an option, by what its value is called in the help. */
export type ValueKind = "folder" | "file" | "other";

const FOLDERS = new Set(["dir", "folder"]);
const FILES = new Set(["file", "files", "rules"]);

export function valueKind(name: string | undefined): ValueKind {
  if (name === undefined) return "other";
  return FOLDERS.has(name) ? "folder" : FILES.has(name) ? "file" : "other";
}

/** Sequences are known by programs, which are files too, but by their name: a path would mislead. */
export function takesFiles(row: CommandRow): boolean {
  return row.arguments.some(({ name }) => valueKind(name) === "file");
}

/** Words with what they mean: commands below, then the choices of arguments. */
export function wordsOf(row: CommandRow): readonly (readonly [word: string, says: string])[] {
  const below = row.commands.map(({ path, says }) => [path.at(-1) ?? "", says] as const);
  const choices = row.arguments.flatMap((argument) => argument.choices.map((word) => [word, argument.says] as const));
  return [...below, ...choices];
}

/** Options whose next word is their value, by every name. */
export function withValue(options: readonly OptionRow[]): readonly string[] {
  return options.filter(({ value }) => value !== undefined).flatMap(({ names }) => names);
}

/** Options that every command understands, beside its own. */
export function optionsOf(program: CommandRow, row: CommandRow): readonly OptionRow[] {
  const own = row === program ? [] : row.options;
  return [...own, ...program.options, HELP];
}

const HELP: OptionRow = { flags: "-h, --help", names: ["-h", "--help"], value: undefined, choices: [], says: "help" };

/** In single quotes, for any of the shells' scripts; none of them knows an escape inside. */
export function quoted(text: string): string {
  return `'${text.replaceAll("'", "'\\''")}'`;
}
