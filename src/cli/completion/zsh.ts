import { type CommandRow, everyCommand } from "../command-table.ts";
import { optionsOf, quoted, takesFiles, valueKind, withValue, wordsOf } from "./words.ts";

/** Completion for zsh (zshcompsys(1)): a file named _swarms in a folder of $fpath. */
export function zshCompletion(program: CommandRow): string {
  const rows = everyCommand(program);
  const taking = [...new Set(rows.flatMap((row) => withValue(row.options)))];
  return `#compdef swarms
# Written by \`swarms completion zsh\`.
_swarms() {
  local at= skip= i
  local -a offered
  for ((i = 2; i < CURRENT; i++)); do
    if [[ -n $skip ]]; then skip=; continue; fi
    case $words[i] in
      ${taking.join("|")}) skip=1 ;;
      -*) ;;
      *) case "$at $words[i]" in
          ${rows.slice(1).map(nameOf).map(quoted).join("|")}) at="$at $words[i]" ;;
        esac ;;
    esac
  done
  case "$at $words[CURRENT-1]" in
${rows.flatMap((row) => optionCases(program, row)).join("\n")}
  esac
  case "$at" in
${rows.map((row) => commandCase(program, row)).join("\n")}
  esac
}
if [[ $funcstack[1] == _swarms ]]; then _swarms "$@"; else compdef _swarms swarms; fi
`;
}

const nameOf = (row: CommandRow): string => row.path.map((word) => ` ${word}`).join("");

function optionCases(program: CommandRow, row: CommandRow): string[] {
  return optionsOf(program, row)
    .filter(({ value }) => value !== undefined)
    .map(({ names, choices, value }) => {
      const patterns = names.map((name) => quoted(`${nameOf(row)} ${name}`)).join("|");
      const does = choices.length > 0 ? `compadd -- ${choices.map(quoted).join(" ")}` : OFFERS[valueKind(value)];
      return `    ${patterns}) ${does}; return ;;`;
    });
}

const OFFERS = { folder: "_files -/", file: "_files", other: "_message value" } as const;

function commandCase(program: CommandRow, row: CommandRow): string {
  const options = optionsOf(program, row).flatMap(({ names, says }) => names.map((name) => [name, says] as const));
  const words = wordsOf(row);
  const otherwise = takesFiles(row) ? "_files" : words.length > 0 ? describe(words) : "_message argument";
  return `    ${quoted(nameOf(row))}) if [[ $PREFIX == -* ]]; then ${describe(options)}; else ${otherwise}; fi ;;`;
}

/** _describe takes "word:meaning", a colon in the word escaped. */
function describe(words: readonly (readonly [word: string, says: string])[]): string {
  const items = words.map(([word, says]) => quoted(`${word.replaceAll(":", "\\:")}:${says}`));
  return `offered=(${items.join(" ")}); _describe swarms offered`;
}
