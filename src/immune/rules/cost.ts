import type { OperatorName } from "./language/operators.ts";
import type { Resolved, ResolvedCheck, ResolvedOperand } from "./resolved.ts";

/*
 * What asking costs, in units of reading one number of an event: rough, from profiles of `npm run bench -- rules`. Of things that all
 * have to hold the cheap are asked first; they are pure, so the order changes no answer.
 */
const OPERATOR_COST: Readonly<Partial<Record<OperatorName, number>>> = {
  contains: 3,
  icontains: 6,
  bcontains: 10,
  bstartswith: 10,
  pmatch: 6,
  glob: 10,
  iglob: 12,
  // RE2 in JavaScript: microseconds.
  regex: 60,
};

/** By the beginning of the field's name, the first that fits. */
const FIELD_COST: readonly (readonly [start: string, cost: number])[] = [
  ["proc.name", 1],
  ["proc.aname[", 3],
  // Lines of up to 32 ancestors.
  ["proc.a", 12],
  ["proc.s", 12],
  ["proc.pname", 2],
  // Joined from parts.
  ["proc.cmdline", 5],
  ["proc.args", 4],
  ["proc.exeline", 5],
  ["proc.pcmdline", 6],
  ["thread.cap", 8],
  ["evt.arg", 6],
  ["evt.time", 8],
  ["fd.name", 3],
  ["fs.path", 3],
  ["fd.", 2],
];
const TRANSFORM_COST = 4;
const MODIFIED_COST = 8;
/** Beyond this, differences do not matter. */
const MOST = 1000;

export function checkCost({ left, operator, modifier, right }: ResolvedCheck): number {
  const rightCost = right.kind === "field" || right.kind === "transformed" ? operandCost(right) + MODIFIED_COST : 0;
  const operatorCost = OPERATOR_COST[operator] ?? 1;
  return operandCost(left) + operatorCost + rightCost + (modifier === undefined ? 0 : MODIFIED_COST);
}

function operandCost(operand: ResolvedOperand): number {
  if (operand.kind === "field") {
    const name = operand.argument === undefined ? operand.name : `${operand.name}[`;
    return FIELD_COST.find(([start]) => name.startsWith(start))?.[1] ?? 1;
  }
  const parts = operand.operands.map((part) => (part.kind === "constant" ? 0 : operandCost(part)));
  return TRANSFORM_COST + parts.reduce((sum, cost) => sum + cost, 0);
}

const known = new WeakMap<Resolved, number>();

export function costOf(resolved: Resolved): number {
  const before = known.get(resolved);
  if (before !== undefined) return before;
  const parts = resolved.kind === "check" ? [] : resolved.kind === "not" ? [resolved.part] : resolved.parts;
  const own = resolved.kind === "check" ? checkCost(resolved) : 0;
  const cost = Math.min(
    MOST,
    parts.reduce((sum, part) => sum + costOf(part), own),
  );
  known.set(resolved, cost);
  return cost;
}

/** The cheap first; those that cost the same as they were written. */
export function orderedByCost(parts: readonly Resolved[]): readonly Resolved[] {
  return parts.toSorted((a, b) => costOf(a) - costOf(b));
}
