/** Calls of one task in their order (65,536 more for one of the 32-bit table), learned and then checked, and what bpf/sequence.h and the bitmap in TypeScript must both come to. */
export interface SequenceVector {
  readonly says: string;
  readonly learn: readonly number[];
  readonly check: readonly number[];
  /** One letter for each checked call: short, known or new. */
  readonly verdicts: string;
  /** The bits that are set after learning, in order. */
  readonly bits: readonly number[];
  readonly windows: number;
  readonly misses: number;
  /** Of 65,536, with the prior below. */
  readonly mean: number;
}

export const VECTOR_PRIOR = { share: 4096, windows: 16 } as const;

export const SEQUENCE_VECTORS: readonly SequenceVector[] = [
  {
    says: "six calls make no window",
    learn: [1, 2, 3, 4, 5, 6],
    check: [1, 2, 3, 4, 5, 6],
    verdicts: "ssssss",
    bits: [],
    windows: 0,
    misses: 0,
    mean: 4096,
  },
  {
    says: "the seventh call makes the first window",
    learn: [59, 12, 21, 257, 5, 9, 3],
    check: [59, 12, 21, 257, 5, 9, 3, 257],
    verdicts: "sssssskn",
    bits: [18917],
    windows: 2,
    misses: 1,
    mean: 7281,
  },
  {
    says: "call 0 is a call like any other",
    learn: [0, 0, 0, 0, 0, 0, 0, 0],
    check: [0, 0, 0, 0, 0, 0, 0, 0],
    verdicts: "sssssskk",
    bits: [21256],
    windows: 2,
    misses: 0,
    mean: 3640,
  },
  {
    says: "the highest numbers",
    learn: [511, 511, 511, 511, 511, 511, 511, 462],
    check: [462, 511, 511, 511, 511, 511, 511, 511],
    verdicts: "ssssssnk",
    bits: [10742, 17724],
    windows: 2,
    misses: 1,
    mean: 7281,
  },
  {
    says: "a call of the 32-bit table is another call",
    learn: [65539, 65541, 65542, 65539, 65541, 65542, 65539],
    check: [3, 5, 6, 3, 5, 6, 3],
    verdicts: "ssssssn",
    bits: [56628],
    windows: 1,
    misses: 1,
    mean: 7710,
  },
  {
    says: "one strange call makes seven strange windows",
    learn: [1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16],
    check: [1, 2, 3, 4, 5, 6, 7, 8, 101, 10, 11, 12, 13, 14, 15, 16],
    verdicts: "sssssskknnnnnnnk",
    bits: [3178, 14051, 22205, 23472, 29538, 30485, 41097, 41120, 48975, 49002],
    windows: 10,
    misses: 7,
    mean: 20164,
  },
];
