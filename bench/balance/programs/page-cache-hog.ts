import { closeSync, fdatasyncSync, openSync, readSync, writeSync } from "node:fs";
import { WorkCounter } from "../../../src/lab/work-counter.ts";

/*
 * Reads a file that is larger than its group may keep in memory, again and again, and rewrites a part of it: page cache comes
 * and goes, and the disk is busy. Counts megabytes. Arguments: file, megabytes, the file of its count.
 */
const [, , path = "", megabytes = "1", counterPath = ""] = process.argv;
const CHUNK = 1 << 20;
const WRITE_EVERY = 16;
const SYNC_EVERY = 128;

const chunk = Buffer.alloc(CHUNK, 1);
const file = openSync(path, "w+", 0o600);
const counter = new WorkCounter(counterPath);
const parent = process.ppid;
let done = 0;
const size = Number(megabytes);
for (let i = 0; i < size && process.ppid === parent; i++) writeSync(file, chunk, 0, CHUNK, i * CHUNK);
for (; process.ppid === parent; done++) {
  const at = done % size;
  readSync(file, chunk, 0, CHUNK, at * CHUNK);
  // What it computes of it: a sum over every cache line.
  let sum = 0;
  for (let i = 0; i < CHUNK; i += 64) sum = (sum + (chunk[i] ?? 0)) | 0;
  chunk[0] = sum & 0xff;
  if (done % WRITE_EVERY === 0) writeSync(file, chunk, 0, CHUNK, at * CHUNK);
  if (done % SYNC_EVERY === 0) fdatasyncSync(file);
  counter.publish(done + 1);
}
closeSync(file);
