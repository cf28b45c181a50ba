import type { Moved } from "./ring-sink.ts";

/** Milliseconds to nap, or "wait": sleep until the kernel says that something is there. */
export type Pause = number | "wait";

/**
 * A wake-up costs the one who writes the record a microsecond and the reader twenty, so while records keep coming
 * the reader naps instead: what arrives meanwhile wakes nobody. Longer at a higher rate, where a nap costs little
 * delay beside what waits anyway; the fastest two producers fill a fifth of a 4 MB ring in the longest.
 */
const NAPS: readonly { readonly fromBytes: number; readonly napMs: number }[] = [
  { fromBytes: 128 << 10, napMs: 5 },
  { fromBytes: 16 << 10, napMs: 4 },
  { fromBytes: 0, napMs: 2 },
];
/** So few records are told without a nap, as often as PROMPT allows: an idle host's events come in twos and threes. */
const FEW_BYTES = 2 << 10;
/** At most so many turns in a row, and a second, without a nap: half a percent of a core. */
const PROMPT = { burst: 20, perSecond: 100 } as const;
/** Whoever takes the records is behind: it is asked again so often. */
const BLOCKED_MS = 4;

/** How long the reader rests between two looks at the ring. */
export class Pace {
  private prompt: number = PROMPT.burst;
  private lastMs = 0;

  /** `nowMs`: monotonic. `waiting`: bytes that are in the ring after all, unfinished. */
  after(moved: Moved, waiting: number, nowMs: number): Pause {
    if (moved.blocked) return BLOCKED_MS;
    if (moved.bytes === 0) return waiting > 0 ? 1 : "wait";
    this.prompt = Math.min(PROMPT.burst, this.prompt + ((nowMs - this.lastMs) / 1000) * PROMPT.perSecond);
    this.lastMs = nowMs;
    if (moved.bytes <= FEW_BYTES && this.prompt >= 1) {
      this.prompt--;
      return "wait";
    }
    return NAPS.find((nap) => moved.bytes >= nap.fromBytes)?.napMs ?? 2;
  }
}
