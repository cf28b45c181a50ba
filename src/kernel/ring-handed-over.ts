/** More writes than a pipe of 1 MB holds pages, so that what is unread is among them. */
const WRITES = 512;

/**
 * Remembers how many records each of the latest writes carried: what a reader left in the pipe when it ended is
 * known in bytes only. Exact but for the write that it was in the middle of, which counts whole.
 */
export class HandedOver {
  private readonly bytes = new Float64Array(WRITES);
  private readonly records = new Float64Array(WRITES);
  private next = 0;

  add(bytes: number, records: number): void {
    this.bytes[this.next] = bytes;
    this.records[this.next] = records;
    this.next = (this.next + 1) % WRITES;
  }

  /** Records in the last `unread` bytes. */
  among(unread: number): number {
    let records = 0;
    for (let back = 1, left = unread; left > 0 && back <= WRITES; back++) {
      const at = (this.next - back + WRITES) % WRITES;
      left -= this.bytes[at] ?? 0;
      records += this.records[at] ?? 0;
    }
    return records;
  }
}
