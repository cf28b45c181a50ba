/** Knobs remembered at once; beyond it those go first that have been free longest. */
const CAPACITY = 4096;

export interface HeldKnob {
  readonly kind: string;
  readonly cgroup: string;
}

interface Held extends HeldKnob {
  heldMs: number;
  /** When `heldMs` was right. */
  atMs: number;
  holding: boolean;
}

/**
 * How long each knob has been held, less the time that it was free since: a lease that is renewed for ever is a
 * permanent change, and one that lapses for a moment every hour, or goes to and fro between a group and its
 * parent, is no better. Times are monotonic milliseconds.
 */
export class HeldTimes {
  private readonly byKnob = new Map<string, Held>();

  begin(knob: HeldKnob, nowMs: number): void {
    this.set(knob, nowMs, true);
  }

  end(knob: HeldKnob, nowMs: number): void {
    if (this.byKnob.has(keyOf(knob))) this.set(knob, nowMs, false);
  }

  /** The longest of the group, of those above it and of those below it. */
  heldMs({ kind, cgroup }: HeldKnob, nowMs: number): number {
    let longest = 0;
    for (const held of this.byKnob.values())
      if (held.kind === kind && (isWithin(held.cgroup, cgroup) || isWithin(cgroup, held.cgroup)))
        longest = Math.max(longest, levelOf(held, nowMs));
    return longest;
  }

  private set(knob: HeldKnob, nowMs: number, holding: boolean): void {
    const key = keyOf(knob);
    const before = this.byKnob.get(key);
    this.byKnob.delete(key);
    const heldMs = before === undefined ? 0 : levelOf(before, nowMs);
    this.byKnob.set(key, { kind: knob.kind, cgroup: knob.cgroup, heldMs, atMs: nowMs, holding });
    if (this.byKnob.size > CAPACITY) this.makeRoom(nowMs);
  }

  private makeRoom(nowMs: number): void {
    for (const [key, held] of this.byKnob) if (!held.holding && levelOf(held, nowMs) === 0) this.byKnob.delete(key);
    for (const [key, { holding }] of this.byKnob) {
      if (this.byKnob.size <= CAPACITY) return;
      if (!holding) this.byKnob.delete(key);
    }
  }
}

function levelOf({ heldMs, atMs, holding }: Held, nowMs: number): number {
  const passedMs = Math.max(0, nowMs - atMs);
  return holding ? heldMs + passedMs : Math.max(0, heldMs - passedMs);
}

function isWithin(inner: string, outer: string): boolean {
  return inner === outer || inner.startsWith(outer === "/" ? "/" : `${outer}/`);
}

function keyOf({ kind, cgroup }: HeldKnob): string {
  return `${kind} ${cgroup}`;
}
