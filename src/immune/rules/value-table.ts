import type { Facts, FieldValue } from "./fields/field.ts";
import type { Demand } from "./demand.ts";
import type { Read } from "./operands.ts";

/** Values whose rules are remembered, for each field and type of event: far more than the programs and hot files of most hosts. */
const MAX_VALUES = 1024;
/** Longer ones are looked at anew each time: a table stays below 300 KB, whatever names processes make up. */
const MAX_LENGTH = 128;

/** Finds by the value of one field who demands such a value. What was found once for a value is remembered. */
export class ValueTable<T> {
  private readonly read: Read;
  private readonly rows: { readonly meets: Demand["meets"]; readonly of: T }[] = [];
  private readonly found = new Map<FieldValue, readonly T[]>();

  constructor(read: Read) {
    this.read = read;
  }

  add(meets: Demand["meets"], of: T): void {
    this.rows.push({ meets, of });
  }

  at(facts: Facts): readonly T[] {
    const value = this.read(facts);
    const known = this.found.get(value);
    if (known !== undefined) return known;
    const found = this.rows.filter(({ meets }) => meets(value)).map(({ of }) => of);
    if (Array.isArray(value) || (typeof value === "string" && value.length > MAX_LENGTH)) return found;
    if (this.found.size >= MAX_VALUES) this.found.clear();
    this.found.set(value, found.length === 0 ? NONE : found);
    return found;
  }
}

const NONE: readonly never[] = [];
