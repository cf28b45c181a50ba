import { closeSync, openSync, readSync, writeSync } from "node:fs";

/** A count that one process keeps and others read: eight bytes in a file (float64, little endian). */
export class WorkCounter {
  private readonly file: number;
  private readonly bytes = Buffer.alloc(8);

  constructor(path: string) {
    this.file = openSync(path, "w+", 0o644);
  }

  publish(units: number): void {
    this.bytes.writeDoubleLE(units);
    writeSync(this.file, this.bytes, 0, 8, 0);
  }
}

/** 0 where nothing was counted yet. */
export function readWork(path: string): number {
  let file: number;
  try {
    file = openSync(path, "r");
  } catch {
    return 0;
  }
  try {
    const bytes = Buffer.alloc(8);
    return readSync(file, bytes, 0, 8, 0) === 8 ? bytes.readDoubleLE() : 0;
  } finally {
    closeSync(file);
  }
}
