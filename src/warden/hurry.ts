import { setPriority } from "node:os";
import { errnoOf } from "../core/errors.ts";

/** Nice value (setpriority(2)) of warden, hive and sentinel: what contains an attack must not queue behind the attack. */
const NICE = -15;

/**
 * Puts this thread, and every thread and program that it starts from now on, before ordinary work. The layer needs a
 * hundredth of a core; on a host whose CPUs are all taken each of its three steps would otherwise wait its turn.
 */
export function hurry(log: (says: string) => void): void {
  try {
    setPriority(0, NICE);
  } catch (error) {
    log(`the layer runs at ordinary priority (${errnoOf(error)}): on a busy host it answers later`);
  }
}
