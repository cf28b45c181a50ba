import { type CommandRow, everyCommand, type OptionRow } from "../command-table.ts";
import { optionsOf, takesFiles, valueKind, withValue, wordsOf } from "./words.ts";

/** Completion for fish (complete(1) of fish): a file swarms.fish in a completions folder. */
export function fishCompletion(program: CommandRow): string {
  const rows = everyCommand(program);
  const taking = [...new Set(rows.flatMap((row) => withValue(row.options)))];
  return `# Written by \`swarms completion fish\`.
function __swarms_at --description 'whether the words so far name this command'
    set -l path
    set -l skip 0
    for word in (commandline -opc)[2..]
        if test $skip = 1
            set skip 0
        else if contains -- $word ${taking.join(" ")}
            set skip 1
        else if not string match -q -- '-*' $word
            contains -- "$path $word" ${rows.slice(1).map(nameOf).map(inFish).join(" ")}; and set path "$path $word"
        end
    end
    test "$path" = "$argv[1]"
end
complete -c swarms -f
${rows.flatMap((row) => [...words(row), ...optionsOf(program, row).map((option) => optionLine(row, option))]).join("\n")}
`;
}

const nameOf = (row: CommandRow): string => row.path.map((word) => ` ${word}`).join("");
const at = (row: CommandRow): string => `complete -c swarms -n ${inFish(`__swarms_at ${inFish(nameOf(row))}`)}`;

function words(row: CommandRow): string[] {
  const listed = wordsOf(row).map(([word, says]) => `${at(row)} -a ${inFish(word)} -d ${inFish(says)}`);
  return takesFiles(row) ? [...listed, `${at(row)} -F`] : listed;
}

function optionLine(row: CommandRow, { names, value, choices, says }: OptionRow): string {
  const flags = names.map((name) => (name.startsWith("--") ? `-l ${name.slice(2)}` : `-s ${name.slice(1)}`)).join(" ");
  return `${at(row)} ${flags}${value === undefined ? "" : valueWords(value, choices)} -d ${inFish(says)}`;
}

function valueWords(value: string, choices: readonly string[]): string {
  if (choices.length > 0) return ` -x -a ${inFish(choices.join(" "))}`;
  const kind = valueKind(value);
  return kind === "file" ? " -r -F" : kind === "folder" ? " -x -a '(__fish_complete_directories)'" : " -x";
}

/** fish knows two escapes in single quotes: of the quote and of the backslash. */
function inFish(text: string): string {
  return `'${text.replaceAll("\\", "\\\\").replaceAll("'", "\\'")}'`;
}
