/** Lines and bytes that may wait in memory for a place that takes nothing just now. */
const LIMITS = { lines: 512, bytes: 4 << 20 } as const;

/** Lines that wait for a place that is full, absent or slow; beyond the bounds new ones are dropped and counted. */
export class Pending<T extends { readonly bytes: number }> {
  dropped = 0;
  private lines: T[] = [];
  private held = 0;

  get count(): number {
    return this.lines.length;
  }

  get bytes(): number {
    return this.held;
  }

  add(line: T): void {
    if (this.lines.length >= LIMITS.lines || this.held + line.bytes > LIMITS.bytes) {
      this.dropped++;
      return;
    }
    this.lines.push(line);
    this.held += line.bytes;
  }

  /** Hands on from the front for as long as `take` says that it took one. */
  drain(take: (line: T) => boolean): void {
    let taken = 0;
    for (const line of this.lines) {
      if (!take(line)) break;
      taken++;
      this.held -= line.bytes;
    }
    if (taken > 0) this.lines = this.lines.slice(taken);
  }
}
