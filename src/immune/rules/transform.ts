import type { FieldValue } from "./fields/field.ts";
import { nameOf } from "./fields/path-of.ts";
import type { TransformerName } from "./language/transformer-names.ts";

type Transform = (values: readonly FieldValue[], argument: string | undefined) => FieldValue;

function each(change: (text: string) => string | undefined): Transform {
  return ([value]) => {
    if (value === undefined) return undefined;
    if (Array.isArray(value)) return (value as readonly string[]).flatMap((text) => change(text) ?? []);
    return change(String(value));
  };
}

/** What each transformer of TRANSFORMERS makes of its operands. */
export const TRANSFORM: Readonly<Record<TransformerName, Transform>> = {
  val: ([value]) => value,
  tolower: each((text) => text.toLowerCase()),
  toupper: each((text) => text.toUpperCase()),
  b64: each(decoded),
  basename: each(nameOf),
  len: ([value]) => {
    if (value === undefined) return 0;
    return Array.isArray(value) || typeof value === "string" ? value.length : String(value).length;
  },
  concat: (values) => {
    if (values.some((value) => value === undefined)) return undefined;
    return values.map(String).join("");
  },
  join: ([first, second]) => {
    // Either order: the one that is a list is joined by the other.
    const [list, separator] = Array.isArray(first) ? [first, second] : [second, first];
    if (!Array.isArray(list) || separator === undefined) return typeof list === "string" ? list : undefined;
    return (list as readonly string[]).join(String(separator));
  },
  getopt: ([args, options], argument) => {
    if (typeof args !== "string" || typeof options !== "string") return undefined;
    const found = getopt(
      args.split(" ").filter((word) => word !== ""),
      options,
    );
    if (argument !== undefined) return found.get(argument);
    return [...found.keys()];
  },
};

/** Undefined for what is no base64. */
function decoded(text: string): string | undefined {
  if (text === "" || !/^[A-Za-z0-9+/]*={0,2}$/.test(text)) return undefined;
  return Buffer.from(text, "base64").toString("utf8");
}

/** Options by letter with their arguments, as getopt(3) with permutation: what follows "--" is no option. */
export function getopt(args: readonly string[], options: string): ReadonlyMap<string, string> {
  const found = new Map<string, string>();
  for (let i = 0; i < args.length; i++) {
    const word = args[i] ?? "";
    if (word === "--") break;
    if (!word.startsWith("-") || word === "-") continue;
    for (let at = 1; at < word.length; at++) {
      const letter = word.charAt(at);
      const known = letter === ":" ? -1 : options.indexOf(letter);
      if (known < 0) continue;
      if (options.charAt(known + 1) !== ":") {
        found.set(letter, "");
        continue;
      }
      const rest = word.slice(at + 1);
      const isOptional = options.charAt(known + 2) === ":";
      found.set(letter, rest !== "" || isOptional ? rest : (args[++i] ?? ""));
      break;
    }
  }
  return found;
}
