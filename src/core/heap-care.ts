import { getHeapStatistics, setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";

export const HEAP_CARE = {
  /** After the first turn: what a start leaves behind is garbage by then. */
  firstMs: 4000,
  leastMs: 60_000,
  /** Above what was left the last time; V8 itself waits for about twice as much, on a heap of 20 to 30 MB. */
  grownBytes: 6 << 20,
} as const;

/** Heap in use now, and a way to collect all of it at once. */
export interface Heap {
  usedBytes(): number;
  collect(): void;
}

/**
 * Collects the heap where there is time for it. V8 would do so by itself some ten seconds after a start and whenever the heap has grown, in
 * a task of its own that nobody can put at leisure: up to a tenth of a second on an eager thread, which services beside it had to wait for.
 * To be asked in turns, which are at leisure (core/leisure.ts).
 */
export class HeapCare {
  private readonly heap: Heap;
  private lastMs: number | undefined;
  private leftBytes = 0;

  constructor(heap: Heap = v8Heap()) {
    this.heap = heap;
  }

  /** True where it collected. */
  turn(nowMs: number): boolean {
    this.lastMs ??= nowMs - HEAP_CARE.leastMs + HEAP_CARE.firstMs;
    if (nowMs - this.lastMs < HEAP_CARE.leastMs) return false;
    if (this.heap.usedBytes() < this.leftBytes + HEAP_CARE.grownBytes) return false;
    this.heap.collect();
    this.lastMs = nowMs;
    this.leftBytes = this.heap.usedBytes();
    return true;
  }
}

/** Of this process. The function that collects is V8's own, which a context shows that is made after the flag was set. */
function v8Heap(): Heap {
  let collect: (() => void) | undefined;
  return {
    usedBytes: () => getHeapStatistics().used_heap_size,
    collect: () => {
      if (collect === undefined) {
        setFlagsFromString("--expose-gc");
        collect = runInNewContext("gc") as () => void;
        setFlagsFromString("--no-expose-gc");
      }
      collect();
    },
  };
}
