import type { RandomStream } from "../../core/random.ts";
import type { CmaUncertainty } from "./cma-uncertainty.ts";
import { isSavedArray } from "./state.ts";

/**
 * One generation while it is told: each of its places is measured as often as is wanted, and under noise some
 * of them as often again.
 */
export class Brood {
  readonly rows: Float64Array[];
  private readonly lambda: number;
  private readonly counts: Float64Array;
  private readonly sums: Float64Array;
  /** Of those measured again: places 0 to `again` - 1. They were drawn by chance, as all were. */
  private readonly secondCounts: Float64Array;
  private readonly secondSums: Float64Array;
  private asked = 0;
  private repeats = 1;
  private again = 0;
  private begun = false;

  constructor(lambda: number) {
    this.lambda = lambda;
    this.rows = Array.from({ length: lambda }, () => new Float64Array(0));
    this.counts = new Float64Array(lambda);
    this.sums = new Float64Array(lambda);
    this.secondCounts = new Float64Array(lambda);
    this.secondSums = new Float64Array(lambda);
  }

  isBegun(): boolean {
    return this.begun;
  }

  isKnown(at: number): boolean {
    return (this.counts[at] as number) > 0;
  }

  /** Which place to ask for: in turn, and beyond the generation one that was told least. */
  next(): number {
    this.begun = true;
    const counts = this.again > 0 ? this.secondCounts : this.counts;
    const places = this.again > 0 ? this.again : this.lambda;
    const turn = this.asked++;
    if (turn < places * this.repeats) return turn % places;
    let least = turn % places;
    for (let at = 0; at < places; at++) if ((counts[at] as number) < (counts[least] as number)) least = at;
    return least;
  }

  /** Whether all that was wanted is there. */
  tell(at: number, row: Float64Array, value: number): boolean {
    const isFirst = this.counts[at] === 0;
    if (isFirst) this.rows[at] = row;
    else if (this.repeats === 1 && this.again === 0) return false;
    else if (row.some((x, i) => x !== (this.rows[at] as Float64Array)[i])) return false;
    const [counts, sums] = this.again > 0 ? [this.secondCounts, this.secondSums] : [this.counts, this.sums];
    counts[at] = (counts[at] as number) + 1;
    sums[at] = (sums[at] as number) + value;
    const places = this.again > 0 ? this.again : this.lambda;
    for (let i = 0; i < places; i++) if ((counts[i] as number) < this.repeats) return false;
    return true;
  }

  /** Whether some are to be measured again, and were not yet. */
  startAgain(uncertainty: CmaUncertainty): boolean {
    if (this.again > 0) return false;
    this.again = uncertainty.again(this.lambda);
    this.asked = 0;
    return true;
  }

  adapt(uncertainty: CmaUncertainty): number {
    const first = this.sums.map((sum, at) => sum / (this.counts[at] as number));
    const second = this.secondSums.slice(0, this.again).map((sum, at) => sum / (this.secondCounts[at] as number));
    return uncertainty.adapt(first, second);
  }

  means(): Float64Array {
    return this.sums.map((sum, at) => {
      const count = (this.counts[at] as number) + (this.secondCounts[at] as number);
      return (sum + (this.secondSums[at] as number)) / count;
    });
  }

  /** For the next generation; a share of a repeat is one by chance. */
  reset(repeats: number, random: RandomStream): void {
    for (const array of [this.counts, this.sums, this.secondCounts, this.secondSums]) array.fill(0);
    this.repeats = repeats === 1 ? 1 : Math.floor(repeats + random.next());
    this.asked = 0;
    this.again = 0;
  }

  save(): unknown {
    const number = (value: number): number | null => (value === Infinity ? null : value);
    return {
      rows: this.rows.map((row) => Array.from(row)),
      counts: [this.counts, this.sums, this.secondCounts, this.secondSums].map((array) => Array.from(array, number)),
      run: [this.asked, this.repeats, this.again, this.begun ? 1 : 0],
    };
  }

  load(saved: unknown): boolean {
    if (typeof saved !== "object" || saved === null) return false;
    const { rows, counts, run } = saved as { rows?: unknown; counts?: unknown; run?: unknown };
    const { lambda } = this;
    if (!Array.isArray(rows) || rows.length !== lambda || !rows.every((row) => isSavedArray(row))) return false;
    if (!Array.isArray(counts) || counts.length !== 4 || !isSavedArray(run, 4)) return false;
    if (!counts.every((array) => isSavedArray(array, lambda))) return false;
    rows.forEach((row, at) => (this.rows[at] = Float64Array.from(row as number[])));
    [this.counts, this.sums, this.secondCounts, this.secondSums].forEach((array, at) =>
      array.set((counts[at] as (number | null)[]).map((value) => value ?? Infinity)),
    );
    [this.asked, this.repeats, this.again] = [run[0] ?? 0, run[1] ?? 1, run[2] ?? 0];
    this.begun = run[3] === 1;
    return true;
  }
}
