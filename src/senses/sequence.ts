import { EVENT_CODE_LIMIT, EVENT_CODES, EVENT_KINDS, type EventKind } from "../core/event-kinds.ts";

export interface Received {
  readonly received: number;
  /** Numbers between the first and the last that did not come. */
  readonly gaps: number;
}

/**
 * Proves by their sequence numbers which records never came: each kind's are numbered from 0 where they are made,
 * before it is known whether there is room for them. Two CPUs may swap neighbours, so only counts are compared:
 * exact whenever nothing is on its way.
 */
export class Sequences {
  private readonly first = new Float64Array(EVENT_CODE_LIMIT).fill(Infinity);
  private readonly next = new Float64Array(EVENT_CODE_LIMIT);
  private readonly received = new Float64Array(EVENT_CODE_LIMIT);

  /** `code`: as in the record; a number that no kind has is passed over. */
  take(code: number, seq: number): void {
    if (code >= EVENT_CODE_LIMIT) return;
    this.received[code] = (this.received[code] ?? 0) + 1;
    if (seq >= (this.next[code] ?? 0)) this.next[code] = seq + 1;
    if (seq < (this.first[code] ?? 0)) this.first[code] = seq;
  }

  of(kind: EventKind): Received {
    const code = EVENT_CODES[kind];
    const received = this.received[code] ?? 0;
    const span = received === 0 ? 0 : (this.next[code] ?? 0) - (this.first[code] ?? 0);
    // A number that comes twice would be a bug elsewhere, not less than nothing lost.
    return { received, gaps: Math.max(0, span - received) };
  }

  /** Over all kinds. */
  total(): Received {
    const all = EVENT_KINDS.map((kind) => this.of(kind));
    return {
      received: all.reduce((sum, each) => sum + each.received, 0),
      gaps: all.reduce((sum, each) => sum + each.gaps, 0),
    };
  }
}
