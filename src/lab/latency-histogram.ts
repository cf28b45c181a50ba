/** Sparse form for messages and reports: bucket index and count, ascending. */
export type SparseCounts = readonly (readonly [number, number])[];

/** 64 buckets per doubling: no value is off by more than 1/64 (as in HdrHistogram, G. Tene). */
const SUB = 64;
const SUB_BITS = 6;
const MAX_US = 2 ** 27 - 1;
const BUCKETS = (27 - SUB_BITS + 1) * SUB;

/** Counts of latencies in microseconds, from 0 to 134 s, at constant relative precision and size. */
export class LatencyHistogram {
  private readonly counts = new Uint32Array(BUCKETS);
  private total = 0;
  private highest = 0;

  static from(sparse: SparseCounts): LatencyHistogram {
    const histogram = new LatencyHistogram();
    histogram.add(sparse);
    return histogram;
  }

  record(us: number): void {
    const value = Math.min(MAX_US, Math.max(0, Math.round(us)));
    const index = bucketOf(value);
    this.counts[index] = (this.counts[index] ?? 0) + 1;
    this.total++;
    if (value > this.highest) this.highest = value;
  }

  add(sparse: SparseCounts): void {
    for (const [index, count] of sparse) {
      if (!(index >= 0 && index < BUCKETS)) continue;
      this.counts[index] = (this.counts[index] ?? 0) + count;
      this.total += count;
      this.highest = Math.max(this.highest, upperEdge(index));
    }
  }

  get count(): number {
    return this.total;
  }

  get maxUs(): number {
    return this.highest;
  }

  /** Smallest bucket edge that at least the share `q` of the values does not exceed; 0 where there are none. */
  quantile(q: number): number {
    const rank = Math.max(1, Math.ceil(q * this.total));
    let seen = 0;
    for (let index = 0; index < BUCKETS; index++) {
      seen += this.counts[index] ?? 0;
      if (seen >= rank) return Math.min(upperEdge(index), this.highest);
    }
    return 0;
  }

  sparse(): SparseCounts {
    return [...this.counts.entries()].filter(([, count]) => count > 0);
  }
}

function bucketOf(us: number): number {
  if (us < SUB) return us;
  const exponent = 31 - Math.clz32(us);
  const shift = exponent - SUB_BITS;
  return (shift + 1) * SUB + ((us >>> shift) - SUB);
}

/** Largest whole microsecond that falls into the bucket. */
function upperEdge(index: number): number {
  if (index < SUB) return index;
  const shift = Math.floor(index / SUB) - 1;
  return ((index % SUB) + SUB + 1) * 2 ** shift - 1;
}
