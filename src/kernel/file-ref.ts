import { statSync } from "node:fs";
import type { FileRef } from "../core/entity.ts";

/** The kernel's own device and inode of a file; undefined where it is not there. Follows links, /proc/PID/exe too. */
export function fileOf(path: string): FileRef | undefined {
  try {
    const { dev, ino } = statSync(path, { bigint: true });
    return { dev: kernelDevice(dev), ino: Number(ino) };
  } catch {
    return undefined;
  }
}

/** stat(2) spreads major and minor over 64 bits (makedev(3)); inside, the kernel has major << 20 | minor. */
export function kernelDevice(dev: bigint): number {
  const major = ((dev >> 8n) & 0xfffn) | ((dev >> 32n) & ~0xfffn);
  const minor = (dev & 0xffn) | ((dev >> 12n) & ~0xffn);
  return Number((major << 20n) | minor);
}
