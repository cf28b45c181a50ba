/** A place in an order; each item has its own and is in at most one order at a time. */
export interface Aged<T> {
  older: T | undefined;
  younger: T | undefined;
}

/**
 * Items by age, all in constant time. A Map in order of insertion will not do where the oldest goes
 * each time: V8 leaves deleted entries in place until it rehashes, and walks over them to find the first.
 */
export class AgeOrder<T extends Aged<T>> {
  private first: T | undefined;
  private last: T | undefined;

  get oldest(): T | undefined {
    return this.first;
  }

  /** The item must be in no order. */
  addYoungest(item: T): void {
    item.older = this.last;
    item.younger = undefined;
    if (this.last === undefined) this.first = item;
    else this.last.younger = item;
    this.last = item;
  }

  /** The item must be in this order. */
  remove(item: T): void {
    const { older, younger } = item;
    if (older === undefined) this.first = younger;
    else older.younger = younger;
    if (younger === undefined) this.last = older;
    else younger.older = older;
    item.older = undefined;
    item.younger = undefined;
  }
}
