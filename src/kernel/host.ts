import { readFileSync, statSync } from "node:fs";
import { availableParallelism } from "node:os";
import { join } from "node:path";
import type { FileRef } from "../core/entity.ts";

/** Constants of the running host that procfs numbers are counted in. */
export interface HostUnits {
  readonly cpus: number;
  readonly pageBytes: number;
  /** USER_HZ: 100 on every architecture that Node runs on. */
  readonly ticksPerSecond: number;
}

/** Keys of the auxiliary vector (getauxval(3)). */
const AT_PAGESZ = 6n;
const AT_CLKTCK = 17n;

/** From the auxiliary vector that the kernel gave this process; the usual values where it cannot be read. */
export function readHostUnits(procRoot = "/proc"): HostUnits {
  const vector = readAuxv(procRoot);
  return {
    cpus: availableParallelism(),
    pageBytes: Number(vector.get(AT_PAGESZ) ?? 4096n),
    ticksPerSecond: Number(vector.get(AT_CLKTCK) ?? 100n),
  };
}

function readAuxv(procRoot: string): ReadonlyMap<bigint, bigint> {
  const entries = new Map<bigint, bigint>();
  try {
    const bytes = readFileSync(join(procRoot, "self/auxv"));
    for (let at = 0; at + 16 <= bytes.length; at += 16) {
      entries.set(bytes.readBigUInt64LE(at), bytes.readBigUInt64LE(at + 8));
    }
  } catch {
    // A fixture, or a hidden /proc: the defaults hold.
  }
  return entries;
}

/**
 * stat(2) packs a device number for user space (makedev(3)); the kernel itself, and so eBPF, uses
 * major << 20 | minor. On overlay and btrfs the two can still name different devices.
 */
export function kernelDevice(userDevice: number): number {
  // The value may exceed 32 bits, where shifts would cut it.
  const low = userDevice % 2 ** 32;
  const high = Math.floor(userDevice / 2 ** 32);
  const major = ((low >>> 8) & 0xfff) | (high & 0xffff_f000);
  const minor = (low & 0xff) | ((low >>> 12) & 0xf_ff00);
  return major * 2 ** 20 + minor;
}

/** What identifies a file, and the times of its inode in milliseconds; undefined where it cannot be looked at. */
export interface SeenFile extends FileRef {
  readonly ctimeMs: number;
  readonly mtimeMs: number;
  /** Names that it has: 0 where the last one was removed. */
  readonly links: number;
}

export function statFile(path: string): SeenFile | undefined {
  try {
    const { dev, ino, ctimeMs, mtimeMs, nlink } = statSync(path);
    return { dev: kernelDevice(dev), ino, ctimeMs, mtimeMs, links: nlink };
  } catch {
    return undefined;
  }
}
