/** The latest of something, the oldest first; bounded. */
export class Ring<T> {
  private items: T[] = [];
  private readonly limit: number;

  constructor(limit: number) {
    this.limit = limit;
  }

  push(item: T): void {
    this.items.push(item);
    // Cut now and then, not each time: a shift of a long array moves all of it.
    if (this.items.length >= 2 * this.limit) this.items = this.items.slice(-this.limit);
  }

  latest(count = this.limit): readonly T[] {
    return this.items.slice(-Math.min(count, this.limit));
  }

  get last(): T | undefined {
    return this.items.at(-1);
  }

  clear(): void {
    this.items = [];
  }
}
