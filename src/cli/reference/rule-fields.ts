import { FIELDS } from "../../immune/rules/fields/fields.ts";
import type { FieldSpec } from "../../immune/rules/fields/field.ts";
import { MODIFIERS, OPERATORS } from "../../immune/rules/language/operators.ts";
import { code, type Page, table } from "./page.ts";

export const FIELD_PAGE: Page = {
  file: "rule-fields.md",
  title: "Fields and operators of rules",
  says: "What a condition or an output of a detection rule may name, and how it compares ([rules](../rules.md)). `swarms rules fields` shows the same.",
  body: () => {
    const fields = Object.entries(FIELDS);
    const rows = (which: (spec: FieldSpec) => boolean): string[][] =>
      fields
        .filter(([, spec]) => which(spec))
        .map(([name, spec]) => [code(`${name}${bracketOf(spec)}`), spec.type, spec.lacking ?? spec.says]);
    return `${table(
      ["field", "type", "what it holds"],
      rows(({ lacking }) => lacking === undefined),
    )}

## Known, but never with a value here

A rule that asks for one of these loads, and what it will not see is said.

${table(
  ["field", "type", "why"],
  rows(({ lacking }) => lacking !== undefined),
)}

## Operators

${table(
  ["operator", "on its right", "holds where"],
  Object.entries(OPERATORS).map(([name, { takes, says }]) => [code(name), takes, says]),
)}

${table(
  ["modifier", "holds where"],
  Object.entries(MODIFIERS).map(([name, says]) => [code(name), says]),
)}`;
  },
};

function bracketOf({ argument, bare }: FieldSpec): string {
  if (argument === undefined) return "";
  const inside = argument === "index" ? "[N]" : "[NAME]";
  return bare === true ? ` or ${inside}` : inside;
}
