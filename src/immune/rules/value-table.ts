import { type Demand, HEAD } from "./demand.ts";
import type { Facts, FieldValue } from "./fields/field.ts";
import type { Read } from "./operands.ts";

/** Values whose rules are remembered, for each field and type of event: far more than the programs and hot files of most hosts. */
const MAX_VALUES = 4096;
/** Longer ones are looked at anew each time: a table stays below a megabyte, whatever names processes make up. */
const MAX_LENGTH = 128;

/** So few are asked sooner than looked up. */
const FEW = 2;

interface Row<T> extends Pick<Demand, "meets" | "heads"> {
  readonly of: T;
}

/** Finds by the value of one field who demands such a value. What was found once for a value is remembered. */
export class ValueTable<T> {
  private readonly read: Read;
  private readonly rows: Row<T>[] = [];
  /** Those that a value that begins so can meet; made when one is looked for. */
  private readonly byHead = new Map<string, readonly Row<T>[]>();
  private readonly headless: Row<T>[] = [];
  private readonly found = new Map<FieldValue, readonly T[]>();

  constructor(read: Read) {
    this.read = read;
  }

  add({ meets, heads }: Pick<Demand, "meets" | "heads">, of: T): void {
    const row = { meets, heads, of };
    this.rows.push(row);
    if (heads === undefined) this.headless.push(row);
    for (const head of heads ?? []) this.byHead.set(head, []);
    for (const head of this.byHead.keys())
      this.byHead.set(
        head,
        this.rows.filter((each) => each.heads?.has(head) !== false),
      );
  }

  at(facts: Facts): readonly T[] {
    const value = this.read(facts);
    const isText = typeof value === "string";
    const rows = isText ? (this.byHead.get(value.slice(0, HEAD)) ?? this.headless) : this.rows;
    if (rows.length <= FEW || Array.isArray(value) || (isText && value.length > MAX_LENGTH)) return among(rows, value);
    const known = this.found.get(value);
    if (known !== undefined) return known;
    const found = among(rows, value);
    if (this.found.size >= MAX_VALUES) this.found.clear();
    this.found.set(value, found);
    return found;
  }
}

function among<T>(rows: readonly Row<T>[], value: FieldValue): readonly T[] {
  let found: T[] | undefined;
  for (const { meets, of } of rows) if (meets(value)) (found ??= []).push(of);
  return found ?? NONE;
}

const NONE: readonly never[] = [];
