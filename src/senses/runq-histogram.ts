import { RUNQ_BUCKETS } from "./records.ts";

/** The bucket layout of bpf/swarms.h: delays in units of 1024 ns; eight buckets of one unit, then eight for each power of two. */
const UNIT_NS = 1024;
const SUBS = 8;

/** Lower bound of a bucket, nanoseconds. */
export function bucketFromNs(bucket: number): number {
  if (bucket < SUBS) return bucket * UNIT_NS;
  return (SUBS + (bucket % SUBS)) * 2 ** (Math.floor(bucket / SUBS) - 1) * UNIT_NS;
}

/**
 * A quantile (0 to 1) of counts by bucket, in nanoseconds; 0 where there are none. Interpolated inside
 * its bucket, which is at most an eighth of its lower bound wide: at most 12.5 % off at worst, 6.3 %
 * where the true value is not at the bucket's edge. Below 8 µs the error is up to 1 µs instead.
 */
export function quantileNs(counts: ArrayLike<number>, total: number, quantile: number): number {
  const rank = quantile * total;
  let below = 0;
  for (let bucket = 0; bucket < RUNQ_BUCKETS; bucket++) {
    const count = counts[bucket] ?? 0;
    if (count > 0 && below + count >= rank) {
      const from = bucketFromNs(bucket);
      return from + (bucketFromNs(bucket + 1) - from) * ((rank - below) / count);
    }
    below += count;
  }
  return 0;
}
