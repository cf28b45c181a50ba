import type { Resource } from "../kernel/confine.ts";
import { OWN_USER } from "./account.ts";

const MB = 1 << 20;
const GB = 1 << 30;

/**
 * What the kernel holds a process in a room to (setrlimit(2)), whoever started it. V8 reserves far more than it uses: a hive
 * that uses 85 MB has 600 MB of data and 1.5 GB of addresses. So these end what grows without bounds; what is used
 * is watched by the warden (hive-bounds.ts).
 */
const LIMITS: Readonly<Record<Exclude<Resource, "processes">, number>> = {
  addressBytes: 3 * GB,
  dataBytes: 1.5 * GB,
  /** One file of its folder: the database, which has a bound of its own below this (store/store-port.ts). */
  fileBytes: 320 * MB,
  files: 1024,
  coreBytes: 0,
  lockedBytes: 0,
  /** POSIX message queues. */
  queueBytes: 0,
};

/** Threads; the kernel counts a user id's, so only for one that nobody else has. Node has ten. */
const THREADS = 64;

export function roomLimits({ name }: { readonly name: string }): Readonly<Partial<Record<Resource, number>>> {
  return name === OWN_USER ? { ...LIMITS, processes: THREADS } : LIMITS;
}
