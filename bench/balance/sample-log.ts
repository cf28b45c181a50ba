import { closeSync, openSync, readSync, writeSync } from "node:fs";

/*
 * Every request of a service as it was seen by its client: when it was due (CLOCK_MONOTONIC, microseconds) and how long
 * after that its answer came. One process appends, another reads what is new; all figures are made from these afterwards, so
 * that a window may be cut anywhere.
 */

/** float64 due, float32 latency. */
const RECORD_BYTES = 12;
const RECORDS_PER_WRITE = 512;

export class SampleWriter {
  private readonly file: number;
  private readonly bytes = Buffer.alloc(RECORD_BYTES * RECORDS_PER_WRITE);
  private used = 0;

  constructor(path: string) {
    this.file = openSync(path, "a", 0o600);
  }

  add(dueUs: number, latencyUs: number): void {
    this.bytes.writeDoubleLE(dueUs, this.used);
    this.bytes.writeFloatLE(latencyUs, this.used + 8);
    this.used += RECORD_BYTES;
    if (this.used === this.bytes.length) this.flush();
  }

  flush(): void {
    if (this.used > 0) writeSync(this.file, this.bytes, 0, this.used);
    this.used = 0;
  }
}

/** In the order of the answers. */
export interface Samples {
  readonly dueUs: Float64Array;
  readonly latencyUs: Float64Array;
}

/** A list of samples that grows. */
export class SampleList {
  private due = new Float64Array(4096);
  private latency = new Float64Array(4096);
  private length = 0;

  add(dueUs: number, latencyUs: number): void {
    if (this.length === this.due.length) {
      this.due = grown(this.due);
      this.latency = grown(this.latency);
    }
    this.due[this.length] = dueUs;
    this.latency[this.length] = latencyUs;
    this.length++;
  }

  /** Those that were due in [fromUs, toUs). */
  between(fromUs: number, toUs: number): Samples {
    const found: number[] = [];
    for (let i = 0; i < this.length; i++) {
      const at = this.due[i] ?? 0;
      if (at >= fromUs && at < toUs) found.push(i);
    }
    return {
      dueUs: Float64Array.from(found, (i) => this.due[i] ?? 0),
      latencyUs: Float64Array.from(found, (i) => this.latency[i] ?? 0),
    };
  }
}

export class SampleReader {
  readonly list = new SampleList();
  private readonly file: number;
  private readonly bytes = Buffer.alloc(RECORD_BYTES * RECORDS_PER_WRITE);
  private at = 0;

  /** Made where it is not there yet. */
  constructor(path: string) {
    this.file = openSync(path, "a+", 0o600);
  }

  /** Takes in what was appended since. */
  readNew(): void {
    for (;;) {
      const read = readSync(this.file, this.bytes, 0, this.bytes.length, this.at);
      const whole = read - (read % RECORD_BYTES);
      for (let i = 0; i < whole; i += RECORD_BYTES)
        this.list.add(this.bytes.readDoubleLE(i), this.bytes.readFloatLE(i + 8));
      this.at += whole;
      if (read < this.bytes.length) return;
    }
  }

  close(): void {
    closeSync(this.file);
  }
}

function grown(of: Float64Array<ArrayBuffer>): Float64Array<ArrayBuffer> {
  const more = new Float64Array(of.length * 2);
  more.set(of);
  return more;
}
