import { setPriority } from "node:os";
import { errnoOf } from "../core/errors.ts";
import { EAGER_NICE } from "../core/leisure.ts";

/**
 * Puts this thread, and every thread and program that it starts from now on, before ordinary work. The layer needs a
 * hundredth of a core; on a host whose CPUs are all taken each of its three steps would otherwise wait its turn. What nobody waits for
 * is done at leisure (core/leisure.ts).
 */
export function hurry(log: (says: string) => void): void {
  try {
    setPriority(0, EAGER_NICE);
  } catch (error) {
    log(`the layer runs at ordinary priority (${errnoOf(error)}): on a busy host it answers later`);
  }
}
