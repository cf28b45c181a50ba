import { WorkCounter } from "../../../src/lab/work-counter.ts";

/*
 * Holds so much memory and walks through it in an order that no prefetcher guesses: caches and memory bandwidth are shared too.
 * Counts blocks of visits. Arguments: megabytes, the file of its count.
 */
const [, , megabytes = "1", counterPath = ""] = process.argv;
const PER_BLOCK = 100_000;
const WORDS_PER_PAGE = 1024;

const words = new Int32Array((Number(megabytes) << 20) / 4);
// Touched once, so that it is really there.
for (let i = 0; i < words.length; i += WORDS_PER_PAGE) words[i] = i;
const counter = new WorkCounter(counterPath);
const parent = process.ppid;
let at = 1;
for (let blocks = 1; process.ppid === parent; blocks++) {
  for (let visit = 0; visit < PER_BLOCK; visit++) {
    // A full-period congruential generator (Knuth, TAOCP 2, 3.2.1.2).
    at = (Math.imul(at, 1_664_525) + 1_013_904_223) >>> 0;
    const index = at % words.length;
    words[index] = (words[index] ?? 0) + 1;
  }
  counter.publish(blocks);
}
