import type { Compiler } from "./compile.ts";
import { decidedByClass } from "./event-class.ts";
import type { EventTypes } from "./event-types.ts";
import { type FieldUse, fieldNamed } from "./fields/fields.ts";
import { fold, type Folded } from "./fold.ts";
import { hostCheck } from "./host-names.ts";
import type { Resolved, ResolvedCheck, ResolvedOperand } from "./resolved.ts";

/** How much of what a rule is about this host can tell it. */
export interface Usability {
  /** "nothing": whatever happens, it cannot fire here. */
  readonly sees: "all" | "part" | "nothing";
  /** What it lacks, a sentence each. */
  readonly lacks: readonly string[];
  /** Why it sees nothing: no event of its types is sensed, or a field that it needs never has a value. */
  readonly because?: "events" | "fields";
}

const USABLE: Usability = { sees: "all", lacks: [] };

/** `lost`: what else it lacks, in sentences. `isSensed`: whether this host tells of events of a type. */
export function usabilityOf(
  condition: Resolved,
  types: EventTypes,
  uses: Iterable<FieldUse>,
  lost: readonly string[],
  compiler: Compiler,
  isSensed: (type: string) => boolean,
): Usability {
  const fields = [...lackingFields(uses), ...lost];
  if (types === "all") {
    if (fold(condition, decidedByFields, new Map()) === false)
      return { sees: "nothing", lacks: fields, because: "fields" };
    return fields.length === 0 ? USABLE : { sees: "part", lacks: fields };
  }
  const missing = [...types].filter((type) => !isSensed(type));
  const events = missing.length === 0 ? [] : [notSensed(missing)];
  const lacks = [...events, ...fields];
  if (missing.length === types.size)
    return types.size === 0
      ? { sees: "nothing", lacks: ["no event is of all the types that it asks for"], because: "events" }
      : { sees: "nothing", lacks, because: "events" };
  const canHold = (type: string): boolean => {
    const known = new Map<Resolved, Folded>();
    return (
      fold(
        condition,
        (check) => decidedByClass(check, { type, open: undefined }, compiler) ?? decidedByFields(check),
        known,
      ) !== false
    );
  };
  const isDead = ![...types].some((type) => isSensed(type) && canHold(type));
  if (isDead) return { sees: "nothing", lacks, because: fields.length > 0 ? "fields" : "events" };
  return lacks.length === 0 ? USABLE : { sees: "part", lacks };
}

function notSensed(types: readonly string[]): string {
  return `${types.join(", ")} ${types.length === 1 ? "is" : "are"} not sensed here`;
}

function lackingFields(uses: Iterable<FieldUse>): readonly string[] {
  const lacking = [...uses].filter(({ spec }) => spec.lacking !== undefined);
  return lacking.map(({ name, spec }) => `\`${name}\` never has a value here: ${spec.lacking ?? ""}`);
}

/** A comparison with what never has a value is never met (nor is !=). */
function decidedByFields(check: ResolvedCheck): boolean | undefined {
  const { left, right } = check;
  const isOut = isLacking(left) || (right.kind === "field" && isLacking(right));
  return isOut || hostCheck(check)?.isVoid === true ? false : undefined;
}

/** Transformers can make something of nothing (`len`), so only fields themselves are looked at. */
function isLacking(operand: ResolvedOperand): boolean {
  return operand.kind === "field" && fieldNamed(operand.name, operand.argument)?.spec.lacking !== undefined;
}
