import { readFileSync } from "node:fs";

/** How many of the files have a test that has ended, as the machine's console tells (vm/guest-run.ts). */
export function filesBegun(console: string): number {
  return new Set([...console.matchAll(/^(?:FAILED )?\d+ ms (\S+\.test\.ts) /gm)].map(([, file]) => file)).size;
}

/** 0 where there is no such file yet. */
export function readFilesBegun(path: string): number {
  try {
    return filesBegun(readFileSync(path, "latin1"));
  } catch {
    return 0;
  }
}
