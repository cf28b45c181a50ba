import { knownSpec } from "../core/action.ts";
import { type HeldKnob, HeldTimes } from "./held-times.ts";
import type { Lease } from "./leases.ts";

/** Less of a lease is not worth a change. */
const LEAST_MS = 1000;

/** How long a containment may last that no person approved, however often it is renewed. Times are monotonic milliseconds. */
export class HeldLimit {
  readonly times = new HeldTimes();
  private readonly limitMs: () => number;

  constructor(limitMs: () => number) {
    this.limitMs = limitMs;
  }

  begin(knob: HeldKnob, nowMs: number): void {
    if (isHeld(knob.kind)) this.times.begin(knob, nowMs);
  }

  end(knob: HeldKnob, nowMs: number): void {
    this.times.end(knob, nowMs);
  }

  /** Infinity where there is no limit. `lease`: the change in force, which a person may have approved. */
  leftMs(knob: HeldKnob, lease: Lease | undefined, nowMs: number): number {
    if (!isHeld(knob.kind) || (lease?.approvedBy.length ?? 0) > 0) return Number.POSITIVE_INFINITY;
    return Math.max(0, this.limitMs() - this.times.heldMs(knob, nowMs));
  }

  isSpent(knob: HeldKnob, lease: Lease | undefined, nowMs: number): boolean {
    // What is in force is used to its end; anew it must be worth it.
    return this.leftMs(knob, lease, nowMs) < (lease === undefined ? LEAST_MS : 1);
  }
}

/** Changes that contain and last. */
export function isHeld(kind: string): boolean {
  const spec = knownSpec(kind);
  return spec?.containment === true && spec.once !== true;
}
