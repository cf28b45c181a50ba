import { withConstant, withList } from "./compare.ts";
import type { Facts, FieldType, FieldValue } from "./fields/field.ts";
import { fieldNamed } from "./fields/fields.ts";
import { OPERATORS } from "./language/operators.ts";
import type { Resolved, ResolvedCheck, ResolvedConstant, ResolvedOperand } from "./resolved.ts";
import { TRANSFORM } from "./transform.ts";

/*
 * Conditions evaluated as they are written, part by part, with nothing remembered, indexed, left out or put in another order: what the
 * engine has to agree with.
 */
export function plainly(resolved: Resolved, facts: Facts): boolean {
  switch (resolved.kind) {
    case "and":
      return resolved.parts.every((part) => plainly(part, facts));
    case "or":
      return resolved.parts.some((part) => plainly(part, facts));
    case "not":
      return !plainly(resolved.part, facts);
    case "check":
      return check(resolved, facts);
  }
}

function check({ left, operator, modifier, right }: ResolvedCheck, facts: Facts): boolean {
  const value = valueOf(left, facts);
  if (value === undefined) return false;
  if (operator === "exists") return true;
  const isList = OPERATORS[operator].takes === "list";
  const type = typeOf(left);
  const compare = (texts: readonly string[]): boolean => {
    const made = isList ? withList(type, operator, texts) : withConstant(type, operator, texts[0] ?? "");
    return made.ok && made.value(value);
  };
  if (right.kind === "value") return compare([right.text]);
  if (right.kind === "list") {
    if (modifier === undefined) return compare(right.texts);
    const held = right.texts.filter((text) => compare([text])).length;
    return modifier === "anyof" ? held > 0 : held === (modifier === "oneof" ? 1 : right.texts.length);
  }
  if (right.kind === "nothing") return true;
  const other = valueOf(right, facts);
  return other !== undefined && compare(Array.isArray(other) ? (other as readonly string[]) : [String(other)]);
}

function valueOf(operand: ResolvedOperand | ResolvedConstant, facts: Facts): FieldValue {
  if (operand.kind === "constant") return operand.text;
  if (operand.kind === "field") {
    const use = fieldNamed(operand.name, operand.argument);
    return use?.spec.get?.(facts, use.argument);
  }
  return TRANSFORM[operand.by](
    operand.operands.map((part) => valueOf(part, facts)),
    operand.argument,
  );
}

/** Of transformers only those that make texts are tried. */
function typeOf(operand: ResolvedOperand): FieldType {
  return operand.kind === "field" ? (fieldNamed(operand.name, operand.argument)?.spec.type ?? "text") : "text";
}
