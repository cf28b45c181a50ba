import type { Random } from "../core/random.ts";

/** What a probe needs of the world. */
export interface ProbeClock {
  /** Monotonic milliseconds. */
  nowMs(): number;
  /** Calls once; gives a way to call it off. */
  after(ms: number, call: () => void): () => void;
}

/** After a pause longer than this (a host that slept) what was missed is not made up for. */
const LONGEST_LAG_MS = 1000;

/**
 * Sends by the clock, at random moments of a steady mean rate (a Poisson process), and never waits for an answer: a
 * closed loop would ask less often just when the service is slow, and so hide it (coordinated omission). Answer times
 * count from when a request was due, also where this process itself was late.
 */
export function openLoop(
  perSecond: number,
  { clock, random }: { readonly clock: ProbeClock; readonly random: Random },
  send: (dueMs: number) => void,
): () => void {
  const gap = (): number => (-Math.log(1 - random()) * 1000) / perSecond;
  let dueMs = clock.nowMs() + gap();
  let cancel = clock.after(dueMs - clock.nowMs(), turn);
  function turn(): void {
    const nowMs = clock.nowMs();
    if (nowMs - dueMs > LONGEST_LAG_MS) dueMs = nowMs;
    for (; dueMs <= nowMs; dueMs += gap()) send(dueMs);
    cancel = clock.after(Math.max(0, dueMs - clock.nowMs()), turn);
  }
  return () => cancel();
}
