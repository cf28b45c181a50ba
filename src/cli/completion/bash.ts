import { type CommandRow, everyCommand } from "../command-table.ts";
import { optionsOf, quoted, takesFiles, valueKind, withValue, wordsOf } from "./words.ts";

/** Completion for bash (bash(1), "Programmable Completion"), without the package bash-completion. */
export function bashCompletion(program: CommandRow): string {
  const rows = everyCommand(program);
  const taking = [...new Set(rows.flatMap((row) => withValue(row.options)))];
  return `# bash completion for swarms: written by \`swarms completion bash\`
_swarms() {
  local word=\${COMP_WORDS[COMP_CWORD]} before=\${COMP_WORDS[COMP_CWORD-1]} path= skip= i
  COMPREPLY=()
  for ((i = 1; i < COMP_CWORD; i++)); do
    if [[ -n $skip ]]; then skip=; continue; fi
    case \${COMP_WORDS[i]} in
      ${taking.join("|")}) skip=1 ;;
      -*) ;;
      *) case "$path \${COMP_WORDS[i]}" in
          ${rows.slice(1).map(nameOf).map(quoted).join("|")}) path="$path \${COMP_WORDS[i]}" ;;
        esac ;;
    esac
  done
  case "$path $before" in
${rows.flatMap((row) => optionCases(program, row)).join("\n")}
  esac
  case "$path" in
${rows.map((row) => commandCase(program, row)).join("\n")}
  esac
}
complete -F _swarms swarms
`;
}

/** As the script gathers it: each word after a blank. */
const nameOf = (row: CommandRow): string => row.path.map((word) => ` ${word}`).join("");

/** What stands after an option that takes a value: its choices, files, or nothing to offer. */
function optionCases(program: CommandRow, row: CommandRow): string[] {
  return optionsOf(program, row)
    .filter(({ value }) => value !== undefined)
    .map(({ names, choices, value }) => {
      const patterns = names.map((name) => quoted(`${nameOf(row)} ${name}`)).join("|");
      return `    ${patterns}) ${choices.length > 0 ? offer(choices) : OFFERS[valueKind(value)]}; return ;;`;
    });
}

const OFFERS = {
  folder: 'compopt -o filenames; COMPREPLY=($(compgen -d -- "$word"))',
  file: 'compopt -o filenames; COMPREPLY=($(compgen -f -- "$word"))',
  other: ":",
} as const;

function commandCase(program: CommandRow, row: CommandRow): string {
  const options = optionsOf(program, row).flatMap(({ names }) => names);
  const words = wordsOf(row).map(([word]) => word);
  const files = takesFiles(row) ? `; else ${OFFERS.file}` : words.length > 0 ? `; else ${offer(words)}` : "";
  return `    ${quoted(nameOf(row))}) if [[ $word == -* ]]; then ${offer(options)}${files}; fi ;;`;
}

function offer(words: readonly string[]): string {
  return `COMPREPLY=($(compgen -W ${quoted(words.join(" "))} -- "$word"))`;
}
