import { type Clue, type Clues, END } from "./clue.ts";
import type { FieldValue, Facts } from "./fields/field.ts";
import type { Read } from "./operands.ts";

interface Row<T> {
  readonly meets: (value: FieldValue) => boolean;
  readonly of: T;
}

/** One character of clues after those above it. */
interface Step<T> {
  readonly rows: Row<T>[];
  readonly next: Map<number, Step<T>>;
}

/**
 * Finds by the value of one field who demands such a value: along the characters of a text, from its beginning and from its end, those
 * whose clue stands there, and those whose clue it holds anywhere, and then by asking these few. Nothing is remembered of any text, so paths that were never seen cost no more
 * than others.
 */
export class ClueTable<T> {
  private readonly read: Read;
  private readonly rows: Row<T>[] = [];
  /** Of these there is no clue. */
  private readonly always: Row<T>[] = [];
  private readonly beginnings: Step<T> = step();
  private readonly ends: Step<T> = step();
  /** By what a text has to hold anywhere. */
  private readonly holders: { readonly text: string; readonly rows: Row<T>[] }[] = [];

  constructor(read: Read) {
    this.read = read;
  }

  add(meets: Row<T>["meets"], clues: Clues, of: T): void {
    const row = { meets, of };
    this.rows.push(row);
    if (clues === undefined) this.always.push(row);
    for (const { at, text } of clues ?? []) this.rowsAt(at, text).push(row);
  }

  private rowsAt(at: Clue["at"], text: string): Row<T>[] {
    if (at === "anywhere") {
      const known = this.holders.find((each) => each.text === text);
      if (known !== undefined) return known.rows;
      const rows: Row<T>[] = [];
      this.holders.push({ text, rows });
      return rows;
    }
    let place = at === "beginning" ? this.beginnings : this.ends;
    for (const code of codes(text, at === "end")) {
      const known = place.next.get(code) ?? step<T>();
      place.next.set(code, known);
      place = known;
    }
    return place.rows;
  }

  /** Each at most once. */
  at(facts: Facts): readonly T[] {
    const value = this.read(facts);
    if (typeof value !== "string") return asked(this.rows, value, undefined) ?? NONE;
    let found = this.always.length === 0 ? undefined : asked(this.always, value, undefined);
    let place: Step<T> | undefined = this.beginnings;
    for (let at = 0; place !== undefined && at <= value.length; at++) {
      place = place.next.get(at < value.length ? value.charCodeAt(at) : END_CODE);
      if (place !== undefined && place.rows.length > 0) found = asked(place.rows, value, found);
    }
    place = this.ends;
    for (let at = value.length - 1; place !== undefined && at >= 0; at--) {
      place = place.next.get(value.charCodeAt(at));
      if (place !== undefined && place.rows.length > 0) found = asked(place.rows, value, found);
    }
    for (const { text, rows } of this.holders) if (value.includes(text)) found = asked(rows, value, found);
    return found ?? NONE;
  }
}

const NONE: readonly never[] = [];
const END_CODE = END.charCodeAt(0);

function step<T>(): Step<T> {
  return { rows: [], next: new Map() };
}

function codes(text: string, backwards: boolean): readonly number[] {
  const all = Array.from({ length: text.length }, (_, at) => text.charCodeAt(at));
  return backwards ? all.toReversed() : all;
}

function asked<T>(rows: readonly Row<T>[], value: FieldValue, found: T[] | undefined): T[] | undefined {
  for (const { meets, of } of rows)
    if (found?.includes(of) !== true && meets(value)) {
      if (found === undefined) found = [of];
      else found.push(of);
    }
  return found;
}
