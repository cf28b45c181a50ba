import { isNumbers, isSavedArray } from "./state.ts";
import { NO_ELITE } from "./strategy.ts";

export const ELITES = {
  capacity: 64,
  /** Standard errors by which luck is discounted. */
  caution: 1,
} as const;

interface Elite {
  readonly id: number;
  readonly point: readonly number[];
  mean: number;
  /** Sum of squared deviations (Welford 1962). */
  squares: number;
  measured: number;
}

/**
 * The best points under noise, each with the mean of what was told of it. The next to be measured again is the one that
 * could still be the best: least mean less a standard error, the optimism of bandits (Lai and Robbins 1985). The best so
 * far is the one of least mean plus a standard error, so that one lucky value is not believed. The noise
 * is estimated from all repeats together.
 */
export class Elites {
  private list: Elite[] = [];
  private created = 0;

  /** Gives the elite's number and what is now thought of the point: its mean, where it had been measured before. */
  add(point: readonly number[], value: number): { readonly id: number; readonly mean: number } {
    const known = this.list.find((elite) => isSame(elite.point, point));
    if (known !== undefined) return { id: known.id, mean: include(known, value) };
    if (this.list.length >= ELITES.capacity && !this.dropWorseThan(value)) return { id: NO_ELITE, mean: value };
    const elite: Elite = { id: this.created++, point, mean: value, squares: 0, measured: 1 };
    this.list.push(elite);
    return { id: elite.id, mean: value };
  }

  best(): Elite | undefined {
    const error = this.deviation() * ELITES.caution;
    return this.least((elite) => elite.mean + error / Math.sqrt(elite.measured));
  }

  /** Which one to measure again; undefined where that would teach nothing. */
  doubtful(): Elite | undefined {
    const error = this.deviation() * ELITES.caution;
    // Without noise, repeats agree: nothing to learn from more of them.
    if (error === 0 && this.repeats() >= 3) return undefined;
    const finite = this.least((elite) => elite.mean - error / Math.sqrt(elite.measured));
    return finite?.mean === Infinity ? undefined : finite;
  }

  save(): readonly unknown[] {
    const rows = this.list.map(({ id, point, mean, squares, measured }) => [
      id,
      mean === Infinity ? null : mean,
      squares,
      measured,
      ...point,
    ]);
    return [this.created, ...rows];
  }

  load(saved: unknown, size: number): boolean {
    if (!Array.isArray(saved) || !Number.isInteger(saved[0])) return false;
    const rows: unknown[] = saved.slice(1);
    if (!rows.every((row) => isSavedArray(row, size + 4) && isNumbers(row.slice(4)))) return false;
    this.created = saved[0] as number;
    this.list = (rows as (number | null)[][]).map(([id, mean, squares, measured, ...point]) => ({
      id: id ?? NO_ELITE,
      mean: mean ?? Infinity,
      squares: squares ?? 0,
      measured: measured ?? 1,
      point: point as number[],
    }));
    return true;
  }

  private least(rate: (elite: Elite) => number): Elite | undefined {
    let [found, lowest]: [Elite | undefined, number] = [undefined, Infinity];
    for (const elite of this.list) {
      const rated = rate(elite);
      if (found !== undefined && !(rated < lowest)) continue;
      [found, lowest] = [elite, rated];
    }
    return found;
  }

  private repeats(): number {
    return this.list.reduce((sum, { measured }) => sum + measured - 1, 0);
  }

  /** Standard deviation of one measurement, pooled over all elites; 0 while nothing was measured twice. */
  private deviation(): number {
    const squares = this.list.reduce((sum, elite) => sum + elite.squares, 0);
    return Math.sqrt(squares / Math.max(1, this.repeats()));
  }

  private dropWorseThan(value: number): boolean {
    let worst = 0;
    this.list.forEach(({ mean }, at) => {
      if (mean > (this.list[worst]?.mean ?? -Infinity)) worst = at;
    });
    if (!((this.list[worst]?.mean ?? -Infinity) > value)) return false;
    this.list.splice(worst, 1);
    return true;
  }
}

function include(elite: Elite, value: number): number {
  elite.measured++;
  // Once the worst of all, always: a setting that sometimes fails is not good.
  if (value === Infinity || elite.mean === Infinity) {
    elite.mean = Infinity;
    return Infinity;
  }
  const before = value - elite.mean;
  elite.mean += before / elite.measured;
  elite.squares += before * (value - elite.mean);
  return elite.mean;
}

function isSame(a: readonly number[], b: readonly number[]): boolean {
  for (let i = 0; i < a.length; i++) if (a[i] !== b[i]) return false;
  return true;
}
