import type { Check } from "./compile.ts";
import type { FieldValue } from "./fields/field.ts";
import type { OperatorName } from "./language/operators.ts";
import type { Read } from "./operands.ts";
import type { Resolved, ResolvedCheck } from "./resolved.ts";

/** What the value of one field has to be, so that a condition can hold. */
export interface Demand {
  readonly field: string;
  readonly read: Read;
  readonly meets: (value: FieldValue) => boolean;
  /** How texts that meet it begin: their first HEAD characters; undefined where that is not known. */
  readonly heads: ReadonlySet<string> | undefined;
  /** Whether the condition asks for nothing else. */
  readonly isWhole: boolean;
  /** How many values are likely to meet it: less is better. */
  readonly rank: number;
}

/** Undefined where a check does not compare with constants. */
export type CheckOf = (check: ResolvedCheck) => Check | undefined;

/** Fields whose value rules out most rules, the best first. */
const SELECTIVE = [
  "fd.name",
  "fs.path.name",
  "fs.path.target",
  "fd.filename",
  "fd.directory",
  "proc.name",
  "proc.exepath",
  "proc.exe",
  "proc.pname",
  "proc.args",
  "proc.cmdline",
];
/** A condition that only rules values out is met by most. */
const RULED_OUT_RANK = 1000;
const EXISTS_RANK = 100;
/** Of fields that are not above. */
const OTHER_RANK = 50;

/**
 * Of which demands one at least is met whenever a condition holds; undefined where nothing of the kind can be said. By these, rules are
 * found by the values of an event instead of asked.
 */
export class Demands {
  private readonly checkOf: CheckOf;
  private readonly known = new Map<Resolved, readonly Demand[] | undefined>();
  private readonly knownNegated = new Map<Resolved, readonly Demand[] | undefined>();

  constructor(checkOf: CheckOf) {
    this.checkOf = checkOf;
  }

  of(resolved: Resolved, negated = false): readonly Demand[] | undefined {
    const known = negated ? this.knownNegated : this.known;
    if (known.has(resolved)) return known.get(resolved);
    const found = this.find(resolved, negated);
    known.set(resolved, found);
    return found;
  }

  private find(resolved: Resolved, negated: boolean): readonly Demand[] | undefined {
    if (resolved.kind === "check") return this.ofCheck(resolved, negated);
    if (resolved.kind === "not") return this.of(resolved.part, !negated);
    const parts = resolved.parts.map((part) => this.of(part, negated));
    return (resolved.kind === "and") === !negated ? best(parts) : either(parts);
  }

  private ofCheck(resolved: ResolvedCheck, negated: boolean): readonly Demand[] | undefined {
    const check = this.checkOf(resolved);
    if (check === undefined || check.left.isOfMany || check.left.type !== "text") return undefined;
    const { left, meets: holds } = check;
    const place = SELECTIVE.indexOf(left.name);
    const rank = negated ? RULED_OUT_RANK : resolved.operator === "exists" ? EXISTS_RANK : 1;
    const meets = (value: FieldValue): boolean => (value !== undefined && holds(value)) !== negated;
    const worse = place < 0 ? OTHER_RANK : place;
    const heads = negated ? undefined : headsOf(resolved);
    return [{ field: left.name, read: left.read, meets, heads, isWhole: true, rank: rank + worse }];
  }
}

/** Long enough to tell "/etc" from "/usr", short enough that most constants have as many. */
export const HEAD = 4;

/** By what has to stand at the beginning of a text. */
function headsOf({ operator, modifier, right }: ResolvedCheck): ReadonlySet<string> | undefined {
  const beginning = modifier === undefined ? BEGINNING[operator] : undefined;
  if (beginning === undefined || (right.kind !== "value" && right.kind !== "list")) return undefined;
  const heads = (right.kind === "value" ? [right.text] : right.texts).map(beginning);
  return heads.every((head) => head !== undefined) ? new Set(heads) : undefined;
}

const whole = (text: string): string => text.slice(0, HEAD);
const begun = (text: string): string | undefined => (text.length < HEAD ? undefined : whole(text));
/** What comes before the first character that means something else. */
const literal = (pattern: string): string | undefined => begun(/^[^*?[\\]*/.exec(pattern)?.[0] ?? "");

const BEGINNING: Readonly<Partial<Record<OperatorName, (constant: string) => string | undefined>>> = {
  "=": whole,
  "==": whole,
  in: whole,
  intersects: whole,
  startswith: begun,
  glob: literal,
  pmatch: (path) => literal(path.replace(/\/+$/, "")),
};

function union(demands: readonly Demand[]): ReadonlySet<string> | undefined {
  const all = demands.map(({ heads }) => heads);
  return all.every((heads) => heads !== undefined) ? new Set(all.flatMap((heads) => [...heads])) : undefined;
}

type Parts = readonly (readonly Demand[] | undefined)[];

/** All parts have to hold: the best of what they demand, with what they say of the same field. */
function best(parts: Parts): readonly Demand[] | undefined {
  const alone = new Map<string, Demand[]>();
  const others: (readonly Demand[])[] = [];
  for (const part of parts) {
    const [only] = part ?? [];
    if (part === undefined || only === undefined) continue;
    if (part.length > 1) others.push(part);
    else alone.set(only.field, [...(alone.get(only.field) ?? []), only]);
  }
  const merged = [...alone.values()].map((same): readonly Demand[] => [
    {
      ...merge(same, (value) => same.every(({ meets }) => meets(value)), Math.min(...same.map(({ rank }) => rank))),
      heads: same.find(({ heads }) => heads !== undefined)?.heads,
      isWhole: same.length === parts.length && same.every(({ isWhole }) => isWhole),
    },
  ]);
  return [...merged, ...others].toSorted((a, b) => rankOf(a) - rankOf(b))[0];
}

/** One part has to hold: whatever any of them demands. */
function either(parts: Parts): readonly Demand[] | undefined {
  const byField = new Map<string, Demand[]>();
  for (const part of parts) {
    if (part === undefined) return undefined;
    for (const demand of part) byField.set(demand.field, [...(byField.get(demand.field) ?? []), demand]);
  }
  return [...byField.values()].map((same) => ({
    ...merge(same, (value) => same.some(({ meets }) => meets(value)), Math.max(...same.map(({ rank }) => rank))),
    heads: union(same),
    isWhole: byField.size === 1 && same.every(({ isWhole }) => isWhole),
  }));
}

function merge(
  same: readonly Demand[],
  meets: Demand["meets"],
  rank: number,
): Pick<Demand, "field" | "read" | "meets" | "rank"> {
  const [first] = same;
  if (first === undefined) throw new Error("nothing to merge");
  return { field: first.field, read: first.read, meets: same.length === 1 ? first.meets : meets, rank };
}

function rankOf(demands: readonly Demand[]): number {
  return demands.reduce((sum, { rank }) => sum + rank, 0);
}
