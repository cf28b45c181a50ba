import { type Clues, cluesOf, narrowest, union } from "./clue.ts";
import type { Check } from "./compile.ts";
import type { FieldValue } from "./fields/field.ts";
import type { Read } from "./operands.ts";
import type { Resolved, ResolvedCheck } from "./resolved.ts";

/** What the value of one field has to be, so that a condition can hold. */
export interface Demand {
  readonly field: string;
  readonly read: Read;
  readonly meets: (value: FieldValue) => boolean;
  /** How texts that meet it begin or end. */
  readonly clues: Clues;
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
  private readonly placed: (demand: Demand) => Demand;
  private readonly known = new Map<Resolved, readonly Demand[] | undefined>();
  private readonly knownNegated = new Map<Resolved, readonly Demand[] | undefined>();

  /** `placed`: where a demand is looked up, if not by its own field. */
  constructor(checkOf: CheckOf, placed: (demand: Demand) => Demand) {
    this.checkOf = checkOf;
    this.placed = placed;
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

  private rulesOut({ operator }: ResolvedCheck, negated: boolean): boolean {
    return (operator === "!=") !== negated;
  }

  private ofCheck(resolved: ResolvedCheck, negated: boolean): readonly Demand[] | undefined {
    const check = this.checkOf(resolved);
    if (check === undefined || check.left.isOfMany || check.left.type !== "text") return undefined;
    const { left, meets: holds } = check;
    const place = SELECTIVE.indexOf(left.name);
    const rank = this.rulesOut(resolved, negated) ? RULED_OUT_RANK : resolved.operator === "exists" ? EXISTS_RANK : 1;
    const meets = (value: FieldValue): boolean => (value !== undefined && holds(value)) !== negated;
    const worse = place < 0 ? OTHER_RANK : place;
    const clues = negated ? undefined : cluesOf(resolved);
    return [this.placed({ field: left.name, read: left.read, meets, clues, isWhole: true, rank: rank + worse })];
  }
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
      clues: narrowest(same.map(({ clues }) => clues)),
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
    clues: union(same.map(({ clues }) => clues)),
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
