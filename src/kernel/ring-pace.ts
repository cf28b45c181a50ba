import type { Moved } from "./ring-sink.ts";

/** Milliseconds to nap, or "wait": sleep until the kernel says that something is there. */
export type Pause = number | "wait";

/**
 * A wake-up costs the one who writes the record a microsecond, the reader thirty and the hive seventy, so while records
 * keep coming the reader naps instead: what arrives meanwhile wakes nobody. A trickle naps longest: a compile makes
 * some hundred events a second, and told one by one they cost the layer five hundredths of a core more. The fastest two
 * producers fill less than half of a 4 MB ring in the first, longest nap, and a fifth in those that follow.
 */
const NAPS: readonly { readonly fromBytes: number; readonly napMs: number }[] = [
  { fromBytes: 128 << 10, napMs: 5 },
  { fromBytes: 16 << 10, napMs: 4 },
  { fromBytes: 0, napMs: 8 },
];
/** So few records are told without a nap, as often as PROMPT allows: an idle host's events come in twos and threes. */
const FEW_BYTES = 2 << 10;
/** At most so many turns in a row, and a second, without a nap: a quarter of a percent of a core. */
const PROMPT = { burst: 20, perSecond: 25 } as const;
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
    return NAPS.find((nap) => moved.bytes >= nap.fromBytes)?.napMs ?? 8;
  }
}
