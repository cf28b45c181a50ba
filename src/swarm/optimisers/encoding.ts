import type { Dimension, Space } from "../optimiser.ts";

/**
 * Between the units of a space and the unit cube in which every strategy works, so that bounds, logarithmic scales and
 * whole numbers are handled in one place. A whole number owns a cell, all of equal width on its scale.
 */
export class Encoding {
  readonly space: Space;
  readonly size: number;
  private readonly low: Float64Array;
  private readonly high: Float64Array;
  private readonly from: Float64Array;
  private readonly width: Float64Array;
  private readonly isLog: Uint8Array;
  private readonly isInteger: Uint8Array;

  /** RangeError where a dimension has no width, or a logarithmic one reaches zero. */
  constructor(space: Space) {
    if (space.length === 0) throw new RangeError("a space needs a dimension");
    const edges = space.map(edgesOf);
    this.space = space;
    this.size = space.length;
    this.low = Float64Array.from(edges, ({ low }) => low);
    this.high = Float64Array.from(edges, ({ high }) => high);
    this.from = Float64Array.from(edges, ({ from }) => from);
    this.width = Float64Array.from(edges, ({ from, to }) => to - from);
    this.isLog = Uint8Array.from(space, ({ scale }) => (scale === "log" ? 1 : 0));
    this.isInteger = Uint8Array.from(space, ({ integer }) => (integer === true ? 1 : 0));
  }

  /** The point for a place in the cube; places outside stand for the nearest inside. */
  decode(unit: Float64Array): number[] {
    const point: number[] = [];
    for (let i = 0; i < this.size; i++) {
      const inside = Math.min(1, Math.max(0, unit[i] as number));
      const scaled = (this.from[i] as number) + inside * (this.width[i] as number);
      const raw = this.isLog[i] === 1 ? Math.exp(scaled) : scaled;
      const whole = this.isInteger[i] === 1 ? Math.round(raw) : raw;
      // Adding zero makes a negative zero a plain one, which JSON cannot keep apart.
      point.push(Math.min(this.high[i] as number, Math.max(this.low[i] as number, whole)) + 0);
    }
    return point;
  }

  /** The point of the space that is nearest to a given one: itself, where it is of the space; the middle for what is no number. */
  nearest(point: readonly number[]): number[] {
    return this.space.map(({ integer }, i) => {
      const [low, high] = [this.low[i] as number, this.high[i] as number];
      const given = point[i] ?? Number.NaN;
      const near = Math.min(high, Math.max(low, Number.isNaN(given) ? (low + high) / 2 : given));
      return (integer === true ? Math.round(near) : near) + 0;
    });
  }

  /** Where a point of the space lies in the cube. Fills `unit`. */
  encode(point: readonly number[], unit: Float64Array): void {
    for (let i = 0; i < this.size; i++) {
      const given = point[i] as number;
      const scaled = this.isLog[i] === 1 ? Math.log(given) : given;
      unit[i] = (scaled - (this.from[i] as number)) / (this.width[i] as number);
    }
  }

  /** Width of a whole number's cell in the cube, of the narrowest; 0 where the dimension is not of whole numbers. */
  cell(i: number): number {
    if (this.isInteger[i] !== 1) return 0;
    const high = this.high[i] as number;
    const widthOfLast = this.isLog[i] === 1 ? Math.log((high + 0.5) / (high - 0.5)) : 1;
    return widthOfLast / (this.width[i] as number);
  }
}

interface Edges {
  /** Bounds of what is asked for, in its units. */
  readonly low: number;
  readonly high: number;
  /** What the cube's 0 and 1 stand for, on the dimension's scale. */
  readonly from: number;
  readonly to: number;
}

function edgesOf({ name, low, high, scale, integer }: Dimension): Edges {
  const [least, most] = integer === true ? [Math.ceil(low), Math.floor(high)] : [low, high];
  if (!(Number.isFinite(low) && Number.isFinite(high) && low < high && least <= most))
    throw new RangeError(`${name}: no room between ${low} and ${high}`);
  if (scale === "log" && !(low > 0)) throw new RangeError(`${name}: a logarithmic scale starts above 0, not at ${low}`);
  const half = integer === true ? 0.5 : 0;
  const [first, last] = [least - half, most + half];
  return scale === "log"
    ? { low: least, high: most, from: Math.log(first), to: Math.log(last) }
    : { low: least, high: most, from: first, to: last };
}
