import { printable } from "../../core/printable.ts";
import type { OperatorName } from "./language/operators.ts";
import type { ResolvedOperand, ResolvedRight } from "./resolved.ts";

/**
 * What a field is compared with, written as the field's own values are: names and paths come with escapes in place of what cannot be
 * shown (core/printable.ts), so that a line break or a backslash in a condition meets the one in a name.
 */
export function asShown(right: ResolvedRight, operator: OperatorName, left: ResolvedOperand): ResolvedRight {
  const show = left.kind === "field" ? SHOWN[operator] : undefined;
  if (show === undefined) return right;
  if (right.kind === "value") return { kind: "value", text: show(right.text) };
  return right.kind === "list" ? { kind: "list", texts: right.texts.map(show) } : right;
}

const whole = (text: string): string => (PLAIN.test(text) ? text : printable(text, Number.POSITIVE_INFINITY));
/** Where a backslash belongs to the pattern. */
const allButBackslashes = (text: string): string => text.replaceAll(/[^\x20-\x7e]+/gu, whole);
const PLAIN = /^[\x20-\x5b\x5d-\x7e]*$/;

/** None for numbers, bytes and regular expressions. */
const SHOWN: Readonly<Partial<Record<OperatorName, (text: string) => string>>> = {
  "=": whole,
  "==": whole,
  "!=": whole,
  contains: whole,
  icontains: whole,
  startswith: whole,
  endswith: whole,
  in: whole,
  intersects: whole,
  pmatch: allButBackslashes,
  glob: allButBackslashes,
  iglob: allButBackslashes,
};
