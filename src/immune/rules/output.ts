import type { Remark } from "../../core/config-positions.ts";
import { printable } from "../../core/printable.ts";
import type { Compiler } from "./compile.ts";
import type { Facts, FieldValue } from "./fields/field.ts";
import type { Condition, Operand } from "./language/ast.ts";
import { parseCondition } from "./language/parse.ts";
import { TRANSFORMER_NAMES } from "./language/transformer-names.ts";
import type { Findings, Read } from "./operands.ts";
import type { ResolvedConstant, ResolvedOperand } from "./resolved.ts";
import { spanOf, type Written } from "./written.ts";

type Part =
  | { readonly kind: "text"; readonly text: string }
  | { readonly kind: "field"; readonly name: string; readonly read: Read };

/** A text with %fields in it: "%proc.name", "%proc.aname[2]", "%toupper(user.name)"; "%%" is a percent sign. */
export interface Output {
  readonly parts: readonly Part[];
}

const LONGEST_VALUE = 4096;
const TRANSFORMED = TRANSFORMER_NAMES.join("|");
const TOKEN = new RegExp(
  String.raw`%(?:%|(?:${TRANSFORMED})\((?:[^()]|\([^()]*\))*\)(?:\[[^\]\s]+\])?|[a-zA-Z][a-zA-Z0-9_]*(?:\.[a-zA-Z][a-zA-Z0-9_]*)+(?:\[[^\]\s]+\])?)`,
  "g",
);

/** What older rule files mean by %container.info, which is no field (Falco replaces it in the same way). */
const CONTAINER_INFO = [
  ["container_id=", "container.id"],
  [" container_name=", "container.name"],
] as const;

export function compileOutput(output: Written, compiler: Compiler, findings: Findings): Output {
  const text = output.text.trim().replaceAll(/\s*\n\s*/g, " ");
  const parts: Part[] = [];
  let at = 0;
  for (const match of text.matchAll(TOKEN)) {
    if (match.index > at) parts.push({ kind: "text", text: text.slice(at, match.index) });
    at = match.index + match[0].length;
    const name = match[0].slice(1);
    if (name === "%") parts.push({ kind: "text", text: "%" });
    else if (name === "container.info")
      for (const [label, field] of CONTAINER_INFO)
        parts.push({ kind: "text", text: label }, fieldPart(field, output, compiler, findings));
    else parts.push(fieldPart(name, output, compiler, findings));
  }
  if (at < text.length) parts.push({ kind: "text", text: text.slice(at) });
  return { parts };
}

function fieldPart(name: string, output: Written, compiler: Compiler, findings: Findings): Part {
  const start = output.text.indexOf(`%${name}`) + 1;
  const span = spanOf(output, { start, end: start + name.length });
  const parsed = parseCondition(`${name} exists`);
  const condition: Condition | undefined = parsed.ok ? parsed.value : undefined;
  if (condition?.kind !== "check") {
    const says = parsed.ok ? "expected a field" : parsed.fault.says;
    findings.wrong.push({ span, says } satisfies Remark);
    return { kind: "text", text: `%${name}` };
  }
  const place = (operand: Operand): ResolvedOperand => {
    const argument = operand.argument === undefined ? {} : { argument: operand.argument };
    if (operand.kind === "field") return { kind: "field", name: operand.name, ...argument, span };
    const operands = operand.operands.map((each): ResolvedOperand | ResolvedConstant =>
      each.kind === "value" ? { kind: "constant", text: each.text } : place(each),
    );
    return { kind: "transformed", by: operand.by, operands, ...argument, span };
  };
  return { kind: "field", name, read: compiler.reader(place(condition.left), findings) };
}

/** As it is shown: "<NA>" for what has no value, lists in parentheses, control characters visible. */
export function shown(value: FieldValue): string {
  if (value === undefined || isEmpty(value)) return "<NA>";
  const text = Array.isArray(value) ? `(${value.join(",")})` : String(value);
  return printable(text, LONGEST_VALUE);
}

/** An address of which no name is known. */
function isEmpty(value: FieldValue): boolean {
  return Array.isArray(value) && value.length === 0;
}

export function renderOutput({ parts }: Output, facts: Facts): string {
  return parts.map((part) => (part.kind === "text" ? part.text : shown(part.read(facts)))).join("");
}

/** Each field by its name, null where it has no value: Falco's output_fields. */
export function outputFields({ parts }: Output, facts: Facts): Record<string, string | number | boolean | null> {
  const fields: Record<string, string | number | boolean | null> = {};
  for (const part of parts) {
    if (part.kind !== "field") continue;
    const value = part.read(facts);
    fields[part.name] =
      value === undefined || isEmpty(value)
        ? null
        : typeof value === "number" || typeof value === "boolean"
          ? value
          : shown(value);
  }
  return fields;
}
